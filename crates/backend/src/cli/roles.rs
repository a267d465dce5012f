//! `roles`: shows who does what, or gives somebody roles.

use std::process::ExitCode;

use baken_backend::access::Role;
use baken_backend::admin::roles;
use baken_backend::environment::Environment;
use baken_backend::storage::UnitOfWork;

use super::Where;

/// Shows who does what; with a login and roles, gives that member these in place of those before.
#[derive(clap::Args)]
pub(crate) struct Roles {
    #[command(flatten)]
    place: Where,
    /// Whose.
    #[arg(requires = "roles")]
    login: Option<String>,
    /// What they do from now on: coordinator, care-coordinator, analyst, device-manager, administrator, auditor, with
    /// commas between.
    #[arg(value_delimiter = ',')]
    roles: Vec<Role>,
}

impl Roles {
    pub(crate) fn run(self, environment: &Environment) -> anyhow::Result<ExitCode> {
        let (storage, _) = self.place.open()?;
        if let Some(login) = &self.login {
            let mut given = self.roles;
            given.sort_unstable();
            given.dedup();
            roles::give(&storage, environment, login, &given)?;
        }
        for member in storage.read(|tx| tx.members())? {
            let does: Vec<_> = member.roles.iter().map(|role| role.code()).collect();
            let ended = if member.disabled_at.is_some() { " (account ended)" } else { "" };
            println!("{} ({}): {}{ended}", member.login, member.organisation, does.join(", "));
        }
        Ok(ExitCode::SUCCESS)
    }
}
