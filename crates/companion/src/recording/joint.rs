//! An inspection that several devices do together, without a network: whoever started it shows a join code, the others
//! read it, and each signs that it takes part.
//!
//! A code is judged by what this device knows: the municipality's receipt key, the time, its own clock. What it says is
//! kept, so that new observations belong to the inspection and take its place over.
//!
//! Deliberately absent: who else joined. Devices do not hear of each other without a network; the municipality does.

mod picture;
mod row;

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{Code, DeviceId, EntityId, EntityReference};
use baken_protocol::join_code::{BelievedCode, JoinCode, JoinCodeError, JoinSecret, Known, ShownCode};
use baken_protocol::limits;
use baken_protocol::record::{ExactPlace, OpenParticipation, RecordKind};
use chrono::{DateTime, TimeDelta, Utc};
use ring::rand::{SecureRandom, SystemRandom};
use rusqlite::Connection;
use serde::Serialize;
use ts_rs::TS;

use crate::failure::Failure;
use crate::recording::finalise::latest;
use crate::recording::forms::{InspectionForm, ParticipationForm, PlaceForm};
use crate::recording::inspection::{self, InspectionSummary, OpenInspection, open_inspection};
use crate::recording::photos;
use crate::store::settings::Setting;
use crate::store::{Cached, Store};
use crate::trust::device::{self, EnrolledDevice};
use crate::trust::key_directory;
use crate::trust::known_time;
use crate::trust::revocations;

use row::JointInspection;
pub(crate) use row::{joined, taking_part};

/// How long a code is good that is made now.
const GOOD_FOR: TimeDelta = TimeDelta::hours(4);
/// One that is good for less is made anew before it is shown.
const WORTH_SHOWING: TimeDelta = TimeDelta::hours(1);
/// What of a place's name goes along where all of it does not fit.
const SHORT_NAME_CHARS: usize = 80;

/// A join code to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ShownJoinCode {
    /// As a QR code holds it, and as it is pasted.
    pub text: String,
    /// The QR code, as an SVG.
    pub qr_svg: String,
    /// Until when others join by it.
    #[ts(type = "string")]
    pub expires_at: DateTime<Utc>,
}

/// What a join code says, before anything is joined. It was judged already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct JoinPreview {
    /// The inspection.
    pub inspection: InspectionSummary,
    /// The organisation of the device that started it, by the municipality's word.
    pub started_by: Code,
    /// Until when one joins by it.
    #[ts(type = "string")]
    pub expires_at: DateTime<Utc>,
    /// Whether this device takes part in it already.
    pub taking_part: bool,
}

impl Store {
    /// The join code of the open inspection. The first time, this device signs that it takes part.
    pub fn show_join_code(&self) -> Result<ShownJoinCode, Failure> {
        self.write(|tx| {
            let open = open_inspection(tx)?.ok_or(Failure::NotAllowed)?;
            let now = self.judging_time(tx)?;
            match open.of {
                None => self.own_code(tx, &open, now),
                Some(of) => {
                    let inspection = EntityReference { device: of, entity: open.entity };
                    let kept = row::find(tx, inspection)?.ok_or(Failure::NotFound)?.code;
                    let shown = ShownCode::parse(&kept.ok_or(Failure::NotFound)?)?;
                    to_show(&self.judge(tx, shown)?)
                }
            }
        })
    }

    /// The text of a QR code in a picture, as a camera or a file has it. Nothing of the picture is kept.
    pub fn read_join_code(&self, picture: &[u8]) -> Result<String, Failure> {
        picture::read(&photos::look_at(picture)?)
    }

    /// What a join code says, if it is to be believed.
    pub fn check_join_code(&self, text: &str) -> Result<JoinPreview, Failure> {
        let shown = ShownCode::parse(text)?;
        self.read(|connection| {
            let believed = self.judge(connection, shown)?;
            let code = &believed.code.payload;
            let of = other_device(connection, code.inspection)?;
            let taking_part =
                of.is_none() || row::find(connection, code.inspection)?.is_some_and(|known| known.closed_at.is_none());
            let open = OpenInspection { entity: code.inspection.entity, of, form: form_of(code) };
            Ok(JoinPreview {
                inspection: inspection::summary(open).ok_or(Failure::Unreadable)?,
                started_by: believed.certificate.payload.organisation,
                expires_at: code.expires_at,
                taking_part,
            })
        })
    }

    /// Joins the inspection of a code: it is open from now on, and this device signs that it takes part. Joining twice
    /// is joining once.
    pub fn join(&self, text: &str, role: Code) -> Result<InspectionSummary, Failure> {
        let shown = ShownCode::parse(text)?;
        self.write(|tx| {
            let believed = self.judge(tx, shown)?;
            let code = &believed.code.payload;
            // Whoever started it is in it.
            let of = other_device(tx, code.inspection)?.ok_or(Failure::NotAllowed)?;
            // One at a time: what is open is closed by a person, who is asked what is still missing.
            if open_inspection(tx)?.is_some_and(|open| (open.of, open.entity) != (Some(of), code.inspection.entity)) {
                return Err(Failure::NotAllowed);
            }
            let known = row::find(tx, code.inspection)?;
            let taking_part = known.as_ref().is_some_and(|known| known.closed_at.is_none());
            let joint = JointInspection {
                inspection: code.inspection,
                started_by: believed.certificate.payload.organisation.clone(),
                joined_at: self.environment.clock.now(),
                role: if taking_part { known.map_or(role, |known| known.role) } else { role },
                secret: code.secret.clone(),
                code: Some(believed.shown().to_text()?),
                closed_at: None,
                form: form_of(code),
            };
            row::keep(tx, &joint)?;
            if !taking_part {
                self.sign_taking_part(tx, &joint, None)?;
            }
            Setting::OpenInspectionOf.write(tx, Some(&of))?;
            Setting::InspectionConfirmedAt.write(tx, Some(&self.environment.clock.now()))?;
            Setting::OpenInspection.write(tx, Some(&code.inspection.entity))?;
            let open = OpenInspection { entity: code.inspection.entity, of: Some(of), form: joint.form };
            inspection::summary(open).ok_or(Failure::Unreadable)
        })
    }

    /// Says that this device is done with an inspection, where it takes part in one together with others.
    pub(super) fn say_done(&self, tx: &Connection, open: &OpenInspection) -> Result<(), Failure> {
        let device = device::load(tx)?.ok_or(Failure::NotEnrolled)?.device;
        let inspection = EntityReference { device: open.of.unwrap_or(device), entity: open.entity };
        let Some(joint) = row::find(tx, inspection)?.filter(|joint| joint.closed_at.is_none()) else { return Ok(()) };
        let observations = observations_in(tx, open.entity)?;
        self.sign_taking_part(tx, &joint, Some(observations))?;
        Ok(row::close(tx, inspection, self.environment.clock.now())?)
    }

    /// The code of an inspection that was started here: the last one, or one that is good for longer.
    fn own_code(&self, tx: &Connection, open: &OpenInspection, now: DateTime<Utc>) -> Result<ShownJoinCode, Failure> {
        let device = device::load(tx)?.ok_or(Failure::NotEnrolled)?;
        let inspection = EntityReference { device: device.device, entity: open.entity };
        let known = row::find(tx, inspection)?;
        let lasting = known.as_ref().and_then(|known| ShownCode::parse(known.code.as_deref()?).ok());
        if let Some(believed) = lasting.and_then(|shown| self.judge(tx, shown).ok())
            && believed.code.payload.expires_at - now >= WORTH_SHOWING
        {
            return to_show(&believed);
        }
        let first = known.is_none();
        let mut joint = match known {
            Some(known) => known,
            None => JointInspection {
                inspection,
                started_by: device.organisation.clone(),
                joined_at: self.environment.clock.now(),
                role: leads(),
                secret: fresh_secret()?,
                code: None,
                closed_at: None,
                form: open.form.clone(),
            },
        };
        let shown = self.signed_code(tx, &device, &joint, now)?;
        joint.code = Some(shown.to_text()?);
        row::keep(tx, &joint)?;
        if first {
            self.sign_taking_part(tx, &joint, None)?;
        }
        to_show(&self.judge(tx, shown)?)
    }

    /// Signs a code: with all of the place where that fits, else with its name alone.
    fn signed_code(
        &self,
        tx: &Connection,
        device: &EnrolledDevice,
        joint: &JointInspection,
        now: DateTime<Utc>,
    ) -> Result<ShownCode, Failure> {
        let certificate = device::certificate(tx)?.ok_or(Failure::NoCertificate)?;
        let key = device::signing_key(tx, &self.known)?;
        let form = &joint.form;
        let exact = form.place.sealed();
        let name = exact.name.chars().take(SHORT_NAME_CHARS).collect();
        let short = ExactPlace { name, ..ExactPlace::default() };
        let of_place = |place: ExactPlace| -> Result<ShownCode, Failure> {
            let code = JoinCode {
                tenant: device.tenant.clone(),
                inspection: joint.inspection,
                place_kind: form.place.kind.clone().ok_or(Failure::Unreadable)?,
                district: form.place.district.clone(),
                place,
                organisations: form.organisations.clone(),
                ground: form.ground.clone().ok_or(Failure::Unreadable)?,
                started_at: form.started_at.ok_or(Failure::Unreadable)?,
                made_at: now,
                expires_at: now + GOOD_FOR.min(TimeDelta::hours(limits::JOIN_CODE_HOURS)),
                secret: joint.secret.clone(),
            };
            let shown = ShownCode::new(&certificate, &Envelope::sign(&code, &key)?);
            shown.to_text()?;
            Ok(shown)
        };
        match of_place(exact) {
            Err(Failure::JoinCode(JoinCodeError::TooLarge)) => of_place(short),
            other => other,
        }
    }

    fn sign_taking_part(
        &self,
        tx: &Connection,
        joint: &JointInspection,
        closed_with: Option<u32>,
    ) -> Result<(), Failure> {
        let device = device::load(tx)?.ok_or(Failure::NotEnrolled)?;
        let started = joint.inspection.device == device.device;
        let unusable = |_| Failure::Internal;
        let join_key = started.then(|| joint.secret.key()).transpose().map_err(unusable)?;
        let prove = || joint.secret.prove(&device.tenant, joint.inspection, device.device);
        let proof = (!started).then(prove).transpose().map_err(unusable)?;
        let open = OpenParticipation {
            organisation: device.organisation.clone(),
            role: joint.role.clone(),
            closed_with,
            join_key,
            proof,
        };
        let form = ParticipationForm {
            inspection: joint.inspection.entity,
            inspection_of: joint.inspection.device,
            at: self.environment.clock.now(),
            place: joint.form.place.clone(),
            organisation: device.organisation,
            role: joint.role.clone(),
            closed_with,
        };
        self.sign_step(tx, form, open)
    }

    fn judge(&self, connection: &Connection, shown: ShownCode) -> Result<BelievedCode, Failure> {
        let directory = key_directory::newest(connection, &self.known)?;
        let known = Known {
            tenant: &directory.payload.tenant,
            keys: &directory.payload.receipt_keys,
            now: self.judging_time(connection)?,
            revoked: &revocations::known(connection)?,
        };
        Ok(shown.verify(&known)?)
    }

    /// The latest that this device knows it to be: a clock that is behind makes no old code good.
    fn judging_time(&self, connection: &Connection) -> Result<DateTime<Utc>, Failure> {
        Ok(latest(connection, &self.environment)?.max(known_time::floor(connection, &self.known)?))
    }
}

/// The device that started an inspection, where that is another one.
fn other_device(connection: &Connection, inspection: EntityReference) -> Result<Option<DeviceId>, Failure> {
    let own = device::load(connection)?.ok_or(Failure::NotEnrolled)?.device;
    Ok(Some(inspection.device).filter(|device| *device != own))
}

fn to_show(believed: &BelievedCode) -> Result<ShownJoinCode, Failure> {
    let text = believed.shown().to_text()?;
    Ok(ShownJoinCode { qr_svg: picture::drawn(&text)?, text, expires_at: believed.code.payload.expires_at })
}

/// What a code says of an inspection, as its own device has it in a form.
fn form_of(code: &JoinCode) -> InspectionForm {
    InspectionForm {
        started_at: Some(code.started_at),
        started_typed: None,
        place: PlaceForm {
            kind: Some(code.place_kind.clone()),
            district: code.district.clone(),
            exact: code.place.clone(),
            ..PlaceForm::default()
        },
        organisations: code.organisations.clone(),
        ground: Some(code.ground.clone()),
        not_citizen_numbers: Vec::new(),
        confirmed: Vec::new(),
        reason: String::new(),
    }
}

/// How many observations of an inspection were signed here.
fn observations_in(connection: &Connection, inspection: EntityId) -> Result<u32, Failure> {
    let sql =
        format!("SELECT count(*) FROM listed WHERE inspection = ?1 AND kind = '{}'", RecordKind::Observation.name());
    Ok(connection.query_row_cached(&sql, [inspection.to_string()], |row| row.get(0))?)
}

fn leads() -> Code {
    let [leads, ..] = OpenParticipation::ROLES;
    leads.parse().unwrap_or_else(|_| unreachable!("a role is a code"))
}

fn fresh_secret() -> Result<JoinSecret, Failure> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Failure::Internal)?;
    Ok(JoinSecret::from_random(bytes))
}
