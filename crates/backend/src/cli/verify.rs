//! `verify`: checks every signature, hash and link of the register again.

use std::process::ExitCode;

use baken_backend::admin::fingerprint::{self, groups};
use baken_backend::admin::verify;
use baken_protocol::digest::Digest;

use super::Where;

/// Checks every signature, hash and link of the register again.
#[derive(clap::Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    place: Where,
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
}

impl Verify {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let attachments = self.place.folder().attachments();
        let (storage, installation) = self.place.open()?;
        let mut report = verify::verify(&storage, &attachments, &installation)?;
        if let Some(root) = self.root {
            report.expect_root(root);
        }
        report.expect_audit(&storage, &self.noted)?;
        if self.json {
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
}
