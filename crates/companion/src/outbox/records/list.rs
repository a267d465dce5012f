//! The list of what was signed on this device, read by the page: a person looks at a few, and each of the others would be
//! decrypted for nothing. The whole of it, or what of it is wanted.

use baken_protocol::ids::EntityId;
use baken_protocol::record::RecordKind;
use rusqlite::Connection;
use serde::Serialize;
use ts_rs::TS;

use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::outbox::records::RecordSummary;
use crate::outbox::records::on_disk::records_at;
use crate::outbox::records::wanted::Wanted;
use crate::outbox::records::words::{self, Sought};
use crate::outbox::standing;
use crate::recording::drafts::{self, DraftSummary};
use crate::recording::forms::DraftForm;
use crate::recording::inspection::{self, InspectionSummary};
use crate::store::settings::Setting;
use crate::store::{Cached, Store, StoreError};

/// At most so many are read at once, whatever is asked.
const MOST_AT_ONCE: u32 = 200;
/// What was looked for is counted no further: it is looked through by nobody.
const MOST_COUNTED: u64 = 1000;
/// Beyond every place in the list.
const END: u64 = i64::MAX.cast_unsigned();

/// A part of the list, the last signed first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecordPage {
    /// What stands on it.
    pub records: Vec<RecordSummary>,
    /// The drafts that are wanted, the last saved first; all of them are on the first page.
    pub drafts: Vec<DraftSummary>,
    /// The inspections to which they belong, as far as they are known here.
    pub inspections: Vec<InspectionSummary>,
    /// How many records are wanted in all.
    pub total: u64,
    /// Whether there are more than that, which were not counted.
    pub more_than_total: bool,
    /// Where the next page begins; nothing after the last one. What is signed meanwhile comes on top and moves no page.
    pub next: Option<u64>,
}

impl Store {
    /// A page of what is wanted: what was signed last, or before the place where another page said that the next begins.
    pub fn record_page(&self, wanted: &Wanted, before: Option<u64>, limit: u32) -> Result<RecordPage, Failure> {
        let limit = limit.clamp(1, MOST_AT_ONCE);
        self.read(|connection| {
            let last_error: Option<FailureCode> = Setting::LastSyncError.read(connection)?;
            // One more tells whether there is a next page.
            let mut positions = wanted.positions(connection, last_error, before.unwrap_or(END), limit + 1)?;
            let more = positions.len() > usize::try_from(limit).unwrap_or(usize::MAX);
            if more {
                positions.pop();
            }
            let next = positions.last().copied().filter(|_| more);
            let records = records_at(connection, &positions, last_error)?.into_iter();
            let records: Vec<RecordSummary> = records.map(|(record, _)| record).collect();
            let counted = if wanted.is_everything() {
                total(connection)?
            } else {
                wanted.count(connection, last_error, MOST_COUNTED)?
            };
            let more_than_total = !wanted.is_everything() && counted > MOST_COUNTED;
            let drafts = if before.is_none() { drafts_wanted(connection, wanted)? } else { Vec::new() };
            let inspections = inspections_of(connection, &records, &drafts)?;
            let total = if more_than_total { MOST_COUNTED } else { counted };
            Ok(RecordPage { records, drafts, inspections, total, more_than_total, next })
        })
    }

    /// Every record, the last signed first: for whoever takes them all out.
    pub fn records(&self) -> Result<Vec<RecordSummary>, Failure> {
        let everything = Wanted::default();
        let mut page = self.record_page(&everything, None, MOST_AT_ONCE)?;
        let mut records = page.records;
        while let Some(next) = page.next {
            page = self.record_page(&everything, Some(next), MOST_AT_ONCE)?;
            records.append(&mut page.records);
        }
        Ok(records)
    }
}

/// How many lines the list has.
fn total(connection: &Connection) -> Result<u64, StoreError> {
    let corrections: u64 = connection.query_row_cached("SELECT count(*) FROM corrections", [], |row| row.get(0))?;
    Ok(standing::total(connection)?.saturating_sub(corrections))
}

fn drafts_wanted(connection: &Connection, wanted: &Wanted) -> Result<Vec<DraftSummary>, Failure> {
    let (drafts, forms): (Vec<DraftSummary>, Vec<Option<DraftForm>>) = drafts::all(connection)?.into_iter().unzip();
    let found = words::drafts_with(connection, &Sought::in_text(&wanted.words), &forms)?;
    let drafts = drafts.into_iter().zip(&forms).enumerate();
    let drafts = drafts.filter(|(number, (draft, form))| found.contains(number) && wanted.takes(draft, form.as_ref()));
    Ok(drafts.map(|(_, (draft, _))| draft).collect())
}

fn inspections_of(
    connection: &Connection,
    records: &[RecordSummary],
    drafts: &[DraftSummary],
) -> Result<Vec<InspectionSummary>, Failure> {
    let own = |record: &RecordSummary| (record.kind == RecordKind::Inspection).then_some(record.entity);
    let of_records = records.iter().filter_map(|record| record.inspection.or_else(|| own(record)));
    let mut ids: Vec<EntityId> = of_records.chain(drafts.iter().filter_map(|draft| draft.inspection)).collect();
    ids.sort_unstable_by_key(|id| id.0);
    ids.dedup();
    let mut found = Vec::new();
    for id in ids {
        found.extend(inspection::known(connection, id)?);
    }
    Ok(found)
}

/// The records of a kind that belong to an inspection, as they stand, with their forms, the first signed first. One whose
/// form this version cannot read is passed over.
pub(in crate::outbox) fn of_inspection(
    connection: &Connection,
    kind: RecordKind,
    inspection: EntityId,
) -> Result<Vec<(RecordSummary, DraftForm)>, StoreError> {
    let last_error: Option<FailureCode> = Setting::LastSyncError.read(connection)?;
    let mut statement = connection.prepare_cached("SELECT position FROM listed WHERE inspection = ?1 AND kind = ?2")?;
    let positions = statement.query_map([&inspection.to_string(), kind.name()], |row| row.get(0))?;
    let positions: Vec<u64> = positions.collect::<Result<_, _>>()?;
    let records = records_at(connection, &positions, last_error)?;
    Ok(records.into_iter().rev().filter_map(|(record, form)| form.map(|form| (record, form))).collect())
}

#[cfg(test)]
mod tests;
