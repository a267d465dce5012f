//! A contact moment as it is begun, and whom this device met before. It is opened at a door: what is known is filled in, and
//! nobody is chosen for having been met before.
//!
//! Deliberately absent: a register of persons. Who is known here is read from the author's own records
//! (docs/adr/0045-a-contact-moment-is-a-record.md).

use baken_protocol::record::ConfidentialityLevel;
use baken_protocol::vocabulary::{OrganisationKind, Vocabulary};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::failure::Failure;
use crate::recording::drafts::organisation_kind;
use crate::recording::forms::{ContactForm, DraftForm, PersonForm, parse_form};
use crate::recording::inspection;

/// How many of the contact moments signed last are looked at: months of rounds, and quick to read.
const LOOKED_AT: u32 = 200;

/// An empty one. It belongs to the inspection that runs, if there is one, and needs none.
pub(crate) fn empty(
    connection: &Connection,
    vocabulary: &Vocabulary,
    now: DateTime<Utc>,
) -> Result<ContactForm, Failure> {
    let open = inspection::running(connection, now)?;
    let level = match organisation_kind(connection, vocabulary)? {
        Some(OrganisationKind::Care) => ConfidentialityLevel::Care,
        // What was said in confidence to whoever enforces goes no further by itself.
        Some(OrganisationKind::Municipality | OrganisationKind::Enforcement) | None => ConfidentialityLevel::Own,
    };
    Ok(ContactForm {
        inspection: open.as_ref().map(|open| open.entity),
        inspection_of: open.as_ref().and_then(|open| open.of),
        met_at: Some(now),
        met_typed: None,
        confirmed: open.as_ref().map(|open| open.form.confirmed.clone()).unwrap_or_default(),
        place: open.map(|open| open.form.place).unwrap_or_default(),
        person: PersonForm::default(),
        asked_for: Vec::new(),
        given: Vec::new(),
        follow_up: None,
        note: String::new(),
        level,
        reason: String::new(),
        not_citizen_numbers: Vec::new(),
    })
}

/// Who was met before, as they were described last; who was met last comes first. One that this version cannot read is
/// passed over, and so is what was taken back.
pub(crate) fn known(connection: &Connection, but: Uuid) -> Result<Vec<PersonForm>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT form FROM (SELECT form, saved_at AS at FROM drafts WHERE kind = 'contact' AND draft <> ?1
                           ORDER BY saved_at DESC LIMIT ?2)
         UNION ALL
         SELECT form FROM (SELECT o.form FROM listed l CROSS JOIN operations o ON o.position = l.shown
                           WHERE l.kind = 'contact' ORDER BY l.position DESC LIMIT ?2)",
    )?;
    let rows = statement.query_map(params![but.to_string(), LOOKED_AT], |row| row.get::<_, String>(0))?;
    let mut known: Vec<PersonForm> = Vec::new();
    for form in rows {
        let Ok(DraftForm::Contact(form)) = parse_form(&form?) else { continue };
        let person = PersonForm { consents: Vec::new(), ..form.person };
        if person.id.is_some() && !known.iter().any(|other| other.id == person.id) {
            known.push(person);
        }
    }
    Ok(known)
}
