//! What `make run` shows where there is no display: the demo year and the story, by the programs it calls.

use std::path::Path;
use std::process::Command;

use crate::backend::Backend;
use crate::processes::program;

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
