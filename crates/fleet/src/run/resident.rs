//! The backend of the demo, which may outlive the run that started it. It is known by its process id and its own command
//! line, never by name: a number may have gone to another program.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use rustix::process::Pid;
use tokio::process::Child;

use crate::backend::{Backend, Readiness, readiness};
use crate::process::{ask_to_end, command_line};

/// Looks at whether it has ended, at most, and the time between two of them: 15 seconds.
const LOOKS: usize = 150;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
/// Lines of its log that are shown when it ended at once.
const LAST_WORDS: usize = 5;

/// The backend of a folder.
pub(crate) struct Resident {
    backend: Backend,
    pid_file: PathBuf,
    log: PathBuf,
}

/// What there was to stop.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// It ran, and has ended.
    Ended,
    /// None ran.
    WasNone,
}

impl Resident {
    /// That of `folder`, running or not.
    pub(crate) fn of(folder: &Path, program: PathBuf) -> anyhow::Result<Self> {
        let folder = std::path::absolute(folder)?;
        let backend = Backend { program, data: folder.join("backend") };
        Ok(Self { backend, pid_file: folder.join("backend.pid"), log: folder.join("backend.log") })
    }

    /// Its program.
    pub(crate) const fn backend(&self) -> &Backend {
        &self.backend
    }

    /// Starts it unless it runs, and waits until it can serve.
    pub(crate) async fn start(&self, listen: SocketAddr) -> anyhow::Result<()> {
        if self.running().is_some() && self.is_older_than_its_program() {
            crate::say("The backend was built anew: it is started again.");
            self.stop().await?;
        }
        let mut started = None;
        if self.running().is_none() {
            if TcpStream::connect(listen).is_ok() {
                let (host, port) = (listen.ip(), listen.port());
                bail!(
                    "port {port} on {host} is in use by another program; free it (ss -ltnp 'sport = :{port}' names it)"
                );
            }
            started = Some(self.spawn(listen)?);
        }
        let ended = || started.as_mut().map_or(self.running().is_none(), has_ended);
        match readiness(&format!("http://{listen}"), ended).await? {
            Readiness::Ready => Ok(()),
            Readiness::Ended => {
                fs::remove_file(&self.pid_file).ok();
                crate::say(last_lines(&fs::read_to_string(&self.log).unwrap_or_default()));
                bail!("the backend ended at once; its last words are above, all of them in {}", self.log.display())
            }
            Readiness::TooLate => bail!("the backend is not ready; see {}", self.log.display()),
        }
    }

    /// Asks it to end and waits until it has, for 15 seconds. A pid file of a process that is gone is cleared away.
    pub(crate) async fn stop(&self) -> anyhow::Result<Stopped> {
        let Some(pid) = self.running() else {
            fs::remove_file(&self.pid_file).ok();
            return Ok(Stopped::WasNone);
        };
        ask_to_end(pid)?;
        for _ in 0..LOOKS {
            if self.running() != Some(pid) {
                fs::remove_file(&self.pid_file).ok();
                return Ok(Stopped::Ended);
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        let (pid, log) = (pid.as_raw_nonzero(), self.log.display());
        bail!("the backend (process {pid}) did not stop within 15 seconds; see {log}")
    }

    /// Its process, if the one in the pid file is this folder's backend.
    fn running(&self) -> Option<Pid> {
        let pid = Pid::from_raw(fs::read_to_string(&self.pid_file).ok()?.trim().parse().ok().filter(|pid| *pid > 0)?)?;
        self.backend.serves(&command_line(pid)?).then_some(pid)
    }

    fn is_older_than_its_program(&self) -> bool {
        let changed = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
        changed(&self.backend.program) > changed(&self.pid_file)
    }

    /// In a process group of its own: Ctrl-C and the end of the terminal are not for it.
    fn spawn(&self, listen: SocketAddr) -> anyhow::Result<Child> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut serve = self.backend.serve(listen);
        serve.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0);
        let child = serve.spawn().with_context(|| format!("{} does not start", self.backend.program.display()))?;
        let aside = self.pid_file.with_extension("pid.new");
        fs::write(&aside, format!("{}\n", child.id().context("a process that was started has a number")?))?;
        fs::rename(&aside, &self.pid_file)?;
        Ok(child)
    }
}

fn has_ended(child: &mut Child) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines.get(lines.len().saturating_sub(LAST_WORDS)..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn resident(folder: &Path) -> Resident {
        Resident::of(folder, "/nowhere/baken-backend".into()).unwrap()
    }

    #[tokio::test]
    async fn a_pid_file_of_another_process_is_cleared_away_and_that_process_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let pid_file = folder.path().join("backend.pid");
        let mut other = tokio::process::Command::new("sleep").arg("60").kill_on_drop(true).spawn().unwrap();
        for text in
            [other.id().unwrap().to_string(), "0".into(), "-1".into(), "999999999".into(), "x".into(), String::new()]
        {
            fs::write(&pid_file, &text).unwrap();
            assert_eq!(resident(folder.path()).stop().await.unwrap(), Stopped::WasNone, "{text}");
            assert!(!pid_file.exists(), "{text}");
        }
        assert_eq!(other.try_wait().unwrap(), None);
    }

    #[tokio::test]
    async fn a_port_of_another_program_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = taken.local_addr().unwrap();
        let refused = resident(folder.path()).start(listen).await.unwrap_err();
        assert!(refused.to_string().contains(&format!("port {} on 127.0.0.1 is in use", listen.port())), "{refused}");
    }

    #[test]
    fn its_last_words_are_the_last_lines() {
        assert_eq!(last_lines("1\n2\n3\n4\n5\n6\n"), "2\n3\n4\n5\n6");
        assert_eq!(last_lines("1\n"), "1");
        assert_eq!(last_lines(""), "");
    }
}
