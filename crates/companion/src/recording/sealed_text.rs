//! What of a form is sealed, and by which schema: the lowest that can say all of it, so that what an older backend can
//! read is not kept waiting (docs/adr/0033-how-the-format-grows.md).

use baken_protocol::batch::FULL_SCHEMA;
use baken_protocol::ids::PersonId;
use baken_protocol::record::{
    Action, DescribedPerson, FullObservation, InspectionCorrection, ObservationCorrection, Person, PhotoNote,
    SealedContact, SealedHeader, SealedInspection, SealedObservation, SealedParticipation,
};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::environment::Ids;
use crate::recording::forms::{ContactForm, DraftForm, InspectionForm, ObservationForm, ParticipationForm, PersonForm};

/// The schema of the batch in which this travels.
pub(crate) fn schema(action: Action, form: &DraftForm, photos: &[PhotoNote]) -> u32 {
    match form {
        DraftForm::Observation(form) if says_more(form, photos) => FULL_SCHEMA,
        DraftForm::Observation(_) | DraftForm::Inspection(_) | DraftForm::Participation(_) | DraftForm::Contact(_) => {
            action.schema()
        }
    }
}

fn says_more(form: &ObservationForm, photos: &[PhotoNote]) -> bool {
    form.call.is_some()
        || form.persons.iter().any(PersonForm::says_more)
        || photos.iter().any(|photo| !photo.caption.is_empty())
}

/// The form with an id for everybody in it, where ids are sealed: beside persons who have one may stand others, whom an
/// earlier version wrote down.
pub(crate) fn identified(mut form: DraftForm, action: Action, photos: &[PhotoNote], ids: &dyn Ids) -> DraftForm {
    let full = schema(action, &form, photos) == FULL_SCHEMA;
    let persons = match &mut form {
        DraftForm::Observation(form) if full => form.persons.as_mut_slice(),
        DraftForm::Contact(form) => std::slice::from_mut(&mut form.person),
        DraftForm::Observation(_) | DraftForm::Inspection(_) | DraftForm::Participation(_) => &mut [],
    };
    for person in persons {
        person.id.get_or_insert_with(|| PersonId(ids.uuid()));
    }
    form
}

/// The text, in the schema that its header names.
pub(crate) fn write(
    header: SealedHeader,
    action: Action,
    schema: u32,
    form: &DraftForm,
    photos: Vec<PhotoNote>,
) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let text = match (form, action) {
        (DraftForm::Observation(form), _) if schema == FULL_SCHEMA => serde_json::to_vec(&FullObservation {
            header,
            reason: form.reason.clone(),
            narrative: form.narrative.clone(),
            place: form.place.sealed(),
            persons: form.persons.iter().map(PersonForm::described).collect(),
            call: form.call.clone(),
            photos,
        }),
        (DraftForm::Inspection(InspectionForm { place, .. }), Action::Create) => {
            serde_json::to_vec(&SealedInspection { header, place: place.sealed() })
        }
        (DraftForm::Inspection(InspectionForm { place, reason, .. }), Action::Amend | Action::Retract) => {
            serde_json::to_vec(&InspectionCorrection { header, reason: reason.clone(), place: place.sealed() })
        }
        (DraftForm::Observation(ObservationForm { place, narrative, persons, .. }), Action::Create) => {
            serde_json::to_vec(&SealedObservation {
                header,
                narrative: narrative.clone(),
                place: place.sealed(),
                persons: persons.iter().map(PersonForm::plain).collect(),
            })
        }
        (
            DraftForm::Observation(ObservationForm { place, narrative, persons, reason, .. }),
            Action::Amend | Action::Retract,
        ) => serde_json::to_vec(&ObservationCorrection {
            header,
            reason: reason.clone(),
            narrative: narrative.clone(),
            place: place.sealed(),
            persons: persons.iter().map(PersonForm::plain).collect(),
        }),
        // A step is followed by another one. None is corrected.
        (DraftForm::Participation(ParticipationForm { place, .. }), _) => {
            serde_json::to_vec(&SealedParticipation { header, place: place.sealed() })
        }
        // A first record and a correction have one schema: a first record gives no reason.
        (DraftForm::Contact(form), _) => serde_json::to_vec(&contact(header, form)),
    };
    text.map(Zeroizing::new)
}

fn contact(header: SealedHeader, form: &ContactForm) -> SealedContact {
    SealedContact {
        header,
        reason: form.reason.clone(),
        person: form.person.described(),
        asked_for: form.asked_for.clone(),
        given: form.given.clone(),
        note: form.note.clone(),
        place: form.place.sealed(),
    }
}

impl PersonForm {
    /// Whether it says what the first schemas have no place for.
    fn says_more(&self) -> bool {
        let short = [&self.role, &self.age_band, &self.language, &self.needs];
        self.id.is_some() || short.iter().any(|text| !text.is_empty())
    }

    fn plain(&self) -> Person {
        Person {
            pseudonym: self.pseudonym.clone(),
            description: self.description.clone(),
            consents: self.consents.clone(),
        }
    }

    /// Everybody has an id by now; see [`identified`].
    fn described(&self) -> DescribedPerson {
        DescribedPerson {
            id: self.id.unwrap_or(PersonId(Uuid::nil())),
            pseudonym: self.pseudonym.clone(),
            role: self.role.clone(),
            age_band: self.age_band.clone(),
            language: self.language.clone(),
            needs: self.needs.clone(),
            description: self.description.clone(),
            consents: self.consents.clone(),
        }
    }
}
