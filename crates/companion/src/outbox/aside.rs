//! Records that wait apart, so that one bad record never blocks the rest: why, for how long, and what is shown.

use baken_protocol::ids::ChainId;
use baken_protocol::refusal::RefusalCode;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, params};

use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::store::settings::Setting;
use crate::store::{Cached, Store, StoreError, time_text};

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
}

/// What became of a batch that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TakenApart {
    /// Its records go on one by one, or fewer at a time.
    Apart,
    /// There was one record in it, which waits.
    Waits,
    /// The one record in it would wait, and no more are to in this run: all of it stays as it was.
    Untouched,
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

impl Store {
    /// Lets records that wait apart try again: after a day what was refused, since a backend that was mended takes it;
    /// after an hour what was not about them. What is too large for the network waits for another network.
    /// A wait that began in the future is none: the clock was set back since.
    pub(crate) fn release_aside(&self) -> Result<(), Failure> {
        let now = self.environment.clock.now();
        let [now, day_ago, hour_ago] = [now, now - REFUSED_AGAIN, now - OTHERS_AGAIN].map(time_text);
        self.write(|tx| {
            tx.execute_cached(
                "UPDATE operations SET refused = NULL, aside_since = NULL
                 WHERE refused IS NOT NULL AND refused <> ?4
                       AND (aside_since > ?1
                            OR aside_since <= CASE WHEN refused IN (?5, ?6, ?7) THEN ?3 ELSE ?2 END)",
                params![now, day_ago, hour_ago, TOO_LARGE, UNKNOWN_VERSION, GATEWAY, UNANSWERED],
            )?;
            Ok(())
        })
    }

    /// Lets everything that waits apart go, whatever it waits for, and over any network.
    pub(crate) fn release_all_aside(&self) -> Result<(), Failure> {
        self.write(|tx| {
            Setting::NetworkLimit.write::<usize>(tx, None)?;
            tx.execute_cached(
                "UPDATE operations SET refused = NULL, aside_since = NULL WHERE refused IS NOT NULL",
                [],
            )?;
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
            tx.execute_cached(
                "UPDATE operations SET refused = NULL, aside_since = NULL WHERE refused = ?1",
                [TOO_LARGE],
            )?;
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

    /// Counts a run in which a batch got no answer that says anything about it. Answers how many these are in a row.
    pub(crate) fn note_untaken(&self, chain: ChainId, seq: u64) -> Result<u32, Failure> {
        self.write(|tx| {
            Ok(tx.query_row_cached(
                "UPDATE batches SET untaken_runs = untaken_runs + 1 WHERE chain = ?1 AND seq = ?2
                 RETURNING untaken_runs",
                params![chain.to_string(), seq],
                |row| row.get(0),
            )?)
        })
    }
}

/// A batch was taken: runs in which it was not are no longer in a row.
pub(crate) fn forget_untaken(tx: &Connection, chain: ChainId, seq: u64) -> Result<(), StoreError> {
    tx.execute_cached(
        "UPDATE batches SET untaken_runs = 0 WHERE chain = ?1 AND seq = ?2 AND untaken_runs > 0",
        params![chain.to_string(), seq],
    )?;
    Ok(())
}

/// Notes of the records of a batch that they travel alone from now on or, where there is one alone already, that it
/// waits, if one more `may_wait`.
pub(crate) fn mark(
    tx: &Connection,
    place: (&str, u64),
    why: Aside,
    may_wait: bool,
    now: DateTime<Utc>,
) -> Result<TakenApart, StoreError> {
    let count: u64 = tx.query_row_cached(
        "SELECT count(*) FROM operations WHERE chain = ?1 AND seq = ?2",
        params![place.0, place.1],
        |row| row.get(0),
    )?;
    let alone = count == 1;
    if alone && !may_wait {
        return Ok(TakenApart::Untouched);
    }
    let waits = alone.then_some(why.name());
    let since = alone.then(|| time_text(now));
    // Smaller batches, not single ones, go through a network that lets nothing large through.
    let isolated = why != Aside::TooLarge;
    tx.execute_cached(
        "UPDATE operations SET isolated = max(isolated, ?4), refused = ?3, aside_since = ?5
         WHERE chain = ?1 AND seq = ?2",
        params![place.0, place.1, waits, isolated, since],
    )?;
    Ok(if alone { TakenApart::Waits } else { TakenApart::Apart })
}
