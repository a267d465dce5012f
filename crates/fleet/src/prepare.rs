//! A data folder for the app: vault made at full cost, enrolled, locked.

use std::path::Path;

use crate::device::Device;

/// Makes the folder; one that is there already is left as it is.
pub(crate) async fn run(home: &Path, invitation: &str, passphrase: &str) -> anyhow::Result<()> {
    if home.join("vault.json").exists() {
        println!("  the companion in {} is there already", home.display());
        return Ok(());
    }
    prepare(home, invitation, passphrase).await?;
    println!("  the companion in {} is enrolled and locked", home.display());
    Ok(())
}

/// Makes it where nothing is yet.
pub(crate) async fn prepare(home: &Path, invitation: &str, passphrase: &str) -> anyhow::Result<()> {
    Device::open(home, None)?.enrol(invitation, passphrase).await
}
