//! *Vastleggen*: a draft becomes a signed operation, for good.
//!
//! Sealing, signing, the row that will travel and the end of the draft are one transaction. If anything
//! fails, the draft stays as it was: nothing is ever stored unsealed instead. A retraction has no draft: what was signed
//! last is signed once more, with the reason why it is taken back.

use std::sync::Arc;

use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, Verified};
use baken_protocol::ids::{DeviceId, EntityId, EntityReference, OperationId};
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::record::{
    Action, AttachmentHeader, AttachmentReference, OpenContact, OpenInspection, OpenObservation, OpenPart,
    OpenParticipation, Operation, PhotoNote, SealedHeader, SealedReference, attachment_container,
};
use baken_protocol::seal::{self, Recipient, SealError};
use baken_protocol::signature::SigningKey;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, params};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::environment::Environment;
use crate::failure::{Failure, FieldError, FieldErrorCode};
use crate::recording::attached::{self, Attached, Content};
use crate::recording::corrections::{self, Signed};
use crate::recording::drafts;
use crate::recording::forms::{ContactForm, DraftForm, ObservationForm, ParticipationForm, form_text};
use crate::recording::photos::PhotoCondition;
use crate::recording::readers::Readers;
use crate::recording::sealed_text;
use crate::recording::validate::validate;
use crate::store::seal_ahead::SealAhead;
use crate::store::settings::Setting;
use crate::store::{Cached, Store, StoreError, time_text};
use crate::trust::clock_reading;
use crate::trust::device::{self, EnrolledDevice};
use crate::trust::key_directory;
use crate::trust::vocabulary;

/// The urgency of what goes before everything else (`outbox::batches`).
const ACUTE: &str = "acuut";

/// What is the same for everything sealed in one operation.
struct Signer {
    device: EnrolledDevice,
    directory: Arc<Verified<KeyDirectory>>,
    key: Arc<SigningKey>,
    vocabulary_version: u32,
    operation: OperationId,
    now: DateTime<Utc>,
    clock_offset: Option<i64>,
}

/// What is done, and to what.
struct Step {
    action: Action,
    entity: EntityId,
    inspection: Option<EntityReference>,
}

impl Step {
    /// What a correction does to a record.
    const fn of(signed: &Signed, action: Action) -> Self {
        Self { action, entity: signed.entity, inspection: signed.inspection }
    }
}

/// What was signed, for whoever shows it.
pub(crate) struct Finalised {
    pub(crate) operation: OperationId,
    pub(crate) action: Action,
    pub(crate) entity: EntityId,
    pub(crate) form: DraftForm,
    pub(crate) at: DateTime<Utc>,
    pub(crate) attached: Attached,
}

impl Store {
    /// Signs a draft off.
    pub(crate) fn sign_off(&self, draft: Uuid) -> Result<Finalised, Failure> {
        let now = self.environment.clock.now();
        let operation = OperationId(self.environment.ids.uuid());
        let signed = self.write(|tx| {
            let loaded = drafts::stored(tx, draft)?.ok_or(Failure::NotFound)?;
            let vocabulary = vocabulary::newest(tx, &self.known)?;
            let amended = loaded.amends.map(|first| Signed::from(tx, first)).transpose()?;
            let mut findings = validate(&loaded.form, &vocabulary, latest(tx, &self.environment)?);
            if let Some(amended) = &amended {
                amended.stands()?;
                findings.extend(amended.findings(&loaded.form));
            }
            if !findings.is_empty() {
                return Err(Failure::Invalid(findings));
            }
            if loaded.photos.iter().any(|photo| photo.condition == PhotoCondition::Undecided) {
                return Err(Failure::PhotoUndecided);
            }
            let signer = self.signer(tx, vocabulary.version, operation, now)?;
            let form = loaded.form.written();
            let step = amended
                .as_ref()
                .map_or_else(|| signer.first_step(EntityId(draft), &form), |amended| Step::of(amended, Action::Amend));
            let form = sealed_text::identified(form, step.action, &attached::notes(tx, draft)?, &*self.environment.ids);
            let attached = Attached::to_draft(tx, draft)?;
            // The draft goes first: its pages take the record in.
            tx.execute_cached("DELETE FROM drafts WHERE draft = ?1", [draft.to_string()])?;
            signer.sign_and_store(tx, &self.ahead, &step, Some(draft), &form, |count| open_part(&form, count))?;
            match &amended {
                None => remember_place(tx, step.entity, &form, now)?,
                // Whoever mends what was seen elsewhere has not gone back there.
                Some(amended) => corrections::note(tx, operation, amended.first, step.action)?,
            }
            let Step { action, entity, .. } = step;
            Ok::<_, Failure>(Finalised { operation, action, entity, form, at: now, attached })
        })?;
        self.make_way_for(&signed.form);
        Ok(signed)
    }

    /// Takes a record back: signed at once, for there is nothing more to fill in.
    pub(crate) fn sign_retraction(&self, of: OperationId, reason: &str) -> Result<OperationId, Failure> {
        let now = self.environment.clock.now();
        let operation = OperationId(self.environment.ids.uuid());
        let form = self.write(|tx| {
            let record = Signed::of(tx, of)?;
            record.stands()?;
            let form = record.form(tx)?;
            let findings = corrections::unsound_reason(reason, &form);
            if !findings.is_empty() {
                return Err(Failure::Invalid(findings));
            }
            let form = form.with_reason(reason).written();
            let form = sealed_text::identified(form, Action::Retract, &[], &*self.environment.ids);
            let signer = self.signer(tx, vocabulary::newest(tx, &self.known)?.version, operation, now)?;
            signer.sign_and_store(tx, &self.ahead, &Step::of(&record, Action::Retract), None, &form, |count| {
                open_part(&form, count)
            })?;
            corrections::note(tx, operation, record.first, Action::Retract)?;
            // What is seen from here on does not belong to an inspection that was none.
            if Setting::OpenInspection.read(tx)? == Some(record.entity) {
                Setting::OpenInspection.write::<EntityId>(tx, None)?;
            }
            Ok::<_, Failure>(form)
        })?;
        self.make_way_for(&form);
        Ok(operation)
    }

    fn signer(
        &self,
        tx: &Connection,
        vocabulary_version: u32,
        operation: OperationId,
        now: DateTime<Utc>,
    ) -> Result<Signer, Failure> {
        Ok(Signer {
            device: device::load(tx)?.ok_or(Failure::NotEnrolled)?,
            directory: key_directory::newest(tx, &self.known)?,
            key: device::signing_key(tx, &self.known)?,
            vocabulary_version,
            operation,
            now,
            clock_offset: clock_reading::seconds_ahead(tx, &self.environment)?,
        })
    }

    fn make_way_for(&self, form: &DraftForm) {
        if is_acute(form) {
            self.road.signed_acute();
        }
    }

    /// Signs a step in taking part in an inspection, in the transaction that makes it.
    pub(crate) fn sign_step(
        &self,
        tx: &Connection,
        form: ParticipationForm,
        open: OpenParticipation,
    ) -> Result<(), Failure> {
        let ids = &self.environment.ids;
        let version = vocabulary::newest(tx, &self.known)?.version;
        let signer = self.signer(tx, version, OperationId(ids.uuid()), self.environment.clock.now())?;
        let form = DraftForm::Participation(form);
        let step = signer.first_step(EntityId(ids.uuid()), &form);
        signer.sign_and_store(tx, &self.ahead, &step, None, &form, |_| Ok(OpenPart::Participation(open)))
    }
}

/// Whether it goes before everything else.
fn is_acute(form: &DraftForm) -> bool {
    match form {
        DraftForm::Inspection(_) | DraftForm::Participation(_) | DraftForm::Contact(_) => false,
        DraftForm::Observation(form) => form.urgency.as_ref().is_some_and(|urgency| urgency.as_str() == ACUTE),
    }
}

impl Signer {
    fn first_step(&self, entity: EntityId, form: &DraftForm) -> Step {
        let inspection = match form {
            DraftForm::Inspection(_) => None,
            DraftForm::Observation(ObservationForm { inspection, inspection_of, .. })
            | DraftForm::Contact(ContactForm { inspection, inspection_of, .. }) => {
                let device = inspection_of.unwrap_or(self.device.device);
                inspection.map(|entity| EntityReference { device, entity })
            }
            DraftForm::Participation(form) => {
                Some(EntityReference { device: form.inspection_of, entity: form.inspection })
            }
        };
        Step { action: Action::Create, entity, inspection }
    }

    fn sign_and_store(
        &self,
        tx: &Connection,
        ahead: &SealAhead,
        step: &Step,
        draft: Option<Uuid>,
        form: &DraftForm,
        open: impl FnOnce(usize) -> Result<OpenPart, Failure>,
    ) -> Result<(), Failure> {
        let readers = Readers::of(&self.directory.payload, &self.device.organisation, form.level())?;
        let notes = draft.map(|draft| attached::notes(tx, draft)).transpose()?.unwrap_or_default();
        let schema = sealed_text::schema(step.action, form, &notes);
        let sealed = ahead.take(&readers.keys)?.seal(&self.sealed_text(step.action, schema, form, notes)?)?;
        let attachments = match draft {
            Some(draft) => self.seal_attached(tx, draft, &readers.keys)?,
            None => Vec::new(),
        };
        let open = open(attachments.len())?;
        let operation = Operation {
            tenant: self.device.tenant.clone(),
            device: self.device.device,
            operation: self.operation,
            action: step.action,
            entity: step.entity,
            inspection: step.inspection,
            vocabulary_version: self.vocabulary_version,
            finalised_at: self.now,
            clock_offset_seconds: self.clock_offset,
            observed_at: moment(form)?,
            open,
            sealed: SealedReference {
                sha256: Digest::of(&sealed),
                size_bytes: size(&sealed)?,
                recipients: readers.teams,
                epoch: self.directory.payload.epoch,
            },
            attachments,
        };
        operation.check()?;
        let envelope = Envelope::sign(&operation, &self.key)?;
        tx.execute_cached(
            "INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature, payload,
                                     form, sealed, schema)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            params![
                self.operation.to_string(),
                step.entity.to_string(),
                form.kind().name(),
                envelope.digest().to_string(),
                time_text(self.now),
                is_acute(form),
                envelope.payload.len() + sealed.len(),
                envelope.signature.as_bytes(),
                envelope.payload,
                form_text(form)?,
                sealed,
                (schema != step.action.schema()).then_some(schema),
            ],
        )?;
        Ok(())
    }

    fn sealed_text(
        &self,
        action: Action,
        schema: u32,
        form: &DraftForm,
        photos: Vec<PhotoNote>,
    ) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let header = SealedHeader {
            tenant: self.device.tenant.clone(),
            device: self.device.device,
            operation: self.operation,
            schema: form.kind().schema(schema).to_owned(),
        };
        Ok(sealed_text::write(header, action, schema, form, photos).map_err(|_| SealError::Failed)?)
    }

    /// Seals what is attached, one after the other: no more than one of them is in memory at a time.
    fn seal_attached(
        &self,
        tx: &Connection,
        draft: Uuid,
        recipients: &[Recipient],
    ) -> Result<Vec<AttachmentReference>, Failure> {
        // They refer to an operation whose row follows them: that is looked at when the transaction ends.
        tx.pragma_update(None, "defer_foreign_keys", true).map_err(StoreError::from)?;
        let attached = attached::of_draft(tx, draft)?.into_iter();
        attached.map(|id| self.seal_one(tx, &id, recipients)).collect()
    }

    fn seal_one(&self, tx: &Connection, id: &str, recipients: &[Recipient]) -> Result<AttachmentReference, Failure> {
        let Content { class, incomplete, bytes } = attached::content(tx, id)?;
        let header = AttachmentHeader {
            tenant: self.device.tenant.clone(),
            device: self.device.device,
            operation: self.operation,
            class,
            media_type: class.media_type().to_owned(),
            size_bytes: size(&bytes)?,
            incomplete,
        };
        let container = Zeroizing::new(attachment_container(&header, &bytes).ok_or(SealError::Failed)?);
        let sealed = seal::seal_raw(&container, recipients)?;
        let reference = AttachmentReference { sha256: Digest::of(&sealed), size_bytes: size(&sealed)?, class };
        tx.execute_cached(
            "UPDATE photos SET draft = NULL, operation = ?2, jpeg = ?3, sealed = ?4, sha256 = ?5 WHERE photo = ?1",
            params![id, self.operation.to_string(), bytes, sealed, reference.sha256.to_string()],
        )?;
        tx.execute_cached("DELETE FROM spoken_pieces WHERE note = ?1", [id])?;
        Ok(reference)
    }
}

fn required(field: &str) -> Failure {
    Failure::Invalid(vec![FieldError::new(field, FieldErrorCode::Required)])
}

fn moment(form: &DraftForm) -> Result<DateTime<Utc>, Failure> {
    let (field, at, _) = form.moment();
    at.ok_or_else(|| required(field))
}

/// The open part of what was drafted.
fn open_part(form: &DraftForm, attachments: usize) -> Result<OpenPart, Failure> {
    let place = form.place();
    let place_kind = || place.kind.clone().ok_or_else(|| required("place.kind"));
    let district = place.district.clone();
    Ok(match form {
        DraftForm::Inspection(form) => OpenPart::Inspection(OpenInspection {
            place_kind: place_kind()?,
            district,
            organisations: form.organisations.clone(),
            ground: form.ground.clone().ok_or_else(|| required("ground"))?,
        }),
        DraftForm::Observation(form) => OpenPart::Observation(OpenObservation {
            place_kind: place_kind()?,
            district,
            forms: form.forms.clone(),
            indicators: form.indicators.clone(),
            basis: form.basis.clone().ok_or_else(|| required("basis"))?,
            urgency: form.urgency.clone().ok_or_else(|| required("urgency"))?,
            actions: form.actions.clone(),
            level: form.level,
            person_count: u32::try_from(form.persons.len()).unwrap_or(u32::MAX),
            attachment_count: u32::try_from(attachments).unwrap_or(u32::MAX),
        }),
        DraftForm::Participation(_) => return Err(Failure::NotAllowed),
        DraftForm::Contact(form) => OpenPart::Contact(OpenContact {
            follow_up: form.follow_up.clone().ok_or_else(|| required("followUp"))?,
            level: form.level,
        }),
    })
}

fn remember_place(tx: &Connection, entity: EntityId, form: &DraftForm, now: DateTime<Utc>) -> Result<(), StoreError> {
    match form {
        DraftForm::Inspection(_) => {
            Setting::OpenInspectionOf.write::<DeviceId>(tx, None)?;
            Setting::InspectionConfirmedAt.write(tx, Some(&now))?;
            Setting::OpenInspection.write(tx, Some(&entity))
        }
        DraftForm::Participation(_) | DraftForm::Contact(_) => Ok(()),
        // Most observations follow one at the same kind of place: what stands there already costs no page.
        DraftForm::Observation(form) if Setting::LastPlaceKind.read(tx)? == form.place.kind => Ok(()),
        DraftForm::Observation(form) => Setting::LastPlaceKind.write(tx, form.place.kind.as_ref()),
    }
}

/// The later of this device's clock and the municipality's as it was last heard.
pub(crate) fn latest(connection: &Connection, environment: &Environment) -> Result<DateTime<Utc>, StoreError> {
    let now = environment.clock.now();
    let ahead = clock_reading::seconds_ahead(connection, environment)?.and_then(TimeDelta::try_seconds);
    Ok(now.max(ahead.and_then(|ahead| now.checked_add_signed(ahead)).unwrap_or(now)))
}

fn size(bytes: &[u8]) -> Result<u64, SealError> {
    u64::try_from(bytes.len()).map_err(|_| SealError::TooLarge)
}
