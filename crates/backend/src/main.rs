//! `baken-backend`: the command line. Each subcommand unpacks its arguments and calls the library.

#![allow(clippy::print_stdout, reason = "a command line tool: what it prints is what it is for")]

mod cli;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use baken_backend::admin::dossier::RecordName;
use baken_backend::admin::{backup, check, doctor, dossier, init, invite, migrate, renew, verifier, verify};
use baken_backend::attempts::{Attempts, Limits};
use baken_backend::data_folder::DataFolder;
use baken_backend::environment::Environment;
use baken_backend::fingerprint::{self, groups};
use baken_backend::origin::{Proxies, ProxyHeader, parse_network};
use baken_backend::serve;
use baken_backend::state::{AppState, StartError};
use baken_backend::storage::UnitOfWork;
use baken_backend::storage::sqlite::SqliteStorage;
use baken_backend::time_zone::TimeZone;
use baken_protocol::digest::Digest;
use baken_protocol::ids::TenantId;
use baken_protocol::invitation::parse_address;
use baken_protocol::keydir::Team;
use chrono::TimeDelta;
use clap::{Parser, Subcommand};
use ipnet::IpNet;
use url::Url;

use crate::cli::renewal;

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a municipality's keys, an empty register and the first members.
    Init {
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
        /// A member: LOGIN[:ORGANISATION[:LEVELS]]. May be repeated.
        #[arg(long = "member", required = true)]
        members: Vec<init::NewMember>,
        /// Where to write the root key, the recovery identity and the members' first secrets.
        #[arg(long)]
        secrets_out: PathBuf,
    },
    /// Serves devices and the console.
    Serve {
        /// The data folder.
        #[arg(long)]
        data: PathBuf,
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
    },
    /// Brings a register of an older version to this one, while nobody serves from it.
    Migrate {
        /// The data folder.
        #[arg(long)]
        data: PathBuf,
    },
    /// Signs the next key directory: with a later end, and other keys where they are asked for.
    Renew {
        /// The data folder.
        #[arg(long)]
        data: PathBuf,
        /// The municipality's root key, as `init` wrote it.
        #[arg(long)]
        root_key: PathBuf,
        /// Makes the next receipt key too: once a year, and whenever the one in use may be known to somebody. Stop the
        /// server first.
        #[arg(long)]
        new_receipt_key: bool,
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
    },
    /// Tries a backend through its front door, as devices come in. Needs no secrets and changes nothing.
    Doctor {
        /// The public address, as it stands in invitations.
        #[arg(long)]
        address: Url,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes an invitation for one device.
    Invite {
        /// The data folder.
        #[arg(long)]
        data: PathBuf,
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
    },
    /// Checks every signature, hash and link of the register again.
    Verify {
        /// The data folder.
        #[arg(long)]
        data: PathBuf,
        /// The fingerprint the root key must have, as `init` printed it.
        #[arg(long, value_parser = fingerprint::typed)]
        root: Option<Digest>,
        /// A line of the audit log that was noted before, as this command printed it (LINE:HEX, or its hash alone): it must
        /// stand in the log still; may be repeated.
        #[arg(long = "audit-hash", value_name = "LINE:HEX")]
        noted: Vec<verify::NotedLine>,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Writes one record with everything to check it by into a folder.
    Dossier {
        /// The data folder.
        #[arg(long)]
        data: PathBuf,
        /// The record, as the console shows it: DEVICE.OPERATION, or the operation alone where only one device gave
        /// that id.
        #[arg(long)]
        operation: RecordName,
        /// The folder to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Checks a dossier: exit code 0 holds, 1 does not hold, 2 cannot be checked here, 3 proves nothing any more.
    Check {
        /// The folder of the dossier.
        dossier: PathBuf,
        /// The fingerprint of the municipality's root key, asked by another way than the dossier came by.
        #[arg(long, value_parser = fingerprint::typed)]
        root: Digest,
        /// The number of the municipality's newest key directory, asked in the same way: without it, a key that was closed
        /// since is not known as closed.
        #[arg(long, value_name = "NUMBER")]
        key_directory: Option<u64>,
        /// A file with an age identity: what is sealed is opened too, and compared with the record.
        #[arg(long)]
        identity: Option<PathBuf>,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Writes the verifier that needs nothing of ours (Python and openssl), and says its SHA-256.
    Verifier {
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Copies register, attachments and keys, sealed to the backup identity, while serving or not.
    Backup {
        /// The data folder.
        #[arg(long)]
        data: PathBuf,
        /// The folder to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Makes a data folder from a backup, after checking every file of it.
    Restore {
        /// The backup.
        #[arg(long)]
        from: PathBuf,
        /// The data folder to make.
        #[arg(long)]
        data: PathBuf,
        /// The identity it is sealed to: the backup.age-identity.txt that `init` wrote.
        #[arg(long)]
        identity: PathBuf,
        /// The SHA-256 the backup's manifest must have, as `backup` printed it.
        #[arg(long, value_parser = fingerprint::typed)]
        manifest_sha256: Option<Digest>,
        /// The newest key directory (keydir-N.dsse.json of a dossier, or what /v1/key-directory answered), if one was
        /// signed after the backup. May be repeated, for those before it that the backup lacks.
        #[arg(long = "directory", value_name = "FILE")]
        directories: Vec<PathBuf>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Arguments::parse().command).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("baken-backend: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// An address as devices take it: what one of them refuses is refused here.
fn address(text: &str) -> Result<Url, init::InitError> {
    Ok(parse_address(text)?)
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let environment = Environment::system();
    match command {
        Command::Init { data, tenant, municipality, address, time_zone, members, secrets_out } => {
            let order =
                init::InitOrder { data, secrets: secrets_out, tenant, municipality, address, time_zone, members };
            let fingerprint = init::init(&order, &environment)?;
            println!("Made. The secrets are in {}: read README.txt there now.", order.secrets.display());
            println!("Fingerprint of the root key, to keep where proofs are checked: {}", groups(&fingerprint));
        }
        Command::Serve { data, listen, trusted_proxy, proxy_header, contact, device_daily_bytes } => {
            let folder = DataFolder::new(data);
            if !folder.register().exists() {
                return Err(StartError::NotInitialised.into());
            }
            let _lock = folder.lock()?;
            let trusted_proxies = Proxies::new(trusted_proxy, proxy_header);
            let contact = contact.map(Into::into);
            let attachment_kib = Attempts::a_day(u32::try_from(device_daily_bytes / 1024).unwrap_or(u32::MAX));
            let limits = Arc::new(Limits { attachment_kib, ..Limits::default() });
            let state = AppState { trusted_proxies, contact, limits, ..AppState::open(&folder, environment)? };
            let listener =
                tokio::net::TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
            tracing::info!(address = %listener.local_addr()?, "serving");
            serve::serve(state, listener, serve::asked_to_stop()).await?;
        }
        Command::Invite { data, label, organisation, valid_minutes, json } => {
            let (storage, installation) = open(data)?;
            let valid = TimeDelta::try_minutes(valid_minutes).unwrap_or_default();
            let order = invite::InvitationOrder { label, organisation, created_by: "operator".into(), valid };
            let fresh = invite::invite(&storage, &installation, &environment, order)?;
            if json {
                let (code, uri) = (fresh.invitation.typed(), fresh.invitation.to_string());
                println!("{}", serde_json::json!({ "code": code, "uri": uri, "expiresAt": fresh.expires_at }));
            } else {
                println!("{}\n{}\nuntil {}", fresh.invitation.typed(), fresh.invitation, fresh.expires_at);
            }
        }
        Command::Renew {
            data,
            root_key,
            new_receipt_key,
            new_team_keys,
            leaving,
            members,
            directories,
            no_later_directory,
            time_zone,
        } => {
            let orders = renewal::Orders { data, root_key, directories, no_later_directory };
            if let Some(members) = members {
                let order = renew::TeamKeyOrder { teams: new_team_keys, leaving, members };
                renewal::team_keys_changed(&orders, &order, &environment)?;
            } else {
                renewal::renewed(&orders, new_receipt_key, time_zone, &environment)?;
            }
        }
        Command::Migrate { data } => {
            let migrate::Migrated { from, to } = migrate::migrate(&DataFolder::new(data))?;
            println!("The register has schema {to}{}.", if from == to { " already" } else { " now" });
        }
        Command::Doctor { address, json } => return examined(&address, &environment, json).await,
        Command::Verify { data, root, noted, json } => return verified(data, root, &noted, json),
        Command::Dossier { data, operation, out } => return written(data, operation, &out, &environment),
        Command::Check { dossier, root, key_directory, identity, json } => {
            return checked(&dossier, check::Known { root, key_directory }, identity.as_deref(), json);
        }
        Command::Verifier { out } => {
            verifier::write(&out).with_context(|| format!("writing {}", out.display()))?;
            println!("Written to {}. Its SHA-256, to publish beside it: {}", out.display(), verifier::script_hash());
        }
        Command::Backup { data, out } => {
            let done = backup::backup(&DataFolder::new(data), &out, &environment)?;
            println!("Copied {} files to {}, sealed to {}.", done.files, out.display(), done.sealed_to);
            println!("SHA-256 of its manifest, to keep apart from it: {}", done.manifest_sha256);
        }
        Command::Restore { from, data, identity, manifest_sha256, directories } => {
            renewal::restored(&from, data, &identity, manifest_sha256, &directories, &environment)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn examined(address: &Url, environment: &Environment, json: bool) -> anyhow::Result<ExitCode> {
    let report = doctor::examine(address, environment).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        for finding in &report.findings {
            println!("{}", finding.line());
        }
        println!("{}", if report.holds() { "devices can come in" } else { "devices are kept out or hindered" });
    }
    Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn open(data: PathBuf) -> anyhow::Result<(SqliteStorage, baken_backend::storage::Installation)> {
    let path = DataFolder::new(data).register();
    anyhow::ensure!(path.exists(), "there is no register in this folder; run `baken-backend init` first");
    let storage = SqliteStorage::open(&path)?;
    let installation = storage.read(|tx| tx.installation())?.context("there is no register in this folder")?;
    Ok((storage, installation))
}

/// Writes a dossier, and checks it as whoever gets it will.
fn written(data: PathBuf, name: RecordName, out: &Path, environment: &Environment) -> anyhow::Result<ExitCode> {
    let attachments = DataFolder::new(data.clone()).attachments();
    let (storage, installation) = open(data)?;
    let record = dossier::dossier(&storage, &attachments, environment, name, out)?;
    let report = check::check(out, installation.root_key.fingerprint(), None);
    if report.verdict != check::Verdict::Holds {
        eprint!("{report}");
        anyhow::bail!("the dossier in {} does not hold: run `baken-backend verify`", out.display());
    }
    for note in &report.notes {
        println!("note: {note}");
    }
    println!("Record {record} written to {}, and it holds: CHECK.html there says how others check it.", out.display());
    println!(
        "Fingerprint of the root key, to tell them by another way: {}",
        groups(&installation.root_key.fingerprint())
    );
    Ok(ExitCode::SUCCESS)
}

fn checked(dossier: &Path, known: check::Known, identity: Option<&Path>, json: bool) -> anyhow::Result<ExitCode> {
    let cannot = ExitCode::from(check::Verdict::CannotCheck.exit_code());
    let identity = match identity.map(check::read_identity).transpose() {
        Ok(identity) => identity,
        Err(error) => {
            eprintln!("baken-backend: --identity: {error}");
            return Ok(cannot);
        }
    };
    let report = check::check(dossier, known, identity.as_ref());
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(ExitCode::from(report.verdict.exit_code()))
}

fn verified(data: PathBuf, root: Option<Digest>, noted: &[verify::NotedLine], json: bool) -> anyhow::Result<ExitCode> {
    let attachments = DataFolder::new(data.clone()).attachments();
    let (storage, installation) = open(data)?;
    let mut report = verify::verify(&storage, &attachments, &installation)?;
    if let Some(root) = root {
        report.expect_root(root);
    }
    report.expect_audit(&storage, noted)?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!(
            "checked: {} key directories, {} devices, {} batches, {} operations, {} attachments ({} still awaited)",
            report.key_directories,
            report.devices,
            report.batches,
            report.operations,
            report.attachments,
            report.attachments_awaited
        );
        if let Some(head) = &report.audit_head {
            println!("audit log: note this elsewhere, for --audit-hash: {}:{head}", report.audit_lines);
        }
        if let Some(line) = report.audit_as_noted {
            println!("audit log: as it was noted, up to line {line}");
        }
        println!("root key: {}", groups(&installation.root_key.fingerprint()));
        for chain in &report.frozen_chains {
            println!("note: chain {chain} is frozen after a fork; both histories are kept");
        }
        for fault in &report.faults {
            println!("FAULT: {fault}");
        }
        println!("{}", if report.faults.is_empty() { "everything holds" } else { "the register does NOT hold" });
    }
    Ok(if report.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
