//! A backend of the test's own, as a process that can be stopped and started again.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::demo::fleet;
use crate::processes::{Running, free_port, program, until};

pub(crate) struct Backend {
    data: PathBuf,
    port: u16,
    running: Option<Running>,
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) passphrase: String,
    /// Of `agent`, who is of the police.
    pub(crate) agent_password: String,
}

impl Backend {
    /// Makes a municipality in `folder` and starts serving.
    pub(crate) async fn start(folder: &Path) -> Self {
        let (data, secrets, port) = (folder.join("backend"), folder.join("secrets"), free_port());
        let address = format!("http://127.0.0.1:{port}");
        let made = Command::new(program("baken-backend"))
            .args(["init", "--tenant", "GM0453", "--municipality", "Velsen", "--address", &address])
            .args(["--member", "coordinator", "--member", "agent:politie", "--data"])
            .arg(&data)
            .arg("--secrets-out")
            .arg(&secrets)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let member = |login: &str| -> serde_json::Value {
            serde_json::from_slice(&std::fs::read(secrets.join(format!("{login}.json"))).unwrap()).unwrap()
        };
        let (coordinator, agent) = (member("coordinator"), member("agent"));
        let secret = |name: &str| coordinator[name].as_str().unwrap().to_owned();
        let mut backend = Self {
            data,
            port,
            running: None,
            login: secret("login"),
            password: secret("password"),
            passphrase: secret("passphrase"),
            agent_password: agent["password"].as_str().unwrap().to_owned(),
        };
        backend.serve().await;
        backend
    }

    /// Serves (again) from the same data on the same port.
    pub(crate) async fn serve(&mut self) {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut command = Command::new(program("baken-backend"));
        self.running = Some(Running::start(command.args(["serve", "--listen", &listen, "--data"]).arg(&self.data)));
        let ready = format!("{}/readyz", self.address());
        until("the backend to be ready", async || reqwest::get(&ready).await.is_ok_and(|it| it.status().is_success()))
            .await;
    }

    /// Stops serving: from now on there is no network to it.
    pub(crate) fn stop(&mut self) {
        self.running.take().expect("it runs").stop();
    }

    /// The process that serves.
    pub(crate) fn pid(&self) -> u32 {
        self.running.as_ref().expect("it runs").pid()
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Runs a subcommand on the data folder and answers what it printed; fails the test if it fails.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let (subcommand, rest) = arguments.split_first().unwrap();
        let mut command = Command::new(program("baken-backend"));
        let done = command.arg(subcommand).arg("--data").arg(&self.data).args(rest).output().unwrap();
        let printed = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success(), "{arguments:?}: {printed}{}", String::from_utf8_lossy(&done.stderr));
        printed
    }

    /// A fresh invitation, as a `baken:` link.
    pub(crate) fn invitation(&self, organisation: &str) -> String {
        let printed = self.run(&["invite", "--label", organisation, "--organisation", organisation, "--json"]);
        let printed: serde_json::Value = serde_json::from_str(&printed).unwrap();
        printed["uri"].as_str().unwrap().to_owned()
    }

    /// Four devices send the demo's year.
    pub(crate) fn demo_year(&self, folder: &Path) {
        let invitations = ["gemeente-handhaving", "politie", "scharlaken-koord", "nla"].map(|who| self.invitation(who));
        let file = folder.join("invitations");
        std::fs::write(&file, invitations.join("\n")).unwrap();
        fleet("demo", folder, &["--invitations", file.to_str().unwrap()]);
    }
}
