//! Figures of the device: the way to an unlocked home screen.

use std::path::Path;
use std::time::Instant;

use baken_companion::Wanted;

use crate::device::Device;

/// As many rows of the list as the app asks for at once.
pub(crate) const PAGE: u32 = 100;

/// From a locked folder to everything the home screen shows and the first page of the list.
pub(crate) fn run(home: &Path, passphrase: &str) -> anyhow::Result<()> {
    let started = Instant::now();
    let device = Device::open(home, None)?;
    device.companion().unlock(passphrase)?;
    let unlocked = started.elapsed();
    let shown = device.store()?.home()?;
    let home_screen = started.elapsed();
    let page = device.store()?.record_page(&Wanted::default(), None, PAGE)?;
    println!(
        "unlock: {:.0} ms, home screen {:.0} ms ({} acknowledged), first page of a list of {} records {:.0} ms",
        unlocked.as_secs_f64() * 1e3,
        home_screen.as_secs_f64() * 1e3,
        shown.observations.acknowledged,
        page.total,
        started.elapsed().as_secs_f64() * 1e3,
    );
    Ok(())
}
