//! The device core of Baken: what a phone does, without a screen.
//!
//! [`Companion`] is the door: a data folder with a vault and, once unlocked, a [`Store`]. Everything a person
//! does is a method on the store: draft, photo, *Vastleggen*, the list of records, receipts. [`sync`] brings
//! what was signed to the backend. The Tauri shell, the simulated fleet and the tests all use this same door.
//!
//! Deliberately absent: any user interface, any Tauri, and any code path that stores in clear when sealing fails.

mod aside;
mod batches;
mod clock_reading;
mod companion;
mod data_folder;
mod device;
mod directory;
mod drafts;
mod enrol;
mod environment;
mod failure;
mod failure_code;
mod finalise;
mod forms;
mod home;
mod idle;
mod inspection;
mod known;
mod known_time;
mod log_line;
mod off_runtime;
mod photos;
mod readers;
mod receipts;
mod records;
mod recovery;
mod seal_ahead;
mod store;
pub mod sync;
mod transport;
mod validate;
mod vault;
mod vocabulary;
mod warnings;
mod written;

pub use companion::{AppStatus, Companion, Options, Phase};
pub use drafts::{Draft, DraftSaved, DraftSummary};
pub use enrol::InvitationPreview;
pub use environment::{Clock, Environment, Ids, SystemClock, SystemIds, Uptime};
pub use failure::{CommandError, Failure, FieldError, FieldErrorCode};
pub use failure_code::FailureCode;
pub use forms::{DraftForm, DraftKind, InspectionForm, ObservationForm, PlaceForm, TypedMoment};
pub use home::Home;
pub use inspection::InspectionSummary;
pub use photos::{PhotoCondition, PhotoSummary};
pub use receipts::ReceiptView;
pub use records::{RecordDetail, RecordState, RecordSummary, StateCounts};
pub use recovery::{Unsent, UnsentPhoto, UnsentPush};
pub use store::{Store, StoreError};
pub use vault::{CredentialKind, KdfCost, PlatformSecret, SecretWeakness, VaultError};
pub use warnings::{Warning, WarningCode, mask_bsn};

/// The version of the companion, as it stands in what it signs.
pub const APP_VERSION: &str = env!("CARGO_PKG_VERSION");
