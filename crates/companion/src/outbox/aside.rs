//! Records that wait apart, so that one bad record never blocks the rest: why, for how long, and what is shown.

use baken_protocol::ids::{ChainId, OperationId};
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

/// How long nothing large is sent where it was lost in silence: each try may hold the road for many minutes.
const LARGE_AGAIN: TimeDelta = TimeDelta::hours(1);

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
    Waits(OperationId),
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
                "UPDATE outbox_entries SET refused = NULL, aside_since = NULL
                 WHERE refused IS NOT NULL AND refused <> ?4
                       AND (aside_since > ?1
                            OR aside_since <= CASE WHEN refused IN (?5, ?6, ?7) THEN ?3 ELSE ?2 END)",
                params![now, day_ago, hour_ago, TOO_LARGE, UNKNOWN_VERSION, GATEWAY, UNANSWERED],
            )?;
            Ok(())
        })
    }

    /// Says of a record that waits why it does; `None` lets it go.
    pub(crate) fn wait_for(&self, operation: OperationId, why: Option<Aside>) -> Result<(), Failure> {
        self.write(|tx| {
            tx.execute_cached(
                "UPDATE outbox_entries SET refused = ?2, aside_since = CASE WHEN ?2 IS NOT NULL THEN aside_since END
                 WHERE position = (SELECT position FROM operations WHERE operation = ?1) AND refused IS NOT NULL",
                params![operation.to_string(), why.map(Aside::name)],
            )?;
            Ok(())
        })
    }

    /// Lets everything that waits apart go, whatever it waits for, and over any network.
    pub(crate) fn release_all_aside(&self) -> Result<(), Failure> {
        self.write(|tx| {
            forget_limit(tx)?;
            tx.execute_cached(
                "UPDATE outbox_entries SET refused = NULL, aside_since = NULL WHERE refused IS NOT NULL",
                [],
            )?;
            Ok(())
        })
    }

    /// The bytes of the smallest record that waits for a network that lets it through, and whether there is one.
    pub(crate) fn smallest_too_large(&self) -> Result<Option<usize>, Failure> {
        self.read(|connection| {
            Ok(connection.query_row_cached(
                "SELECT min(size_bytes) FROM outbox_entries WHERE refused = ?1",
                [TOO_LARGE],
                |row| row.get(0),
            )?)
        })
    }

    /// The network lets everything through again, as far as is known.
    pub(crate) fn forget_network_limit(&self) -> Result<(), Failure> {
        self.write(|tx| {
            forget_limit(tx)?;
            tx.execute_cached(
                "UPDATE outbox_entries SET refused = NULL, aside_since = NULL WHERE refused = ?1",
                [TOO_LARGE],
            )?;
            Ok(())
        })
    }

    /// The largest body the network is known to let through, where it turned one away.
    pub(crate) fn network_limit(&self) -> Result<Option<usize>, Failure> {
        self.read(|connection| Ok(Setting::NetworkLimit.read(connection)?))
    }

    /// Whether that may be otherwise by now: it was not said of the network.
    pub(crate) fn limit_passes(&self) -> Result<bool, Failure> {
        self.read(|connection| Ok(passes(connection)?))
    }

    /// Notes that nobody answered something large, or that the line was too slow for it.
    pub(crate) fn note_silence(&self) -> Result<(), Failure> {
        let now = self.environment.clock.now();
        self.write(|tx| Ok(Setting::SilentAt.write(tx, Some(&now))?))
    }

    /// Whether something large was lost in silence a little while ago. A clock that was set back keeps nothing small.
    pub(crate) fn silent_lately(&self) -> Result<bool, Failure> {
        let now = self.environment.clock.now();
        self.read(|connection| {
            let last: Option<DateTime<Utc>> = Setting::SilentAt.read(connection)?;
            Ok(last.is_some_and(|last| last <= now && last > now - LARGE_AGAIN))
        })
    }

    /// Remembers the largest body the network lets through.
    pub(crate) fn note_network_limit(&self, bytes: usize) -> Result<(), Failure> {
        self.write(|tx| Ok(note_limit(tx, bytes, false)?))
    }

    /// Nothing larger than `bytes` leaves until the next run, or for an hour after a silence. What the network lets
    /// through at the most stands.
    pub(crate) fn note_passing_limit(&self, bytes: usize) -> Result<(), Failure> {
        self.write(|tx| {
            let known: Option<usize> = Setting::NetworkLimit.read(tx)?;
            if known.is_none_or(|known| bytes < known) {
                note_limit(tx, bytes, true)?;
            }
            Ok(())
        })
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

/// The largest body the network is known to let through, where that is the network's.
pub(crate) fn limit_of_the_network(connection: &Connection) -> Result<Option<usize>, StoreError> {
    if passes(connection)? { Ok(None) } else { Setting::NetworkLimit.read(connection) }
}

fn passes(connection: &Connection) -> Result<bool, StoreError> {
    Ok(Setting::LimitPasses.read(connection)?.unwrap_or(false))
}

fn note_limit(tx: &Connection, bytes: usize, passes: bool) -> Result<(), StoreError> {
    Setting::LimitPasses.write(tx, passes.then_some(&true))?;
    Setting::NetworkLimit.write(tx, Some(&bytes))
}

fn forget_limit(tx: &Connection) -> Result<(), StoreError> {
    Setting::LimitPasses.write::<bool>(tx, None)?;
    Setting::NetworkLimit.write::<usize>(tx, None)
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
    let (count, operation): (u64, Option<String>) = tx.query_row_cached(
        "SELECT count(*), max(operation) FROM outbox_entries JOIN operations USING (position) WHERE chain = ?1 AND seq = ?2",
        params![place.0, place.1],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let alone = operation.filter(|_| count == 1).map(|operation| operation.parse()).transpose();
    let alone: Option<OperationId> = alone.map_err(|_| StoreError::Content)?;
    if alone.is_some() && !may_wait {
        return Ok(TakenApart::Untouched);
    }
    let waits = alone.map(|_| why.name());
    let since = alone.map(|_| time_text(now));
    // Smaller batches, not single ones, go through a network that lets nothing large through.
    let isolated = why != Aside::TooLarge;
    tx.execute_cached(
        "UPDATE outbox_entries SET isolated = max(isolated, ?4), refused = ?3, aside_since = ?5
         WHERE chain = ?1 AND seq = ?2",
        params![place.0, place.1, waits, isolated, since],
    )?;
    Ok(alone.map_or(TakenApart::Apart, TakenApart::Waits))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::store::scratch;
    use baken_protocol::limits::POCKET_BYTES;

    /// However large it is: only who said it tells the one from the other.
    #[test]
    fn what_the_network_lets_through_stands_and_what_others_waited_for_passes() {
        let folder = tempfile::tempdir().unwrap();
        let store = scratch(folder.path());
        let known = || {
            let of_the_network = store.read(limit_of_the_network).unwrap();
            (store.network_limit().unwrap(), of_the_network, store.limit_passes().unwrap())
        };
        store.note_network_limit(POCKET_BYTES).unwrap();
        assert_eq!(known(), (Some(POCKET_BYTES), Some(POCKET_BYTES), false));
        store.note_passing_limit(POCKET_BYTES).unwrap();
        assert_eq!(known(), (Some(POCKET_BYTES), Some(POCKET_BYTES), false), "the network's stands");
        store.note_passing_limit(POCKET_BYTES / 2).unwrap();
        assert_eq!(known(), (Some(POCKET_BYTES / 2), None, true));
        store.forget_network_limit().unwrap();
        assert_eq!(known(), (None, None, false));
        store.note_passing_limit(POCKET_BYTES).unwrap();
        store.note_network_limit(1000).unwrap();
        assert_eq!(known(), (Some(1000), Some(1000), false));
    }
}
