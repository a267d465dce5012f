//! `invite`: makes an invitation for one device.

use std::process::ExitCode;

use baken_backend::admin::invite::{self, InvitationOrder};
use baken_backend::environment::Environment;
use baken_backend::storage::OPERATOR;
use chrono::TimeDelta;

use super::Where;

/// Makes an invitation for one device.
#[derive(clap::Args)]
pub(crate) struct Invite {
    #[command(flatten)]
    place: Where,
    /// The name the device will have.
    #[arg(long)]
    label: String,
    /// The code of the organisation of whoever carries it.
    #[arg(long)]
    organisation: String,
    /// How long it may be used.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(i64).range(1..=10_080))]
    valid_minutes: i64,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Invite {
    pub(crate) fn run(self, environment: &Environment) -> anyhow::Result<ExitCode> {
        let (storage, installation) = self.place.open()?;
        let valid = TimeDelta::try_minutes(self.valid_minutes).unwrap_or_default();
        let (label, organisation) = (self.label, self.organisation);
        let order = InvitationOrder { label, organisation, created_by: OPERATOR.into(), valid };
        let fresh = invite::invite(&storage, &installation, environment, order)?;
        if self.json {
            let (code, uri) = (fresh.invitation.typed(), fresh.invitation.to_string());
            println!("{}", serde_json::json!({ "code": code, "uri": uri, "expiresAt": fresh.expires_at }));
        } else {
            println!("{}\n{}\nuntil {}", fresh.invitation.typed(), fresh.invitation, fresh.expires_at);
        }
        Ok(ExitCode::SUCCESS)
    }
}
