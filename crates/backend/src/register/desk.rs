//! How much there is to do at a desk: what an account may see of it, in four numbers.

use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use super::Terms;
use crate::storage::{Clearance, Counted, Filter, StorageError, Transaction};

/// The numbers; what was set apart is in none of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeskCounts {
    /// Observations, handled or not: it only grows, but for what is set apart later.
    pub observations: u64,
    /// Of these, not handled.
    pub open: u64,
    /// Of these, what needs somebody at once.
    pub acute: u64,
    /// Of what is not handled, in the hands of whoever asks.
    pub mine: u64,
}

/// The numbers of `login`, who sees what `clearance` allows.
pub fn desk_counts(
    tx: &dyn Transaction,
    terms: &Terms,
    clearance: &Clearance,
    login: &str,
) -> Result<DeskCounts, StorageError> {
    let counts = tx.standing_counts(clearance, &Filter { asker: login.to_owned(), ..Filter::default() })?;
    let is_acute = |code: &str| terms.leading().any(|urgency| urgency == code);
    let sum = |of: &[Counted], fits: &dyn Fn(&Counted) -> bool| {
        of.iter().filter(|it| !it.kind.quarantined && fits(it)).map(|it| it.observations).sum()
    };
    Ok(DeskCounts {
        observations: sum(&counts.kinds, &|_| true),
        open: sum(&counts.kinds, &|it| !it.kind.handled),
        acute: sum(&counts.kinds, &|it| !it.kind.handled && is_acute(&it.kind.urgency)),
        mine: sum(&counts.mine, &|_| true),
    })
}
