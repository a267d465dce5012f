//! `make bench`: figures of the programs beside this one on this machine, against a fresh backend in a temporary folder.
//!
//! Each measurement is a process of its own, as it was when earlier figures were taken; what it prints is told as it
//! comes, and stands once more in a table at the end. Nothing is judged here. Building is deliberately absent:
//! `scripts/bench.sh` does that first.

mod figures;
mod first_load;
mod machine;
mod served;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use baken_companion::{Clock, SystemClock};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::interruption::interruption;
use crate::load::PASSPHRASE;
use crate::programs::Programs;
use figures::Figures;
use served::Served;

/// Times the folder is tried to be deleted, and the time between two of them: five seconds.
const CLEARINGS: usize = 50;
const BETWEEN_CLEARINGS: Duration = Duration::from_millis(100);

/// How much is measured.
#[derive(clap::Args)]
pub(crate) struct Extent {
    /// Observations of the sync, and of the device that is unlocked.
    #[arg(long, default_value_t = 10_000, env = "OBSERVATIONS")]
    observations: u32,
    /// Devices that send them.
    #[arg(long, default_value_t = 4, env = "DEVICES")]
    devices: u32,
    /// Sizes of the device that grows, the smallest first.
    #[arg(long, default_value = "1000,10000,100000", env = "GROWTH")]
    growth: String,
    /// Observations that are finalised one by one.
    #[arg(long, default_value_t = 2_000)]
    finalised: u32,
    /// Folders of built interfaces.
    #[arg(long)]
    interface: Vec<PathBuf>,
}

/// A measurement in progress.
struct Bench<'a> {
    extent: &'a Extent,
    programs: Programs,
    folder: &'a Path,
    served: Served,
    figures: Figures,
}

/// Measures everything and prints the table. Whatever ends it, nothing stays behind.
pub(crate) async fn run(extent: &Extent) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?.keep();
    let ended = tokio::select! {
        ended = measured(extent, &folder) => ended,
        by = interruption() => Err(anyhow::anyhow!("ended by {by}")),
    };
    clear(&folder).await.with_context(|| format!("{} cannot be deleted", folder.display()))?;
    ended
}

/// A program that was just killed may still be writing there.
async fn clear(folder: &Path) -> std::io::Result<()> {
    for _ in 0..CLEARINGS {
        if std::fs::remove_dir_all(folder).is_ok() {
            return Ok(());
        }
        tokio::time::sleep(BETWEEN_CLEARINGS).await;
    }
    std::fs::remove_dir_all(folder)
}

async fn measured(extent: &Extent, folder: &Path) -> anyhow::Result<()> {
    let programs = Programs::beside_this()?;
    let served = Served::start(programs.backend(), folder).await?;
    let mut bench = Bench { extent, programs, folder, served, figures: Figures::default() };
    bench.machine();
    bench.finalising().await?;
    bench.sync().await?;
    bench.office().await?;
    bench.growth().await?;
    let home = bench.unlock().await?;
    bench.windows(&home).await?;
    bench.verification().await?;
    bench.interfaces()?;
    bench.served.stop().await?;
    println!("\n## {}\n\n{}", SystemClock::default().now().format("%Y-%m-%d"), bench.figures);
    Ok(())
}

impl Bench<'_> {
    fn machine(&mut self) {
        self.figures.part("Machine");
        for (what, figure) in machine::machine() {
            self.figures.tell(what, figure);
        }
    }

    async fn finalising(&mut self) -> anyhow::Result<()> {
        self.figures.part("Finalising one by one, beside raw commits");
        let mut finalise = self.fleet("bench-finalise");
        finalise.args(["--observations", &self.extent.finalised.to_string()]);
        finalise.args(["--invitation", &self.served.invitation("finalise").await?]);
        self.told(&mut finalise).await
    }

    async fn sync(&mut self) -> anyhow::Result<()> {
        let (observations, devices) = (self.extent.observations, self.extent.devices);
        self.figures.part(format!("{observations} observations from {devices} devices"));
        let names: Vec<String> = (1..=devices).map(|number| number.to_string()).collect();
        let invitations = self.invitations("invitations", &names).await?;
        let before = self.served.spent()?;
        let mut load = self.fleet("load");
        load.args(["--observations", &observations.to_string()]).arg("--invitations").arg(invitations);
        self.told(&mut load).await?;
        let spent = self.served.spent()?.since(before);
        ensure!(spent.requests > 0, "no request was counted: the log's lines of requests have another name");
        let each = f64::from(observations.max(1));
        let (bytes, requests) = (spent.loopback_bytes / u64::from(observations.max(1)), spent.requests);
        self.figures.tell("on the wire", format!("{bytes} bytes a record (everything over loopback)"));
        let per_thousand = f64::from(u32::try_from(requests)?) / each * 1000.0;
        self.figures
            .tell("requests", format!("{requests}, {per_thousand:.1} per 1,000 observations, enrolments included"));
        let (cpu, micros) = (spent.cpu_seconds, spent.cpu_seconds / each * 1e6);
        self.figures.tell("backend", format!("{cpu:.2} CPU seconds, {micros:.0} µs a record"));
        self.figures.tell("backend's peak resident memory", format!("{} MiB", self.served.peak_memory_kib()? / 1024));
        Ok(())
    }

    async fn office(&mut self) -> anyhow::Result<()> {
        self.figures.part("The office with that many");
        let mut office = self.fleet("bench-office");
        office.args(["--address", &self.served.address]).arg("--member").arg(&self.served.member);
        self.told(&mut office).await
    }

    async fn growth(&mut self) -> anyhow::Result<()> {
        self.figures.part("One device as it grows");
        let mut growth = self.fleet("bench-growth");
        growth.args(["--records", &self.extent.growth]);
        growth.args(["--invitation", &self.served.invitation("growth").await?]);
        self.told(&mut growth).await
    }

    /// Answers that device's folder.
    async fn unlock(&mut self) -> anyhow::Result<PathBuf> {
        let observations = self.extent.observations;
        self.figures.part(format!("Unlocking a device with {observations} records (vault of full strength)"));
        let invitations = self.invitations("invitation", &["unlock".to_owned()]).await?;
        let homes = self.folder.join("homes");
        let mut load = self.fleet("load");
        load.args(["--observations", &observations.to_string()]).arg("--invitations").arg(invitations);
        self.told(load.arg("--homes").arg(&homes)).await?;
        let home = homes.join("load-0");
        let mut unlock = self.fleet("bench-unlock");
        self.told(unlock.arg("--home").arg(&home)).await?;
        Ok(home)
    }

    async fn windows(&mut self, home: &Path) -> anyhow::Result<()> {
        self.figures.part("The app's own window on that device");
        let start = self.programs.example("time-app-start");
        let mut display = Command::new("dbus-run-session");
        display.args(["--", "xvfb-run", "-a"]).arg(&start).env("NO_AT_BRIDGE", "1").env("LIBGL_ALWAYS_SOFTWARE", "1");
        self.if_built(&start, display.arg(home)).await?;
        self.figures.part("The interface on a phone, on that device");
        let phone = self.programs.example("time-phone");
        self.if_built(&phone, Command::new(&phone).arg(home)).await
    }

    async fn verification(&mut self) -> anyhow::Result<()> {
        self.figures.part("Verifying the whole register");
        let started = Instant::now();
        self.served.backend.verify().await?;
        self.figures.tell("took", format!("{:.2} s", started.elapsed().as_secs_f64()));
        let bytes = served::bytes_below(&self.served.backend.data)?;
        self.figures.tell("register on disk", format!("{} MiB", bytes >> 20));
        Ok(())
    }

    fn interfaces(&mut self) -> anyhow::Result<()> {
        self.figures.part("First load of the interfaces");
        for dist in &self.extent.interface {
            let (files, bytes) = first_load::first_load(dist)?;
            let kib = f64::from(u32::try_from(bytes)?) / 1024.0;
            self.figures.tell(&dist.display().to_string(), format!("{kib:.1} KiB gzipped in {files} files"));
        }
        Ok(())
    }

    /// A file of fresh invitations.
    async fn invitations(&self, file: &str, labels: &[String]) -> anyhow::Result<PathBuf> {
        let mut links = Vec::new();
        for label in labels {
            links.push(self.served.invitation(label).await?);
        }
        let path = self.folder.join(file);
        std::fs::write(&path, links.join("\n"))?;
        Ok(path)
    }

    fn fleet(&self, subcommand: &str) -> Command {
        let mut fleet = Command::new(self.programs.fleet());
        fleet.arg(subcommand);
        fleet
    }

    async fn if_built(&mut self, program: &Path, measurement: &mut Command) -> anyhow::Result<()> {
        if program.exists() {
            return self.told(measurement).await;
        }
        self.figures.tell("not measured", format!("{} is not built", program.display()));
        Ok(())
    }

    /// Runs a program that measures, and tells its lines as they come.
    async fn told(&mut self, measurement: &mut Command) -> anyhow::Result<()> {
        let name = measurement.as_std().get_program().display().to_string();
        // The passphrase of devices that hold invented records only.
        measurement.env("BAKEN_PASSPHRASE", PASSPHRASE).env("TMPDIR", self.folder);
        measurement.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = measurement.spawn().with_context(|| format!("{name} does not start"))?;
        let mut lines = BufReader::new(child.stdout.take().context("its output is piped")?).lines();
        while let Some(line) = lines.next_line().await? {
            self.figures.line(&line);
        }
        let status = child.wait().await?;
        ensure!(status.success(), "{name} ended with {status}");
        Ok(())
    }
}
