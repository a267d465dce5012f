//! `init`: makes a municipality's keys, an empty register and the first members.

use std::path::PathBuf;
use std::process::ExitCode;

use baken_backend::admin::fingerprint::groups;
use baken_backend::admin::init;
use baken_backend::environment::Environment;
use baken_backend::storage::postgres::{DatabaseUrl, RegisterName};
use baken_backend::time_zone::TimeZone;
use baken_protocol::ids::TenantId;
use baken_protocol::invitation::parse_address;
use url::Url;

/// Makes a municipality's keys, an empty register and the first members.
#[derive(clap::Args)]
pub(crate) struct Init {
    /// The data folder.
    #[arg(long)]
    data: PathBuf,
    /// The municipality's code, as GM0453.
    #[arg(long)]
    tenant: TenantId,
    /// The municipality's name.
    #[arg(long)]
    municipality: String,
    /// The public address of this backend, as devices reach it; invitations carry it.
    #[arg(long, value_parser = address)]
    address: Url,
    /// The municipality's time zone, by its IANA name: days in lists, filters and terms begin and end there.
    #[arg(long, default_value_t)]
    time_zone: TimeZone,
    /// A member: LOGIN[:ORGANISATION[:LEVELS[:ROLES]]]. May be repeated.
    #[arg(long = "member", required = true)]
    members: Vec<init::NewMember>,
    /// The PostgreSQL database to make the register in, as postgres://ROLE@/DATABASE?host=/run/postgresql; without, it
    /// is a file in the data folder.
    #[arg(long, env = "BAKEN_DATABASE", value_name = "URL", hide_env_values = true)]
    database: Option<DatabaseUrl>,
    /// The register's name in that database; without, the municipality's code.
    #[arg(long, requires = "database")]
    register: Option<RegisterName>,
    /// Where to write the root key, the recovery identity and the members' first secrets.
    #[arg(long)]
    secrets_out: PathBuf,
}

impl Init {
    pub(crate) fn run(self, environment: &Environment) -> anyhow::Result<ExitCode> {
        let Self { data, tenant, municipality, address, time_zone, members, secrets_out, database, register } = self;
        let register = register.map_or_else(|| tenant.as_str().parse(), Ok)?;
        let (secrets, database) = (secrets_out, database.map(|url| (url, register)));
        let order = init::InitOrder { data, secrets, tenant, municipality, address, time_zone, members, database };
        let fingerprint = init::init(&order, environment)?;
        println!("Made. The secrets are in {}: read README.txt there now.", order.secrets.display());
        println!("Fingerprint of the root key, to keep where proofs are checked: {}", groups(&fingerprint));
        Ok(ExitCode::SUCCESS)
    }
}

/// An address as devices take it: what one of them refuses is refused here.
fn address(text: &str) -> Result<Url, init::InitError> {
    Ok(parse_address(text)?)
}
