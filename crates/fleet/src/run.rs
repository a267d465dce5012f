//! `make run`: a municipality of its own in one folder, with a year of demo reports, and a companion enrolled to it.
//!
//! With a screen the app opens; without one the same job is played by the real core, step by step. Every part is made once,
//! aside and then moved into place, so a later run goes on where the last one left off. Building the programs is
//! deliberately absent: `scripts/run.sh` does that first.

mod place;
mod resident;
mod secrets;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitStatus;

use anyhow::{Context, bail, ensure};
use baken_companion::{Clock, SystemClock};
use tokio::process::Command;

use crate::backend::Backend;
use crate::interruption::interruption;
use crate::programs::Programs;
use crate::{demo, prepare, say, story};
use place::Place;
use resident::{Resident, Stopped};

/// Minutes an invitation of the demo may be used.
const INVITED_FOR: u32 = 60;

/// Whether there is one that the app can open on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Screen {
    Present,
    Absent,
}

/// A run in progress.
struct Run {
    place: Place,
    programs: Programs,
    resident: Resident,
    address: String,
}

/// Makes what is missing in `folder`, and opens the companion or plays the story.
pub(crate) async fn run(folder: &Path, listen: SocketAddr, screen: Screen) -> anyhow::Result<()> {
    let place = Place::take(folder)?;
    let programs = Programs::beside_this()?;
    let resident = Resident::of(folder, programs.backend())?;
    let run = Run { place, programs, resident, address: format!("http://{listen}") };
    run.municipality().await?;
    run.resident.start(listen).await?;
    match screen {
        Screen::Absent => run.without_a_screen().await,
        Screen::Present => {
            let ended = tokio::select! {
                ended = run.on_screen() => ended,
                by = interruption() => Err(anyhow::anyhow!("ended by {by}")),
            };
            run.resident.stop().await?;
            ended
        }
    }
}

/// Stops the backend that a run without a screen left running.
pub(crate) async fn stop(folder: &Path) -> anyhow::Result<()> {
    let resident = Resident::of(folder, Programs::beside_this()?.backend())?;
    match resident.stop().await? {
        Stopped::Ended => say("The backend is stopped."),
        Stopped::WasNone => say("No backend of this folder runs."),
    }
    Ok(())
}

impl Run {
    const fn backend(&self) -> &Backend {
        self.resident.backend()
    }

    async fn invitation(&self, label: &str, organisation: &str) -> anyhow::Result<String> {
        self.backend().invitation(label, organisation, INVITED_FOR).await
    }

    fn passphrase(&self, device: &str) -> anyhow::Result<String> {
        secrets::passphrase(&self.place.part("secrets"), device)
    }

    /// The municipality's keys and register.
    async fn municipality(&self) -> anyhow::Result<()> {
        if self.place.part("backend").join("register.sqlite").exists() {
            return Ok(());
        }
        for part in ["seeded", "companion", "story"] {
            if self.place.has(part) {
                let part = self.place.part(part);
                bail!(
                    "{} belongs to a register that is gone; 'make reset' clears var/ and begins anew",
                    part.display()
                );
            }
        }
        let (data, secrets) = (self.place.aside("backend")?, self.place.aside("secrets")?);
        if self.place.has("secrets") {
            let before = format!("secrets.before-{}", SystemClock::default().now().timestamp());
            fs::rename(self.place.part("secrets"), self.place.part(&before))?;
        }
        self.backend().init(&data, &self.address, &secrets).await?;
        self.place.settle("secrets")?;
        self.place.settle("backend")?;
        say(format!("Municipality of Velsen made; its secrets are in {}.", self.place.part("secrets").display()));
        Ok(())
    }

    async fn demo_year(&self) -> anyhow::Result<()> {
        if self.place.has("seeded") {
            return Ok(());
        }
        say("Four demo devices send a year of reports:");
        // What a run that was cut short left: its invitations are spent, so new devices begin anew.
        let homes = self.place.empty("demo-devices")?;
        let mut invitations = Vec::new();
        for organisation in demo::ORGANISATIONS {
            invitations.push(self.invitation(&format!("Demo {organisation}"), organisation).await?);
        }
        demo::run(&invitations, &homes).await?;
        fs::write(self.place.part("seeded"), "").context("seeded")
    }

    async fn companion(&self) -> anyhow::Result<()> {
        if self.place.has("companion") {
            return Ok(());
        }
        let invitation = self.invitation("Companion", "gemeente-handhaving").await?;
        prepare::prepare(&self.place.aside("companion")?, &invitation, &self.passphrase("companion")?).await?;
        self.place.settle("companion")?;
        say("The companion is enrolled and locked.");
        Ok(())
    }

    /// What opens the console and the companion.
    fn access(&self) -> anyhow::Result<String> {
        let coordinator = secrets::coordinator(&self.place.part("secrets"))?;
        Ok(format!(
            "
  Console      {}
  Login        {}
  Password     {}
  Passphrase   {}

  Companion    {}
  Passphrase   {}
",
            self.address,
            coordinator.name,
            coordinator.password,
            coordinator.passphrase,
            self.place.part("companion").display(),
            self.passphrase("companion")?
        ))
    }

    async fn prepared(&self) -> anyhow::Result<()> {
        self.demo_year().await?;
        self.companion().await?;
        println!("{}", self.access()?);
        Ok(())
    }

    async fn on_screen(&self) -> anyhow::Result<()> {
        self.prepared().await?;
        say("The companion opens now. The backend stops when you close it.");
        let home = std::path::absolute(self.place.part("companion"))?;
        let mut app = Command::new(self.programs.app());
        let closed: ExitStatus =
            app.env("BAKEN_HOME", home).kill_on_drop(true).status().await.context("the app does not start")?;
        ensure!(closed.success(), "the companion ended with {closed}");
        Ok(())
    }

    async fn without_a_screen(&self) -> anyhow::Result<()> {
        self.prepared().await?;
        say(
            "No display (DISPLAY and WAYLAND_DISPLAY are unset), so the app cannot open; the job is played without it:",
        );
        self.story().await?;
        say(format!(
            "\nThe backend keeps running: {} is open to this machine. Stop it with 'make stop'.",
            self.address
        ));
        Ok(())
    }

    /// The same job without a screen. The device is moved into place once its first run has ended well.
    async fn story(&self) -> anyhow::Result<()> {
        let passphrase = self.passphrase("story")?;
        if self.place.has("story") {
            story::run(&self.place.part("story"), None, &passphrase).await?;
        } else {
            let invitation = self.invitation("Story", "gemeente-handhaving").await?;
            story::run(&self.place.aside("story")?, Some(&invitation), &passphrase).await?;
            self.place.settle("story")?;
        }
        print!("\n  The register, checked from the first signature on:\n  ");
        std::io::Write::flush(&mut std::io::stdout())?;
        self.backend().verify().await
    }
}
