//! What the columns beside a signed operation must say: written by ingest, compared again by `verify`.
//!
//! Columns only help to find a record; whoever changes one to hide it is found out by comparing.

use std::slice::from_ref;

use baken_protocol::ids::Code;
use baken_protocol::record::{Action, OpenPart, Operation};

use baken_sqlite::time_text;

/// The columns of `operations` that repeat what was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationColumns {
    /// The entity's id.
    pub entity: String,
    /// `inspection`, `observation`, `participation` or `contact`.
    pub kind: String,
    /// `create`, `amend` or `retract`.
    pub action: String,
    /// Whose inspection an observation belongs to, or a step in taking part is about.
    pub inspection_device: Option<String>,
    /// That inspection.
    pub inspection: Option<String>,
    /// `team`, `zorg` or `eigen`.
    pub level: String,
    /// The kind of place; empty for a step in taking part and for a contact moment.
    pub place_kind: String,
    /// The district.
    pub district: Option<String>,
    /// How soon someone must act; none for an inspection.
    pub urgency: Option<String>,
    /// When it was seen.
    pub observed_at: String,
    /// When it was signed.
    pub finalised_at: String,
}

impl OperationColumns {
    /// What the columns of `operation` must say.
    pub fn of(operation: &Operation) -> Self {
        let text = |code: &Code| code.as_str().to_owned();
        let (place_kind, district, urgency) = match &operation.open {
            OpenPart::Inspection(open) => (Some(&open.place_kind), &open.district, None),
            OpenPart::Observation(open) => (Some(&open.place_kind), &open.district, Some(&open.urgency)),
            OpenPart::Participation(_) | OpenPart::Contact(_) => (None, &None, None),
        };
        Self {
            entity: operation.entity.to_string(),
            kind: operation.open.kind().name().to_owned(),
            action: action_name(operation.action).to_owned(),
            inspection_device: operation.inspection.map(|inspection| inspection.device.to_string()),
            inspection: operation.inspection.map(|inspection| inspection.entity.to_string()),
            level: operation.open.level().code().to_owned(),
            place_kind: place_kind.map(text).unwrap_or_default(),
            district: district.as_ref().map(text),
            urgency: urgency.map(text),
            observed_at: time_text(operation.observed_at),
            finalised_at: time_text(operation.finalised_at),
        }
    }
}

/// The codes of an open part by the list they stand in: what `operation_codes` must say.
pub fn listed_codes(open: &OpenPart) -> impl Iterator<Item = (&'static str, &Code)> {
    let lists: Vec<(&'static str, &[Code])> = match open {
        OpenPart::Inspection(open) => {
            vec![("organisation", &open.organisations), ("ground", from_ref(&open.ground))]
        }
        OpenPart::Observation(open) => vec![
            ("form", &open.forms),
            ("indicator", &open.indicators),
            ("action", &open.actions),
            ("basis", from_ref(&open.basis)),
        ],
        OpenPart::Participation(_) => Vec::new(),
        OpenPart::Contact(open) => vec![("follow-up", from_ref(&open.follow_up))],
    };
    lists.into_iter().flat_map(|(list, codes)| codes.iter().map(move |code| (list, code)))
}

const fn action_name(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Amend => "amend",
        Action::Retract => "retract",
    }
}
