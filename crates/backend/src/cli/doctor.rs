//! `doctor`: tries a backend through its front door, as devices come in. Needs no secrets and changes nothing.

use std::process::ExitCode;

use baken_backend::admin::doctor;
use baken_backend::environment::Environment;
use url::Url;

/// Tries a backend through its front door, as devices come in. Needs no secrets and changes nothing.
#[derive(clap::Args)]
pub(crate) struct Doctor {
    /// The public address, as it stands in invitations.
    #[arg(long)]
    address: Url,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(crate) async fn run(self, environment: &Environment) -> anyhow::Result<ExitCode> {
        let report = doctor::examine(&self.address, environment).await?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            for finding in &report.findings {
                println!("{}", finding.line());
            }
            println!("{}", if report.holds() { "devices can come in" } else { "devices are kept out or hindered" });
        }
        Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
