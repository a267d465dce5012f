//! How observations stand, kept beside their operations: written as these come in, made anew where terms are reckoned
//! otherwise, and folded once more by `verify`. What operations add up to is [`Standing`]'s.
//!
//! What arrives for something that was handled opens it again, and where something was asked it is the answer
//! ([`reopening`]).
//!
//! An observation is what one device signed about one entity at one level. What was set apart is never folded into what
//! was not.

use std::collections::BTreeMap;
use std::slice;

use baken_protocol::digest::Digest;
use baken_protocol::ids::{Code, DeviceId, EntityId, RecordId};
use baken_protocol::record::{Action, ConfidentialityLevel, OpenPart, Operation};
use chrono::{DateTime, Utc};

use super::handling::{after, in_hand};
use super::{Standing, Step, Terms, reopening};
use crate::access::shown_to;
use crate::storage::{ActRow, HeldStanding, InHand, Of, StandingKind, StandingRow, StepRow, StorageError, Transaction};
use crate::time_zone::TimeZone;

/// The observations of one device that a batch adds to.
pub struct Arriving<'a> {
    terms: &'a Terms,
    organisation: &'a Code,
    quarantined: bool,
    received_at: DateTime<Utc>,
    held: BTreeMap<(EntityId, &'static str), Kept>,
}

/// How an observation stands, what it was counted with before, whether anything was added, how it was in hand before, and
/// the act that followed from what was added.
struct Kept {
    row: StandingRow,
    shown_retracts: bool,
    counted: Option<StandingKind>,
    is_changed: bool,
    was: InHand,
    followed: Option<(ActRow, RecordId)>,
}

impl<'a> Arriving<'a> {
    /// How these entities of `device` stand, about which it signed something before. `organisation` carries the device.
    pub fn load(
        tx: &dyn Transaction,
        terms: &'a Terms,
        (device, organisation): (DeviceId, &'a Code),
        entities: &[EntityId],
        (quarantined, received_at): (bool, DateTime<Utc>),
    ) -> Result<Self, StorageError> {
        let mut arriving = Self { terms, organisation, quarantined, received_at, held: BTreeMap::new() };
        for HeldStanding { entity, level, shown_retracts, row } in tx.standings_of(device, entities, quarantined)? {
            let level: ConfidentialityLevel = level.parse().map_err(|_| StorageError::Content)?;
            let (counted, was) = (Some(row.kind()), row.in_hand.clone());
            let kept = Kept { row, shown_retracts, counted, is_changed: false, was, followed: None };
            arriving.held.insert((entity, level.code()), kept);
        }
        Ok(arriving)
    }

    /// Adds an operation, which is to be kept under `number`. Answers the observation it is of, if it is of one.
    pub fn add(&mut self, number: i64, operation: &Operation) -> Option<i64> {
        let OpenPart::Observation(open) = &operation.open else { return None };
        let (level, received_at) = (operation.open.level().code(), self.received_at);
        let step = Step { action: operation.action, urgency: open.urgency.as_str(), received_at };
        let kept = match self.held.remove(&(operation.entity, level)) {
            Some(kept) => {
                let mut row = add(&kept.row, kept.shown_retracts, self.terms, number, step);
                let act = reopening::by_operation(&kept.row, &row, operation.action, received_at);
                if let Some(act) = &act {
                    row.in_hand = after(&row.in_hand, act);
                }
                Kept {
                    row,
                    shown_retracts: kept.shown_retracts && operation.action == Action::Retract,
                    is_changed: true,
                    followed: act.map(|act| (act, operation.id())).or(kept.followed),
                    ..kept
                }
            }
            None => Kept {
                row: begin(self.terms, number, shown_to(level, self.organisation.as_str()), self.quarantined, step),
                shown_retracts: operation.action == Action::Retract,
                counted: None,
                is_changed: true,
                was: InHand::default(),
                followed: None,
            },
        };
        let standing = kept.row.number;
        self.held.insert((operation.entity, level), kept);
        Some(standing)
    }

    /// Keeps how all of it stands now.
    pub fn keep(self, tx: &dyn Transaction) -> Result<(), StorageError> {
        let (mut counts, mut new) = (BTreeMap::new(), Vec::new());
        for Kept { row, counted, was, followed, .. } in self.held.into_values().filter(|kept| kept.is_changed) {
            *counts.entry(row.kind()).or_insert(0) += 1;
            match counted {
                Some(kind) => {
                    tx.change_standing(&row)?;
                    *counts.entry(kind).or_insert(0) -= 1;
                }
                None => new.push(row.clone()),
            }
            if let Some((act, by)) = followed {
                reopening::keep(tx, &act, by, (&was, &row.in_hand))?;
            }
        }
        tx.add_standings(&new)?;
        for (kind, by) in counts.into_iter().filter(|(_, by)| *by != 0) {
            tx.count_standing(&kind, by)?;
        }
        Ok(())
    }
}

/// How an observation stands after its first operation.
fn begin(terms: &Terms, number: i64, shown_to: String, quarantined: bool, step: Step<'_>) -> StandingRow {
    let standing = Standing::begin(terms, step);
    let row = StandingRow {
        number,
        shown: number,
        shown_to,
        quarantined,
        urgency: String::new(),
        urgent_since: step.received_at,
        due_at: None,
        received_at: step.received_at,
        amended_at: None,
        retracted_at: None,
        in_hand: InHand::default(),
    };
    standing.written_into(terms, row)
}

/// And after the next one. A list shows the last that says something, else what took the record back.
fn add(row: &StandingRow, shown_retracts: bool, terms: &Terms, number: i64, step: Step<'_>) -> StandingRow {
    let mut standing = Standing::of(terms, row);
    standing.take(terms, step);
    let mut row = standing.written_into(terms, row.clone());
    if step.action != Action::Retract || shown_retracts {
        (row.shown, row.received_at) = (number, step.received_at);
    }
    row
}

/// An observation, folded from its operations as they come by.
#[derive(Debug, Clone)]
pub struct Folded {
    /// Its device.
    pub device: String,
    /// Its entity.
    pub entity: String,
    /// Its level.
    pub level: String,
    /// The operation that is shown for it.
    pub operation: String,
    /// How it stands.
    pub row: StandingRow,
    /// Its operations, each with the observation it is noted to be of.
    pub operations: Vec<(i64, Option<i64>)>,
    shown_retracts: bool,
}

impl Folded {
    fn begin(terms: &Terms, it: &StepRow<'_>) -> Self {
        let shown_to = shown_to(it.level, it.organisation);
        Self {
            device: it.device.to_owned(),
            entity: it.entity.to_owned(),
            level: it.level.to_owned(),
            operation: it.operation.to_owned(),
            row: begin(terms, it.number, shown_to, it.quarantined, step(it)),
            operations: vec![(it.number, it.standing)],
            shown_retracts: it.action == Action::Retract,
        }
    }

    fn goes_on_in(&self, it: &StepRow<'_>) -> bool {
        self.entity == it.entity
            && self.device == it.device
            && self.level == it.level
            && self.row.quarantined == it.quarantined
    }

    fn add(&mut self, terms: &Terms, it: &StepRow<'_>) {
        self.row = add(&self.row, self.shown_retracts, terms, it.number, step(it));
        if self.row.shown == it.number {
            it.operation.clone_into(&mut self.operation);
        }
        self.shown_retracts &= it.action == Action::Retract;
        self.operations.push((it.number, it.standing));
    }
}

const fn step<'a>(row: &StepRow<'a>) -> Step<'a> {
    Step { action: row.action, urgency: row.urgency, received_at: row.received_at }
}

/// Folds what is asked for, and hands each observation over with how it is in hand.
pub fn each_folded(
    tx: &dyn Transaction,
    terms: &Terms,
    of: Of<'_>,
    take: &mut dyn FnMut(Folded) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    let mut whole = |folded: Folded| {
        let row = StandingRow { in_hand: in_hand(tx, folded.row.number)?, ..folded.row };
        take(Folded { row, ..folded })
    };
    let mut open: Option<Folded> = None;
    tx.each_step(of, &mut |row| {
        match open.as_mut().filter(|folded| folded.goes_on_in(&row)) {
            Some(folded) => folded.add(terms, &row),
            None => {
                if let Some(folded) = open.replace(Folded::begin(terms, &row)) {
                    whole(folded)?;
                }
            }
        }
        Ok(())
    })?;
    open.map_or(Ok(()), whole)
}

/// As [`reckon`], by the terms of the municipality whose register it is. Where nothing is installed there is nothing to
/// reckon.
pub fn reckon_here(tx: &dyn Transaction) -> Result<bool, StorageError> {
    let installation = tx.installation()?;
    installation.map_or(Ok(false), |installation| reckon(tx, &Terms::of(&installation)))
}

/// Makes all standings anew if they were reckoned by other terms than these, or never: after a schema without them, a
/// vocabulary with other periods, another zone. Answers whether it did.
pub fn reckon(tx: &dyn Transaction, terms: &Terms) -> Result<bool, StorageError> {
    let by = reckoned_by(terms);
    if tx.reckoned_by()?.as_ref() == Some(&by) {
        return Ok(false);
    }
    tx.forget_standings()?;
    let mut counts = BTreeMap::new();
    each_folded(tx, terms, Of::All, &mut |Folded { row, operations, .. }| {
        tx.add_standings(slice::from_ref(&row))?;
        for (number, _) in operations.into_iter().filter(|(_, noted)| *noted != Some(row.number)) {
            tx.assign_standing(number, row.number)?;
        }
        *counts.entry(row.kind()).or_insert(0) += 1;
        Ok(())
    })?;
    for (kind, observations) in counts {
        tx.count_standing(&kind, observations)?;
    }
    tx.reckon_by(&by)?;
    Ok(true)
}

/// What terms are reckoned by, as it is noted: the urgencies with their periods, the zone and its rules.
pub fn reckoned_by(terms: &Terms) -> String {
    let urgencies = terms.vocabulary.urgencies.iter().map(|urgency| (urgency.code.as_str(), urgency.period_hours));
    let said = format!("{:?} {} {}", urgencies.collect::<Vec<_>>(), terms.zone, TimeZone::RULES);
    Digest::of(said.as_bytes()).to_string()
}
