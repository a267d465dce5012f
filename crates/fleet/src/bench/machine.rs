//! The machine that figures are of.

use std::fs;

/// Processors, their name, and the kernel.
pub(crate) fn machine() -> Vec<(&'static str, String)> {
    let processors = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let system = rustix::system::uname();
    let words = [system.sysname(), system.release(), system.machine()].map(|word| word.to_string_lossy().into_owned());
    vec![
        ("system", words.join(" ")),
        ("processors", format!("{processors}, {}", model(&cpuinfo).unwrap_or("model unknown"))),
    ]
}

fn model(cpuinfo: &str) -> Option<&str> {
    cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.trim_start().strip_prefix(':')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_named_where_it_says_its_name() {
        assert_eq!(model("processor\t: 0\nmodel name\t: AMD EPYC\nmodel name\t: other\n"), Some("AMD EPYC"));
        assert_eq!(model("Processor: ARM\n"), None);
    }
}
