//! The device core of Baken: what a phone does, without a screen.
//!
//! [`Companion`] is the door: a data folder with a vault and, once unlocked, a [`Store`]. Everything a person
//! does is a method on the store: draft, photo, *Vastleggen*, the list of records, receipts. [`sync`] brings
//! what was signed to the backend. The Tauri shell, the simulated fleet and the tests all use this same door.
//!
//! Deliberately absent: any user interface, any Tauri, and any code path that stores in clear when sealing fails.

mod access;
mod companion;
mod content;
mod data_folder;
mod environment;
mod failure;
mod failure_code;
mod idle;
mod off_runtime;
mod outbox;
mod recording;
mod store;
pub mod sync;
mod transport;
mod trust;
mod vault;

pub use baken_protocol::record::{Action, RecordKind};
pub use companion::{AppStatus, Companion, Options, Phase, Wished};
pub use content::cards::{ReferenceShelf, ShelfCard};
pub use content::places::{FoundPlace, FoundPlaces};
pub use content::planned::Planned;
pub use environment::{APP_VERSION, Clock, Environment, Ids, SystemClock, SystemIds, Uptime};
pub use failure::{CommandError, Failure, FieldError, FieldErrorCode};
pub use failure_code::FailureCode;
pub use outbox::home::Home;
pub use outbox::outcomes::{OpenQuestions, RecordOutcome};
pub use outbox::overview::{InspectionOverview, TakingPart};
pub use outbox::receipts::ReceiptView;
pub use outbox::records::list::RecordPage;
pub use outbox::records::wanted::{Wanted, WantedState};
pub use outbox::records::{RecordDetail, RecordSummary};
pub use outbox::standing::{RecordState, StateCounts};
pub use outbox::steps::{Correction, RecordStep};
pub use recording::drafts::{Draft, DraftSaved, DraftSummary};
pub use recording::earlier::Earlier;
pub use recording::forms::{
    ContactForm, DraftForm, InspectionForm, ObservationForm, ParticipationForm, PersonForm, PlaceForm, TypedMoment,
};
pub use recording::inspection::InspectionSummary;
pub use recording::joint::{JoinPreview, ShownJoinCode};
pub use recording::photos::{CoveredArea, PhotoCondition, PhotoSummary, take_in_for_tests};
pub use recording::spoken::{SpokenNote, hear_for_tests};
pub use recording::warnings::{Warning, WarningCode, mask_bsn};
pub use store::{Store, StoreError};
pub use sync::{Unsent, UnsentPhoto, UnsentPush};
pub use trust::enrolment::InvitationPreview;
pub use vault::{KdfCost, PlatformSecret, PresenceQuestion, PresenceState, SecretWeakness, VaultError};
