//! Sending without a network: what waits goes into a file that somebody carries, and a file of receipts comes back.
//!
//! What is in it is what would have gone over a network, byte for byte, and each answer is judged as one that came over it.
//! The device remembers the codes of its last files, so that whoever brings receipts back types nothing. Deliberately absent:
//! a record that is called received for having been put into a file. Until its receipt is here it waits, and is in the next
//! file too.

use baken_protocol::carried::{self, CarriedError, CarryCode, Part, PartName};
use baken_protocol::dsse::Envelope;
use baken_protocol::limits;
use baken_protocol::seal::SealError;
use ring::rand::SystemRandom;
use serde::Serialize;
use ts_rs::TS;

use super::parcel::Parcel;
use super::state::photos_ahead;
use super::waiting_answers::cannot_be_kept;
use crate::failure::Failure;
use crate::outbox::batches::StoredBatch;
use crate::store::road::LocalPhoto;
use crate::store::settings::Setting;
use crate::store::{Store, StoreError};
use crate::transport::TransportError;
use crate::trust::device;
use crate::trust::revocations::Trusted;

/// What goes into one file: well below what a file may be, since each part has a head.
const ROOM: usize = limits::CARRIED_BYTES / 4 * 3;
/// Codes of earlier files that are remembered.
const CODES: usize = 10;

/// A file to carry away.
pub struct CarriedOut {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What a person reads of it.
    pub summary: CarriedSummary,
}

/// What a person reads of a file that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CarriedSummary {
    /// Opens it; goes another way than the file.
    pub code: String,
    /// Batches in it.
    pub batches: usize,
    /// Photos in it.
    pub photos: usize,
    /// Photos that had no room, or wait for a batch: they are in a next file, once this one was taken in.
    pub photos_left: usize,
    /// Its size in bytes.
    pub size_bytes: usize,
}

/// What a file of receipts brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CarriedIn {
    /// Batches that are received now.
    pub batches: usize,
    /// Photos that are.
    pub photos: usize,
    /// Answers that are not believed, or are not for this device.
    pub refused: usize,
}

impl Store {
    /// Puts what waits into a file. `None` where nothing waits.
    pub fn carry_out(&self) -> Result<Option<CarriedOut>, Failure> {
        loop {
            match self.form_batch() {
                Ok(Some(_)) => {}
                // A disk that cannot be written keeps nothing from leaving that was formed before.
                Ok(None) | Err(Failure::Store(StoreError::DiskFull | StoreError::ReadOnly)) => break,
                Err(failure) => return Err(failure),
            }
        }
        let (parcel, waiting) = self.read::<_, Failure>(|connection| {
            Ok((Parcel::load(connection, &self.road, ROOM)?, photos_ahead(connection)?.len()))
        })?;
        let Some(parcel) = parcel else { return Ok(None) };
        let parts = parcel.into_parts();
        let photos = parts.iter().filter(|part| matches!(part.name, PartName::Attachment(..))).count();
        let code = CarryCode::generate(&SystemRandom::new()).ok_or(SealError::Failed)?;
        let bytes = carried::seal(&parts, &code)?;
        // Before anybody carries it: without its code here, the receipts would have to be typed open.
        let kept = self.write(|tx| {
            let mut codes: Vec<String> = Setting::CarryCodes.read(tx)?.unwrap_or_default();
            codes.insert(0, code.to_string());
            codes.truncate(CODES);
            Ok::<_, Failure>(Setting::CarryCodes.write(tx, Some(&codes))?)
        });
        match kept {
            // Then whoever brings the receipts back types it: it is on the screen, to be written down.
            Ok(()) | Err(Failure::Store(StoreError::DiskFull | StoreError::ReadOnly)) => {}
            Err(failure) => return Err(failure),
        }
        let summary = CarriedSummary {
            code: code.to_string(),
            batches: parts.len() - photos,
            photos,
            photos_left: waiting.saturating_sub(photos),
            size_bytes: bytes.len(),
        };
        Ok(Some(CarriedOut { bytes, summary }))
    }

    /// Takes in a file of receipts: by the code of one of the last files, or by `code` where somebody typed one.
    pub fn carry_in(&self, file: &[u8], code: Option<&str>) -> Result<CarriedIn, Failure> {
        let mut brought = CarriedIn::default();
        for Part { name, bytes } in self.opened(file, code)? {
            match self.take_in_part(name, &bytes) {
                Ok(()) => match name {
                    PartName::Receipt(..) => brought.batches += 1,
                    PartName::AttachmentReceipt(..) => brought.photos += 1,
                    PartName::KeyDirectory
                    | PartName::Vocabulary
                    | PartName::Revocations
                    | PartName::LogContinuations
                    | PartName::Push(..)
                    | PartName::Attachment(..) => {}
                },
                Err(failure @ Failure::WipeOrdered) => return Err(failure),
                Err(failure @ Failure::Store(_)) if !cannot_be_kept(&failure) => return Err(failure),
                Err(failure) => {
                    tracing::warn!(code = ?failure.code(), part = %name, "what was carried here is not believed");
                    brought.refused += 1;
                }
            }
        }
        Ok(brought)
    }

    fn opened(&self, file: &[u8], typed: Option<&str>) -> Result<Vec<Part>, Failure> {
        let codes: Vec<String> = match typed {
            Some(code) => vec![code.to_owned()],
            None => {
                self.read::<_, Failure>(|connection| Ok(Setting::CarryCodes.read(connection)?.unwrap_or_default()))?
            }
        };
        for code in codes {
            let Ok(code) = code.parse::<CarryCode>() else { return Err(Failure::Carried(CarriedError::Unopenable)) };
            match carried::open(file, &code) {
                Err(CarriedError::Unopenable) => {}
                other => return Ok(other?),
            }
        }
        Err(CarriedError::Unopenable.into())
    }

    fn take_in_part(&self, name: PartName, bytes: &[u8]) -> Result<(), Failure> {
        let own = self.read(device::load)?.ok_or(Failure::NotEnrolled)?.device;
        match name {
            PartName::KeyDirectory => self.accept_directory(bytes),
            PartName::Vocabulary => self.accept_vocabulary(bytes),
            PartName::LogContinuations => self.accept_continuations(bytes),
            PartName::Revocations => match self.accept_revocations(bytes)? {
                Trusted::Yes => Ok(()),
                Trusted::ToBeWiped => Err(Failure::WipeOrdered),
            },
            PartName::Receipt(chain, seq) if chain.device == own => {
                let batch =
                    self.read::<_, Failure>(|connection| Ok(StoredBatch::load(connection, chain.chain, seq)?))?;
                let envelope = Envelope::from_json(bytes).map_err(|_| TransportError::ReceiptInvalid)?;
                self.accept_receipt(&envelope, &batch.ok_or(Failure::NotFound)?).map(drop)
            }
            PartName::AttachmentReceipt(record, sha256) if record.device == own => {
                let ahead = self.read::<_, StoreError>(photos_ahead)?;
                let is_it = |photo: &&LocalPhoto| photo.operation == record.operation && photo.sha256 == sha256;
                // One that is received already has nothing to be told.
                ahead.iter().find(is_it).map_or(Ok(()), |photo| self.accept_photo_receipt(photo, bytes))
            }
            // Of another device, or what a device brings.
            PartName::Receipt(..) | PartName::AttachmentReceipt(..) | PartName::Push(..) | PartName::Attachment(..) => {
                Err(Failure::NotFound)
            }
        }
    }
}
