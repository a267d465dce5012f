//! `renew`: signs the next key directory: with a later end, and other keys where they are asked for.

use std::path::PathBuf;
use std::process::ExitCode;

use baken_backend::admin::renew::TeamKeyOrder;
use baken_backend::environment::Environment;
use baken_backend::time_zone::TimeZone;
use baken_protocol::keydir::Team;
use baken_protocol::seal::KeyFingerprint;

use super::{Where, renewal};

/// Signs the next key directory: with a later end, and other keys where they are asked for.
#[derive(clap::Args)]
pub(crate) struct Renew {
    #[command(flatten)]
    place: Where,
    /// The municipality's root key, as `init` wrote it.
    #[arg(long)]
    root_key: PathBuf,
    /// Makes the next receipt key too: once a year, and whenever the one in use may be known to somebody. Stop the
    /// server first.
    #[arg(long)]
    new_receipt_key: bool,
    /// Makes another content key, which signs what devices are given to work with: whenever the one in use may be known
    /// to somebody. Stop the server first.
    #[arg(long, conflicts_with_all = ["new_receipt_key", "members", "time_zone"])]
    new_content_key: bool,
    /// Makes another key for this team (`team`, `zorg`, `eigen:ORGANISATION`), and hands it to its members; may be
    /// repeated.
    #[arg(long, value_name = "TEAM", requires = "members", conflicts_with = "new_receipt_key")]
    new_team_keys: Vec<Team>,
    /// The login of a member who leaves: ends the account, and makes another key for each of its teams; may be
    /// repeated.
    #[arg(long, value_name = "LOGIN", requires = "members", conflicts_with = "new_receipt_key")]
    leaving: Vec<String>,
    /// The `team_members.json` that `init` wrote beside the root key.
    #[arg(long, conflicts_with = "new_receipt_key")]
    members: Option<PathBuf>,
    /// A member who joined in the console, or has another key of their own since, with the fingerprint that they read out:
    /// LOGIN=FINGERPRINT. The list names them from then on; may be repeated.
    #[arg(long, value_name = "LOGIN=FINGERPRINT", requires = "members", value_parser = joined)]
    joined: Vec<(String, KeyFingerprint)>,
    /// The newest key directory (keydir-N.dsse.json of a dossier, or what /v1/key-directory answered): for a register
    /// that was restored from a backup made before it. The next one follows it. May be repeated, for those before it
    /// that the register lacks. Stop the server first.
    #[arg(long = "directory", value_name = "FILE")]
    directories: Vec<PathBuf>,
    /// Says of a restored register that no key directory after this number was ever signed: the newest it has.
    #[arg(long, value_name = "NUMBER", conflicts_with = "directories")]
    no_later_directory: Option<u64>,
    /// From now on the municipality is in this time zone, by its IANA name. Stop the server first.
    #[arg(long, conflicts_with_all = ["new_receipt_key", "members"])]
    time_zone: Option<TimeZone>,
}

fn joined(text: &str) -> Result<(String, KeyFingerprint), String> {
    let read = text.split_once('=').and_then(|(login, read_out)| Some((login.to_owned(), read_out.parse().ok()?)));
    read.ok_or_else(|| "this is LOGIN=FINGERPRINT, the fingerprint as 20 letters and digits".to_owned())
}

impl Renew {
    pub(crate) fn run(self, environment: &Environment) -> anyhow::Result<ExitCode> {
        let Self { place, root_key, directories, no_later_directory, .. } = self;
        let orders = renewal::Orders { place, root_key, directories, no_later_directory };
        if let Some(members) = self.members {
            let order = TeamKeyOrder { teams: self.new_team_keys, leaving: self.leaving, members, joined: self.joined };
            renewal::team_keys_changed(&orders, &order, environment)?;
        } else if self.new_content_key {
            renewal::content_key_changed(&orders, environment)?;
        } else {
            renewal::renewed(&orders, self.new_receipt_key, self.time_zone, environment)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
