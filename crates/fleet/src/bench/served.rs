//! A fresh backend in a temporary folder, and what its work costs: CPU, memory, requests, bytes over the loopback.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use rustix::process::Pid;
use tokio::process::Child;

use crate::backend::{Backend, Readiness, readiness};
use crate::process;

/// Its log has one line a request, which is how they are counted.
const LOGGED: &str = "warn,baken_backend::http::middleware::request_log=info";
const REQUEST: &str = "request_log";
/// As long as it may take to end.
const END_WITHIN: Duration = Duration::from_secs(15);

/// A backend that ends with the measurement, however that ends.
pub(crate) struct Served {
    pub(crate) backend: Backend,
    pub(crate) address: String,
    /// The member's file that `init` wrote.
    pub(crate) member: PathBuf,
    log: PathBuf,
    child: Child,
    pid: Pid,
}

/// What was spent up to a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spent {
    pub(crate) cpu_seconds: f64,
    pub(crate) loopback_bytes: u64,
    pub(crate) requests: usize,
}

impl Served {
    /// Makes a municipality in `folder` and serves it on a port that is free.
    pub(crate) async fn start(program: PathBuf, folder: &Path) -> anyhow::Result<Self> {
        let listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let (backend, address) = (Backend { program, data: folder.join("data") }, format!("http://{listen}"));
        let (secrets, log) = (folder.join("secrets"), folder.join("log"));
        backend.init(&backend.data, &address, &secrets).await?;
        let written = File::create(&log)?;
        let mut serve = backend.serve(listen);
        serve.env("RUST_LOG", LOGGED).stdin(Stdio::null()).stdout(written.try_clone()?).stderr(written);
        let mut child = serve.kill_on_drop(true).spawn().context("the backend does not start")?;
        let pid = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)).context("a process has a number")?;
        if readiness(&address, || !matches!(child.try_wait(), Ok(None))).await? != Readiness::Ready {
            bail!("the backend is not ready: {}", fs::read_to_string(&log).unwrap_or_default());
        }
        Ok(Self { backend, address, member: secrets.join("coordinator.json"), log, child, pid })
    }

    /// An invitation for as long as a measurement takes.
    pub(crate) async fn invitation(&self, label: &str) -> anyhow::Result<String> {
        self.backend.invitation(&format!("Bench {label}"), "gemeente-handhaving", 600).await
    }

    /// What it spent so far.
    pub(crate) fn spent(&self) -> anyhow::Result<Spent> {
        Ok(Spent {
            cpu_seconds: process::cpu_seconds(self.pid)?,
            loopback_bytes: process::loopback_bytes()?,
            requests: requests(&fs::read_to_string(&self.log)?),
        })
    }

    /// The most memory it had at once, in KiB.
    pub(crate) fn peak_memory_kib(&self) -> anyhow::Result<u64> {
        process::peak_memory_kib(self.pid)
    }

    /// Ends it as an operator would, and waits for that.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        process::ask_to_end(self.pid)?;
        let ended = tokio::time::timeout(END_WITHIN, self.child.wait()).await;
        ended.context("the backend did not end within 15 seconds")??;
        Ok(())
    }
}

impl Spent {
    /// What came to it since `before`.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            cpu_seconds: self.cpu_seconds - before.cpu_seconds,
            loopback_bytes: self.loopback_bytes.saturating_sub(before.loopback_bytes),
            requests: self.requests.saturating_sub(before.requests),
        }
    }
}

fn requests(log: &str) -> usize {
    log.lines().filter(|line| line.contains(REQUEST)).count()
}

/// Bytes of every file below a folder.
pub(crate) fn bytes_below(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let what = entry.metadata()?;
        bytes += if what.is_dir() { bytes_below(&entry.path())? } else { what.len() };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_request_is_a_line_of_the_log() {
        let log = "WARN baken_backend: slow\n INFO baken_backend::request_log: http.method=GET\n INFO baken_backend::request_log: x\n";
        assert_eq!(requests(log), 2);
    }

    #[test]
    fn what_was_spent_is_the_difference() {
        let before = Spent { cpu_seconds: 1.5, loopback_bytes: 10, requests: 2 };
        let after = Spent { cpu_seconds: 2.0, loopback_bytes: 15, requests: 9 };
        assert_eq!(after.since(before), Spent { cpu_seconds: 0.5, loopback_bytes: 5, requests: 7 });
    }

    #[test]
    fn every_file_below_is_weighed() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        fs::write(folder.path().join("in/a"), "12345").unwrap();
        fs::write(folder.path().join("b"), "12").unwrap();
        assert_eq!(bytes_below(folder.path()).unwrap(), 7);
    }
}
