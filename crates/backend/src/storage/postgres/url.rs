//! Where a database is, as `postgres://ROLE@/DATABASE?host=/run/postgresql` or `postgres://ROLE:PASSWORD@localhost/DATABASE`.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::register_name::RegisterName;

/// Longer than any statement here takes, so that none is in the way for ever; how long one waits for another's lock, as
/// with SQLite; how long a transaction may hold what it has while its program asks nothing (`move` checks what arrived
/// meanwhile). What was committed is on disk, whatever the server or the role is set to: a receipt says so.
const BOUNDS: &str = "-c search_path=baken -c statement_timeout=60s -c lock_timeout=10s \
                      -c idle_in_transaction_session_timeout=6h -c synchronous_commit=on";
/// How long a connection may take to be made.
const CONNECTING: Duration = Duration::from_secs(10);

/// A database that may be connected to.
#[derive(Clone)]
pub struct DatabaseUrl(Arc<Config>);

/// Why a text names no database.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseUrlError {
    /// It cannot be read.
    #[error("this names no PostgreSQL database; give one as postgres://ROLE@/DATABASE?host=/run/postgresql")]
    Malformed,
    /// Records would travel in the open.
    #[error(
        "the database is on another machine, and records would travel to it unprotected: give a socket \
         (?host=/run/postgresql), or a tunnel's end on this machine (localhost)"
    )]
    Elsewhere,
}

impl DatabaseUrl {
    /// What to connect with; whoever looks at the server sees for which register.
    pub(super) fn bounded(&self, register: &RegisterName) -> Config {
        let mut config = Config::clone(&self.0);
        let given = config.get_options().unwrap_or_default().to_owned();
        config.options(format!("{given} {BOUNDS}").trim()).application_name(format!("baken-backend {register}"));
        config.connect_timeout(CONNECTING);
        config
    }

    /// The same without a bound on how long a statement takes, for whoever changes the schema.
    pub(super) fn unbounded(&self) -> Config {
        let mut config = Config::clone(&self.0);
        config.application_name("baken-backend migrate").connect_timeout(CONNECTING);
        config
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        let named = text.starts_with("postgres://") || text.starts_with("postgresql://");
        let config = text.parse::<Config>().ok().filter(|_| named).ok_or(DatabaseUrlError::Malformed)?;
        let here = |host: &Host| match host {
            Host::Unix(_) => true,
            Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
        };
        let addressed = config.get_hostaddrs().iter().all(IpAddr::is_loopback);
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(DatabaseUrlError::Malformed);
        }
        if config.get_hosts().iter().all(here) && addressed {
            Ok(Self(Arc::new(config)))
        } else {
            Err(DatabaseUrlError::Elsewhere)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_by_a_socket_or_on_this_machine_only() {
        for fine in [
            "postgres://baken@/baken?host=/run/postgresql",
            "postgresql://baken:word@localhost:5433/baken",
            "postgres://baken@127.0.0.1/baken",
            "postgres://baken@[::1]/baken",
        ] {
            assert!(fine.parse::<DatabaseUrl>().is_ok(), "{fine}");
        }
        for elsewhere in [
            "postgres://baken@database.example/baken",
            "postgres://baken@10.0.0.7/baken",
            "postgres://baken@localhost,database.example/baken",
            "postgres://baken@localhost/baken?hostaddr=10.0.0.7",
        ] {
            assert!(matches!(elsewhere.parse::<DatabaseUrl>(), Err(DatabaseUrlError::Elsewhere)), "{elsewhere}");
        }
        for malformed in ["", "baken", "host=localhost", "mysql://localhost/baken", "postgres://localhost:port/"] {
            assert!(matches!(malformed.parse::<DatabaseUrl>(), Err(DatabaseUrlError::Malformed)), "{malformed}");
        }
    }
}
