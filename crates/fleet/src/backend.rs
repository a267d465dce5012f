//! The backend as its operator has it: a program with subcommands, and an address that answers once it can serve.
//! Its crate is deliberately not used.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::process::Command;

/// The municipality of every demo and measurement.
const TENANT: [&str; 6] = ["--tenant", "GM0453", "--municipality", "Velsen", "--member", "coordinator"];
/// Looks at whether it can serve, at most, and the time between two of them.
const LOOKS: usize = 100;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// A backend's program and its data folder.
pub(crate) struct Backend {
    pub(crate) program: PathBuf,
    /// Absolute: a running one is known by it.
    pub(crate) data: PathBuf,
}

/// What waiting for a backend came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// It can serve.
    Ready,
    /// Its process is gone.
    Ended,
    /// It is there and cannot serve.
    TooLate,
}

impl Backend {
    /// Makes a register in `data`, which need not be this one's folder yet.
    pub(crate) async fn init(&self, data: &Path, address: &str, secrets: &Path) -> anyhow::Result<()> {
        let mut init = Command::new(&self.program);
        init.arg("init").arg("--data").arg(data).args(TENANT).args(["--address", address]);
        self.done(init.arg("--secrets-out").arg(secrets)).await?;
        Ok(())
    }

    /// A fresh invitation, as a `baken:` link.
    pub(crate) async fn invitation(&self, label: &str, organisation: &str, minutes: u32) -> anyhow::Result<String> {
        let mut invite = self.subcommand("invite");
        invite.args(["--label", label, "--organisation", organisation, "--valid-minutes", &minutes.to_string()]);
        let told: Value = serde_json::from_slice(&self.done(invite.arg("--json")).await?.stdout)?;
        Ok(told.get("uri").and_then(Value::as_str).context("an invitation without a link")?.to_owned())
    }

    /// Checks the whole register, and lets the program say what it found.
    pub(crate) async fn verify(&self) -> anyhow::Result<()> {
        let status = self.subcommand("verify").status().await.with_context(|| self.unstarted())?;
        ensure!(status.success(), "the register does not verify");
        Ok(())
    }

    /// `serve`, to be started. [`serves`] recognises it by these arguments.
    pub(crate) fn serve(&self, listen: SocketAddr) -> Command {
        let mut serve = self.subcommand("serve");
        serve.args(["--listen", &listen.to_string()]);
        serve
    }

    /// Whether `arguments` are those of this backend at work.
    pub(crate) fn serves(&self, arguments: &[String]) -> bool {
        let [program, subcommand, option, data, ..] = arguments else { return false };
        program.ends_with("baken-backend")
            && subcommand == "serve"
            && option == "--data"
            && Path::new(data) == self.data
    }

    fn subcommand(&self, name: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(name).arg("--data").arg(&self.data);
        command
    }

    async fn done(&self, command: &mut Command) -> anyhow::Result<Output> {
        let output = command.output().await.with_context(|| self.unstarted())?;
        ensure!(output.status.success(), "the backend refused: {}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(output)
    }

    fn unstarted(&self) -> String {
        format!("{} does not start", self.program.display())
    }
}

/// Waits until the backend at `address` can serve, for some ten seconds.
pub(crate) async fn readiness(address: &str, mut ended: impl FnMut() -> bool) -> anyhow::Result<Readiness> {
    let client = reqwest::Client::builder().timeout(ANSWER_WITHIN).no_proxy().build()?;
    for _ in 0..LOOKS {
        let answer = client.get(format!("{address}/readyz")).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return Ok(Readiness::Ready);
        }
        if ended() {
            return Ok(Readiness::Ended);
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    Ok(Readiness::TooLate)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn backend() -> Backend {
        Backend { program: "/built/baken-backend".into(), data: "/demo/var/backend".into() }
    }

    fn arguments(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn knows_its_own_process_by_program_and_folder() {
        let backend = backend();
        let own = backend.serve("127.0.0.1:8787".parse().unwrap());
        let started = std::iter::once(own.as_std().get_program()).chain(own.as_std().get_args());
        let started: Vec<String> = started.map(|part| part.to_str().unwrap().to_owned()).collect();
        assert!(backend.serves(&started), "{started:?}");
        // Built in another place, of the same folder.
        assert!(
            backend.serves(&arguments("/elsewhere/baken-backend serve --data /demo/var/backend --listen 127.0.0.1:1"))
        );
    }

    #[test]
    fn takes_no_other_process_for_its_own() {
        for other in [
            "/built/baken-backend serve --data /other/var/backend --listen 127.0.0.1:8787",
            "/built/baken-backend verify --data /demo/var/backend",
            "/usr/bin/vim serve --data /demo/var/backend",
            "/built/baken-backend serve --listen /demo/var/backend",
            "/built/baken-backend serve --data",
            "",
        ] {
            assert!(!backend().serves(&arguments(other)), "{other}");
        }
    }

    #[tokio::test]
    async fn a_process_that_is_gone_is_not_waited_for() {
        // Port 0 is nobody's.
        assert_eq!(readiness("http://127.0.0.1:0", || true).await.unwrap(), Readiness::Ended);
    }
}
