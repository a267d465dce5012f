//! `second-factor`: takes a member's second factor away.

use std::process::ExitCode;

use baken_backend::admin::second_factor;
use baken_backend::environment::Environment;

use super::Where;

/// Takes a member's second factor away, whose phone is lost: the password alone lets them in until they set another.
#[derive(clap::Args)]
pub(crate) struct SecondFactor {
    #[command(flatten)]
    place: Where,
    /// Whose.
    #[arg(long, value_name = "LOGIN")]
    end: String,
}

impl SecondFactor {
    pub(crate) fn run(self, environment: &Environment) -> anyhow::Result<ExitCode> {
        let (storage, _) = self.place.open()?;
        second_factor::end(&storage, environment, &self.end)?;
        println!("{} signs in with the password alone from now on, and was signed out everywhere.", self.end);
        Ok(ExitCode::SUCCESS)
    }
}
