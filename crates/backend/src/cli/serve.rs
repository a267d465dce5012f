//! `serve`: serves devices and the console.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use baken_backend::environment::Environment;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::http::bounds::attempts::{Attempts, Limits};
use baken_backend::http::extract::origin::{Proxies, ProxyHeader, parse_network};
use baken_backend::http::serve::{self, Front};
use baken_backend::http::state::AppState;
use baken_backend::storage::Place;
use baken_backend::storage::postgres::DatabaseUrl;
use ipnet::IpNet;

/// Serves devices and the console.
#[derive(clap::Args)]
pub(crate) struct Serve {
    /// The data folder. May be repeated: several municipalities, each under the host of its address.
    #[arg(long, required = true)]
    data: Vec<PathBuf>,
    /// The PostgreSQL database their registers are in, as postgres://ROLE@/DATABASE?host=/run/postgresql; without, each is
    /// a file in its data folder.
    #[arg(long, env = "BAKEN_DATABASE", value_name = "URL", hide_env_values = true)]
    database: Option<DatabaseUrl>,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8787")]
    listen: SocketAddr,
    /// The address or network of reverse proxies whose word on a client's address is believed; may be repeated.
    #[arg(long, value_parser = parse_network)]
    trusted_proxy: Vec<IpNet>,
    /// The one header these proxies write it in; without, whichever is there.
    #[arg(long, requires = "trusted_proxy")]
    proxy_header: Option<ProxyHeader>,
    /// An e-mail address for whoever uses the interface; its description names it.
    #[arg(long)]
    contact: Option<String>,
    /// Bytes of attachments one device may bring in a day, at least two of the largest. Records are never counted.
    #[arg(long, default_value_t = 2 << 30, value_parser = clap::value_parser!(u64).range(32 << 20..=1 << 40))]
    device_daily_bytes: u64,
}

/// A municipality's register and keys, for this process alone.
fn open(
    folder: &DataFolder,
    database: Option<&DatabaseUrl>,
    environment: &Environment,
) -> anyhow::Result<(File, AppState)> {
    let place = Place::of(folder, database)?;
    let lock = folder.lock()?;
    Ok((lock, AppState::open_at(folder, &place, environment.clone())?))
}

impl Serve {
    pub(crate) async fn run(self, environment: Environment) -> anyhow::Result<ExitCode> {
        let trusted_proxies = Proxies::new(self.trusted_proxy, self.proxy_header);
        let contact: Option<Arc<str>> = self.contact.map(Into::into);
        let attachment_kib = u32::try_from(self.device_daily_bytes / 1024).unwrap_or(u32::MAX);
        let (mut locks, mut states, mut left_out) = (Vec::new(), Vec::new(), None);
        for data in &self.data {
            let opened = open(&DataFolder::new(data.clone()), self.database.as_ref(), &environment);
            match opened.with_context(|| data.display().to_string()) {
                Ok((lock, state)) => {
                    locks.push(lock);
                    let limits = Limits { attachment_kib: Attempts::a_day(attachment_kib), ..Limits::default() };
                    let (trusted_proxies, contact) = (trusted_proxies.clone(), contact.clone());
                    states.push(AppState { trusted_proxies, contact, limits: Arc::new(limits), ..state });
                }
                // One that cannot be served keeps no other from it.
                Err(error) => {
                    tracing::error!("not served: {error:#}");
                    left_out.get_or_insert(error);
                }
            }
        }
        let front = match (states.is_empty(), left_out) {
            (true, Some(error)) => return Err(error),
            (_, left_out) => Front::of(states, left_out.is_some())?,
        };
        let listen = self.listen;
        let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
        tracing::info!(address = %listener.local_addr()?, "serving");
        serve::serve(front, listener, serve::asked_to_stop()).await?;
        drop(locks);
        Ok(ExitCode::SUCCESS)
    }
}
