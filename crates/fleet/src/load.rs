//! Load: many observations on several devices, recorded first and synced together, with figures.

use std::path::{Path, PathBuf};
use std::time::Instant;

use baken_companion::KdfCost;

use crate::device::{Device, invitations};
use crate::scenario::Scenario;

/// The passphrase of load devices; their folders are thrown away.
pub(crate) const PASSPHRASE: &str = "alleen voor metingen";

/// Records `observations` in all, one share per invitation, and syncs the devices side by side.
pub(crate) async fn run(
    invitation_file: &Path,
    observations: usize,
    seed: u64,
    homes: Option<PathBuf>,
) -> anyhow::Result<()> {
    let invitations = invitations(invitation_file)?;
    let temporary = tempfile::tempdir()?;
    // Folders that are kept are made as strong as a person's: opening one is measured too.
    let cost = homes.is_none().then_some(KdfCost::TEST);
    let homes = homes.unwrap_or_else(|| temporary.path().to_owned());
    let share = observations.div_ceil(invitations.len().max(1));
    let mut devices = Vec::new();
    for (number, invitation) in invitations.iter().enumerate() {
        let device = Device::open(&homes.join(format!("load-{number}")), cost)?;
        device.enrol(invitation, PASSPHRASE).await?;
        let mut scenario = Scenario::new(seed.wrapping_add(u64::try_from(number)?));
        let started = Instant::now();
        for _ in 0..share {
            device.record(None, |form| scenario.fill(form))?;
        }
        println!("device {number}: {share} observations recorded in {:.2} s", started.elapsed().as_secs_f64());
        devices.push(device);
    }
    let started = Instant::now();
    let mut runs = tokio::task::JoinSet::new();
    for device in devices {
        runs.spawn(async move { device.sync().await });
    }
    let (mut records, mut bytes) = (0, 0);
    while let Some(done) = runs.join_next().await {
        let progress = done??;
        records += progress.records_sent;
        bytes += progress.bytes_sent;
    }
    let seconds = started.elapsed().as_secs_f64();
    let rate = f64::from(u32::try_from(records)?) / seconds;
    println!("sync: {rate:.0} records/s, {records} records of {bytes} bytes in {seconds:.2} s");
    Ok(())
}
