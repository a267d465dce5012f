//! Records that wait apart, so that one bad record never blocks the rest: why, for how long, and what is shown.

use baken_protocol::ids::ChainId;
use baken_protocol::refusal::RefusalCode;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::store::cached::Cached;
use crate::store::settings::Setting;
use crate::store::{Store, StoreError};

/// How long a record waits that was refused for what it holds.
const REFUSED_AGAIN: TimeDelta = TimeDelta::days(1);
/// How long one waits that another backend or a mended one may take.
const OTHERS_AGAIN: TimeDelta = TimeDelta::hours(1);

/// Why a record waits apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aside {
    /// The backend refuses what it holds.
    Refused(RefusalCode),
    /// The backend holds something else under its name.
    Conflicting,
    /// The backend is too old for it.
    UnknownVersion,
    /// The network lets nothing so large through.
    TooLarge,
    /// Time and again a gateway on the way turned it away.
    Gateway,
    /// Time and again there was no answer that says anything about it.
    Unanswered,
}

const CONFLICTING: &str = "conflicting";
const UNKNOWN_VERSION: &str = "unknown-version";
const TOO_LARGE: &str = "too-large-for-network";
const GATEWAY: &str = "gateway";
const UNANSWERED: &str = "unanswered";

impl Aside {
    /// As it is stored.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Refused(code) => code.as_str(),
            Self::Conflicting => CONFLICTING,
            Self::UnknownVersion => UNKNOWN_VERSION,
            Self::TooLarge => TOO_LARGE,
            Self::Gateway => GATEWAY,
            Self::Unanswered => UNANSWERED,
        }
    }

    /// Whether it is about what the record holds.
    const fn is_about_content(self) -> bool {
        match self {
            Self::Refused(_) | Self::Conflicting => true,
            Self::UnknownVersion | Self::TooLarge | Self::Gateway | Self::Unanswered => false,
        }
    }
}

/// What is shown of a record that waits for the reason stored as `name`.
pub(crate) fn failure_code(name: &str) -> FailureCode {
    match name {
        UNKNOWN_VERSION => FailureCode::BackendTooOld,
        TOO_LARGE => FailureCode::GatewayTooLarge,
        GATEWAY => FailureCode::GatewayRefuses,
        UNANSWERED => FailureCode::BackendError,
        _ => FailureCode::RecordRefused,
    }
}

/// A batch that was not taken, in so many runs.
#[derive(Serialize, Deserialize)]
struct Stubborn {
    chain: ChainId,
    seq: u64,
    runs: u32,
}

impl Store {
    /// Lets records that wait apart try again: after a day what was refused, since a backend that was mended takes it;
    /// after an hour what was not about them. What is too large for the network waits for another network.
    pub(crate) fn release_aside(&self) -> Result<(), Failure> {
        let now = self.environment.clock.now();
        self.write(|tx| {
            if is_over(tx, Setting::RefusedAt, REFUSED_AGAIN, now)? {
                tx.execute_cached(
                    "UPDATE operations SET refused = NULL WHERE refused NOT IN (?1, ?2, ?3, ?4)",
                    [UNKNOWN_VERSION, TOO_LARGE, GATEWAY, UNANSWERED],
                )?;
            }
            if is_over(tx, Setting::AsideAt, OTHERS_AGAIN, now)? {
                tx.execute_cached(
                    "UPDATE operations SET refused = NULL WHERE refused IN (?1, ?2, ?3)",
                    [UNKNOWN_VERSION, GATEWAY, UNANSWERED],
                )?;
            }
            Ok(())
        })
    }

    /// The bytes of the smallest record that waits for a network that lets it through, and whether there is one.
    pub(crate) fn smallest_too_large(&self) -> Result<Option<usize>, Failure> {
        self.read(|connection| {
            Ok(connection.query_row_cached(
                "SELECT min(length(payload) + length(sealed)) FROM operations WHERE refused = ?1",
                [TOO_LARGE],
                |row| row.get(0),
            )?)
        })
    }

    /// The network lets everything through again, as far as is known.
    pub(crate) fn forget_network_limit(&self) -> Result<(), Failure> {
        self.write(|tx| {
            Setting::NetworkLimit.write::<usize>(tx, None)?;
            tx.execute_cached("UPDATE operations SET refused = NULL WHERE refused = ?1", [TOO_LARGE])?;
            Ok(())
        })
    }

    /// The largest body the network is known to let through, where it turned one away.
    pub(crate) fn network_limit(&self) -> Result<Option<usize>, Failure> {
        self.read(|connection| Ok(Setting::NetworkLimit.read(connection)?))
    }

    /// Remembers the largest body the network lets through.
    pub(crate) fn note_network_limit(&self, bytes: usize) -> Result<(), Failure> {
        self.write(|tx| Ok(Setting::NetworkLimit.write(tx, Some(&bytes))?))
    }

    /// Counts the runs in which a batch was not taken. Answers how many these are in a row.
    pub(crate) fn note_stubborn(&self, chain: ChainId, seq: u64) -> Result<u32, Failure> {
        self.write(|tx| {
            let before: Option<Stubborn> = Setting::Stubborn.read(tx)?;
            let same = before.filter(|before| (before.chain, before.seq) == (chain, seq));
            let runs = same.map_or(0, |before| before.runs).saturating_add(1);
            Setting::Stubborn.write(tx, Some(&Stubborn { chain, seq, runs }))?;
            Ok(runs)
        })
    }
}

/// Notes of the records of a batch that they wait, or that they travel alone from now on.
pub(crate) fn mark(tx: &Connection, place: (&str, u64), why: Aside, now: DateTime<Utc>) -> Result<(), StoreError> {
    let count: u64 = tx.query_row_cached(
        "SELECT count(*) FROM operations WHERE chain = ?1 AND seq = ?2",
        params![place.0, place.1],
        |row| row.get(0),
    )?;
    let waits = (count == 1).then_some(why.name());
    // Smaller batches, not single ones, go through a network that lets nothing large through.
    let isolated = why != Aside::TooLarge;
    tx.execute_cached(
        "UPDATE operations SET isolated = max(isolated, ?4), refused = ?3 WHERE chain = ?1 AND seq = ?2",
        params![place.0, place.1, waits, isolated],
    )?;
    if waits.is_some() {
        let since = if why.is_about_content() { Setting::RefusedAt } else { Setting::AsideAt };
        since.write(tx, Some(&now))?;
    }
    Ok(())
}

/// Whether the wait that began at `since` is over; a beginning in the future is none.
fn is_over(tx: &Connection, since: Setting, wait: TimeDelta, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let since: Option<DateTime<Utc>> = since.read(tx)?;
    Ok(!since.is_some_and(|since| (since..since + wait).contains(&now)))
}
