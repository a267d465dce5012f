//! Child processes that end with the test, and where the built programs are.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that is killed when the test lets go of it.
pub(crate) struct Running(Child);

impl Running {
    /// Starts `command` with its output thrown away, unless `BAKEN_E2E_LOG` is set.
    pub(crate) fn start(command: &mut Command) -> Self {
        if std::env::var_os("BAKEN_E2E_LOG").is_none() {
            command.stdout(Stdio::null()).stderr(Stdio::null());
        }
        let name = command.get_program().to_string_lossy().into_owned();
        Self(command.stdin(Stdio::null()).spawn().unwrap_or_else(|error| panic!("{name} does not start: {error}")))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Asks it to end (SIGTERM) and waits.
    pub(crate) fn stop(mut self) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A built program, beside the test's own.
pub(crate) fn program(name: &str) -> PathBuf {
    let beside = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join(name);
    assert!(beside.exists(), "{} is not built; run `make test`", beside.display());
    beside
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A port nobody listens on.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits until `ready` holds, at most 30 seconds.
pub(crate) async fn until(what: &str, mut ready: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !ready().await {
        assert!(started.elapsed() < Duration::from_secs(30), "waited 30 s for: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
