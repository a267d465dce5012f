//! What `make run` does where there is no display: from nothing, once more, and after it was cut off.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::backend::Backend;
use crate::processes::{free_port, program, until};

/// `baken-fleet run` in a folder. Its backend outlives it, so it is stopped when a test lets go of it.
struct Demo {
    folder: tempfile::TempDir,
    listen: String,
}

impl Demo {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), listen: format!("127.0.0.1:{}", free_port()) }
    }

    fn command(&self, subcommand: &str) -> Command {
        let mut fleet = Command::new(program("baken-fleet"));
        fleet.arg(subcommand).arg("--folder").arg(self.folder.path());
        fleet
    }

    fn run(&self) -> Output {
        self.command("run").args(["--listen", &self.listen]).output().unwrap()
    }

    fn has(&self, part: &str) -> bool {
        self.folder.path().join(part).exists()
    }

    fn backend(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("backend.pid")).unwrap()
    }

    fn verified(&self) -> serde_json::Value {
        let mut verify = Command::new(program("baken-backend"));
        verify.args(["verify", "--json", "--data"]).arg(self.folder.path().join("backend"));
        serde_json::from_slice(&verify.output().unwrap().stdout).unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.command("stop").output();
    }
}

fn told(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_run_makes_the_demo_and_the_next_goes_on_where_it_left_off() {
    let demo = Demo::new();
    let first = told(&demo.run());
    assert!(first.contains("Enrolled") && first.contains("everything holds"), "{first}");
    let backend = demo.backend();
    let second = told(&demo.run());
    assert!(second.contains("Unlocked") && !second.contains("demo device"), "{second}");
    assert_eq!(demo.backend(), backend, "a backend that runs is not started again");
    let secrets =
        |told: &str| told.lines().filter(|line| line.starts_with("  Pass")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(secrets(&first), secrets(&second));
    assert_eq!(demo.verified()["operations"], 29, "the year and two stories");

    assert!(demo.command("stop").output().unwrap().status.success());
    assert!(!demo.has("backend.pid"));
    assert!(std::net::TcpStream::connect(&demo.listen).is_err(), "the backend has ended");
    // As a machine that lost its power leaves it.
    std::fs::write(demo.folder.path().join("backend.pid"), backend).unwrap();
    told(&demo.run());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_killed_in_the_demo_year_is_made_good_by_the_next() {
    let demo = Demo::new();
    let mut first = demo.command("run");
    let mut first = first.args(["--listen", &demo.listen]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until("the second demo device", async || demo.has("demo-devices/device-2")).await;

    let other = demo.run();
    assert!(!other.status.success());
    let refused = String::from_utf8_lossy(&other.stderr);
    assert!(refused.contains("another 'make run' of this folder is open"), "{refused}");

    first.kill().unwrap();
    first.wait().unwrap();
    assert!(!demo.has("seeded"));
    let told = told(&demo.run());
    assert!(told.contains("demo device 4: 4 reports") && told.contains("everything holds"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_year_and_the_story_arrive_and_verify() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    backend.demo_year(folder.path());
    let told = fleet("story", folder.path(), &["--invitation", &backend.invitation("nla")]);
    assert!(told.contains("Operation: "), "{told}");

    let report: serde_json::Value = serde_json::from_str(&backend.run(&["verify", "--json"])).unwrap();
    assert_eq!(
        report["operations"], 27,
        "23 reports of the year in which there were 2 inspections, and the story's inspection and observation: {report}"
    );
}

/// Runs a subcommand of the fleet on a folder of its own, and answers what it printed.
pub(crate) fn fleet(subcommand: &str, folder: &Path, arguments: &[&str]) -> String {
    let home = folder.join(subcommand);
    let place = if subcommand == "demo" { "--homes" } else { "--home" };
    let done = Command::new(program("baken-fleet"))
        .env("BAKEN_PASSPHRASE", "vijf zeehonden op de pier")
        .args([subcommand, place])
        .arg(home)
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "{subcommand}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}
