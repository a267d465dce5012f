//! What earlier observations of the same inspection say, as far as this device has them: persons who are known already,
//! the level they were recorded at, and the setting. Never ask twice; and nobody is chosen for having been there before.
//!
//! Deliberately absent: what other devices recorded in the inspection. It is sealed, and not for this device.

use baken_protocol::ids::{Code, EntityId};
use baken_protocol::record::ConfidentialityLevel;
use rusqlite::{Connection, params};
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::failure::Failure;
use crate::recording::contact;
use crate::recording::drafts;
use crate::recording::forms::{DraftForm, ObservationForm, PersonForm, PlaceForm, parse_form};
use crate::store::Store;

/// How many of the records signed last are looked at: more than one inspection brings, and quick to read.
const LOOKED_AT: u32 = 200;

/// What may be taken over from earlier observations of the inspection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Earlier {
    /// The persons, as they were described last for whoever may read the draft; who was spoken of last comes first. Of who was
    /// described for a level that the draft is not at, the number alone.
    pub persons: Vec<PersonForm>,
    /// The indicators that were chosen, the last first.
    pub indicators: Vec<Code>,
    /// The forms of exploitation of the observation before.
    pub forms: Vec<Code>,
    /// Where that was.
    pub place: Option<PlaceForm>,
}

impl Store {
    /// What earlier observations of a draft's inspection say; nothing where it belongs to none. Of a contact moment whom
    /// this device met before, wherever that was.
    pub fn earlier(&self, draft: Uuid) -> Result<Earlier, Failure> {
        self.read(|connection| {
            let Some(stored) = drafts::stored(connection, draft)? else { return Err(Failure::NotFound) };
            if let DraftForm::Contact(_) = stored.form {
                return Ok(Earlier { persons: contact::known(connection, draft)?, ..Earlier::default() });
            }
            let Some(inspection) = stored.form.inspection() else { return Ok(Earlier::default()) };
            let signed = signed_in(connection, inspection)?;
            let mut earlier = Earlier {
                forms: signed.first().map(|form| form.forms.clone()).unwrap_or_default(),
                place: signed.first().map(|form| form.place.clone()),
                ..Earlier::default()
            };
            let level = stored.form.level();
            let mut hidden = Vec::new();
            for form in drafted_in(connection, inspection, draft)?.into_iter().chain(signed) {
                let may_be_told = form.level == level || form.level == ConfidentialityLevel::Team;
                for person in form.persons {
                    let known = |other: &PersonForm| other.id == person.id;
                    if person.id.is_none() || earlier.persons.iter().any(known) {
                        continue;
                    }
                    if may_be_told {
                        hidden.retain(|other| !known(other));
                        earlier.persons.push(person);
                    } else if !hidden.iter().any(known) {
                        hidden.push(PersonForm { id: person.id, pseudonym: person.pseudonym, ..PersonForm::default() });
                    }
                }
                for indicator in form.indicators {
                    if !earlier.indicators.contains(&indicator) {
                        earlier.indicators.push(indicator);
                    }
                }
            }
            // Who was described for others alone is known by a number here, and described anew.
            earlier.persons.append(&mut hidden);
            Ok(earlier)
        })
    }
}

/// The level that the last observation of this inspection was signed at.
pub(crate) fn level_in(connection: &Connection, inspection: EntityId) -> Result<Option<ConfidentialityLevel>, Failure> {
    Ok(signed_in(connection, inspection)?.first().map(|form| form.level))
}

/// The observations of an inspection that were signed here lately, the last first. One that this version cannot read is passed
/// over.
fn signed_in(connection: &Connection, inspection: EntityId) -> Result<Vec<ObservationForm>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT form FROM (SELECT position, kind, form FROM operations ORDER BY position DESC LIMIT ?1)
         WHERE kind = 'observation' ORDER BY position DESC",
    )?;
    let rows = statement.query_map([LOOKED_AT], |row| row.get::<_, String>(0))?;
    let forms = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(forms.iter().filter_map(|form| observation_in(form, inspection)).collect())
}

/// Those that were begun and are not signed, the last saved first.
fn drafted_in(connection: &Connection, inspection: EntityId, but: Uuid) -> Result<Vec<ObservationForm>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT form FROM drafts WHERE kind = 'observation' AND draft <> ?1 ORDER BY saved_at DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![but.to_string(), LOOKED_AT], |row| row.get::<_, String>(0))?;
    let forms = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(forms.iter().filter_map(|form| observation_in(form, inspection)).collect())
}

fn observation_in(form: &str, inspection: EntityId) -> Option<ObservationForm> {
    match parse_form(form).ok()? {
        DraftForm::Observation(form) => (form.inspection == Some(inspection)).then_some(form),
        DraftForm::Inspection(_) | DraftForm::Participation(_) | DraftForm::Contact(_) => None,
    }
}
