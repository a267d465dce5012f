//! What Linux tells of a process and of the loopback interface (proc(5)), and how a process is asked to end.
//! Each text is read by a function of its own, so that it can be tried without a process.

use std::fs;

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};

/// The program of a process and its arguments; none if there is no such process, or it ended and was not waited for.
pub(crate) fn command_line(pid: Pid) -> Option<Vec<String>> {
    arguments(&fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).ok()?)
}

/// Asks it to end (SIGTERM). One that is gone has ended.
pub(crate) fn ask_to_end(pid: Pid) -> anyhow::Result<()> {
    match kill_process(pid, Signal::TERM) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(error).with_context(|| format!("process {} cannot be stopped", pid.as_raw_nonzero())),
    }
}

/// CPU seconds of a process so far, its own and the kernel's for it.
pub(crate) fn cpu_seconds(pid: Pid) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()))?;
    let ticks = cpu_ticks(&stat).context("/proc/PID/stat is not as proc(5) says")?;
    Ok(f64::from(ticks) / f64::from(u32::try_from(rustix::param::clock_ticks_per_second())?))
}

/// The most memory that a process had at once, in KiB.
pub(crate) fn peak_memory_kib(pid: Pid) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero()))?;
    peak_memory(&status).context("/proc/PID/status has no VmHWM")
}

/// Bytes over the loopback interface so far: requests, answers, and the headers of HTTP, TCP and IP around them.
pub(crate) fn loopback_bytes() -> anyhow::Result<u64> {
    received(&fs::read_to_string("/proc/net/dev")?, "lo").context("/proc/net/dev has no lo")
}

fn arguments(cmdline: &[u8]) -> Option<Vec<String>> {
    let text = String::from_utf8_lossy(cmdline);
    let arguments: Vec<String> = text.strip_suffix('\0').unwrap_or(&text).split('\0').map(str::to_owned).collect();
    (!text.is_empty()).then_some(arguments)
}

/// utime and stime, fields 14 and 15. The second field is a name in parentheses, which may hold anything.
fn cpu_ticks(stat: &str) -> Option<u32> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut times = after_name.split_whitespace().skip(11).map(|field| field.parse::<u32>().ok());
    times.next()??.checked_add(times.next()??)
}

fn peak_memory(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

fn received(interfaces: &str, name: &str) -> Option<u64> {
    let of_name =
        |line: &str| line.split_once(':').filter(|(it, _)| it.trim() == name).map(|(_, rest)| rest.to_owned());
    interfaces.lines().find_map(of_name)?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const AFTER_NAME: &str = "S 1 4242 4242 0 -1 4194560 5000 0 12 0 731 69 3 2 20 0 6 0 12345 1000 200";

    #[test]
    fn reads_cpu_time_behind_any_name() {
        for name in ["baken-backend", "a b", "tmux: server", "x) S 1 1 (y", "))", ""] {
            assert_eq!(cpu_ticks(&format!("4242 ({name}) {AFTER_NAME}")), Some(800), "{name}");
        }
    }

    #[test]
    fn makes_no_cpu_time_of_something_else() {
        for wrong in ["", "4242 baken S 1", "4242 (baken) S 1 2 3", "4242 (baken) S 1 1 1 0 -1 0 0 0 0 0 many 69"] {
            assert_eq!(cpu_ticks(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn reads_this_process() {
        let own = rustix::process::getpid();
        assert!(command_line(own).unwrap().first().unwrap().contains("fleet"));
        assert!(cpu_seconds(own).unwrap() >= 0.0);
        assert!(peak_memory_kib(own).unwrap() > 0);
    }

    #[test]
    fn a_process_that_ended_has_no_command_line() {
        assert_eq!(arguments(b""), None);
        let two = vec!["a b".to_owned(), "c".to_owned()];
        assert_eq!(arguments(b"a b\0c\0"), Some(two.clone()));
        assert_eq!(arguments(b"a b\0c"), Some(two));
    }

    #[test]
    fn reads_the_peak_of_memory() {
        assert_eq!(peak_memory("Name:\tbaken\nVmHWM:\t   57124 kB\nVmRSS:\t 1 kB\n"), Some(57_124));
        assert_eq!(peak_memory("VmRSS:\t 1 kB\n"), None);
    }

    #[test]
    fn reads_what_the_loopback_received() {
        let dev = "Inter-|   Receive\n face |bytes    packets\n  flo: 5 1\n    lo:  9876     12    0\n  eth0: 7 1\n";
        assert_eq!(received(dev, "lo"), Some(9876));
        assert_eq!(received("lo:9876 12", "lo"), Some(9876));
        assert_eq!(received("eth0: 7 1", "lo"), None);
    }
}
