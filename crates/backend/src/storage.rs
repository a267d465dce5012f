//! What the backend asks of its database, one small trait per asker. SQLite stands behind them today;
//! tests put a failing one in front.
//!
//! Every method is one transaction and blocks; callers run it off the async runtime.

mod audit_line;
pub mod sqlite;

use std::collections::BTreeMap;

use baken_protocol::chain::ChainStatus;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, EnvelopeError};
use baken_protocol::ids::{ChainReference, Code, DeviceId, OperationId, RecordId, TenantId};
use baken_protocol::seal::Recipient;
use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::accounts::{Account, TeamKey};
use crate::acquaintance::Acquaintance;
use crate::ingest::VerifiedPush;
use crate::register::{
    Alert, Arrivals, InspectionPage, InspectionRequest, InvitationSummary, ObservationPage, ObservedRecord,
    PageRequest, Sight, StoredDevice, StoredRecord,
};
use crate::time_zone::TimeZone;

pub use audit_line::{AuditAction, AuditEntry, AuditObject, LOCAL};

/// Why the database refused.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The disk is full: nothing of the change was kept.
    #[error("no space left")]
    Full,
    /// Another writer held the database for too long.
    #[error("the database is busy")]
    Busy,
    /// Made by an older version of this program: only `serve` and `migrate`, which have the folder alone, change it.
    #[error(
        "the register was made by an older version of baken-backend; stop the backend that serves it, then start this \
         version with `serve`, or run `baken-backend migrate --data DIR`"
    )]
    TooOld,
    /// Made by a newer version of this program.
    #[error("the register was made by a newer version of baken-backend")]
    TooNew,
    /// Made by a program whose migration of this number was another: one between two releases.
    #[error(
        "the register was made by a version of baken-backend that was never released: its migration {0} is another than \
         this version's. It was left untouched. Make a demo anew (`make reset`, then `make run`). Go on with any other by the \
         version that made it, or restore a backup that a released version made"
    )]
    OtherSchema(usize),
    /// The file is damaged. It is left as it is: restore a backup beside it.
    #[error("the register is damaged; it was left untouched, restore a backup into another folder")]
    Damaged,
    /// A stored value is not what this program writes.
    #[error("the register holds a value that cannot be read")]
    Content,
    /// Something else went wrong in SQLite.
    #[error("the database failed: {0}")]
    Sqlite(#[source] rusqlite::Error),
}

/// What `init` wrote about this installation.
#[derive(Debug, Clone)]
pub struct Installation {
    /// The municipality's code.
    pub tenant: TenantId,
    /// Its name.
    pub municipality: String,
    /// The public address invitations carry.
    pub address: url::Url,
    /// The name of the log in receipts.
    pub log_origin: String,
    /// The municipality's root key.
    pub root_key: VerifyingKey,
    /// The key that signs receipts.
    pub receipt_key: VerifyingKey,
    /// Where its days begin and end.
    pub time_zone: TimeZone,
    /// To whom backups are sealed.
    pub backup_recipient: Recipient,
}

/// An invitation to be stored.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Its id.
    pub id: Uuid,
    /// SHA-256 of the code.
    pub challenge: Digest,
    /// The name the device will have.
    pub label: String,
    /// The organisation of whoever carries it.
    pub organisation: Code,
    /// Account login, or `operator`.
    pub created_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// After this it is worthless.
    pub expires_at: DateTime<Utc>,
}

/// A device to be enrolled.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// Its new id.
    pub device: DeviceId,
    /// Its key.
    pub public_key: VerifyingKey,
    /// SHA-256 of the invitation's code.
    pub challenge: Digest,
    /// The enrolment as the device signed it.
    pub enrolment: Envelope,
    /// SHA-256 of its bearer token.
    pub token_hash: Digest,
    /// When.
    pub enrolled_at: DateTime<Utc>,
}

/// How an enrolment ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnrolmentOutcome {
    /// The device is known from now on.
    Enrolled {
        /// Its id: the new one, or the one it was given when an answer was lost.
        device: DeviceId,
        /// The name the coordinator chose.
        label: String,
        /// Its certificate.
        certificate: Envelope,
    },
    /// No invitation has this code, or it was withdrawn.
    Unknown,
    /// The code was spent already.
    Used,
    /// The code's time is over.
    Expired,
    /// The key belongs to a device that has sent something already, or was revoked.
    KnownKey,
}

/// A device as ingest needs it.
#[derive(Debug, Clone)]
pub struct KnownDevice {
    /// Its id.
    pub device: DeviceId,
    /// Its key.
    pub public_key: VerifyingKey,
    /// Whether it has been revoked.
    pub revoked: bool,
    /// When it was let in: what is signed for it is of no time before, even if the clock was set back.
    pub enrolled_at: DateTime<Utc>,
}

/// What a receipt says, before it is signed.
#[derive(Debug, Clone)]
pub struct ReceiptFacts {
    /// The place in the log.
    pub leaf_index: u64,
    /// Attachments not held yet.
    pub missing_attachments: Vec<Digest>,
    /// Whether the device had been revoked.
    pub quarantined: bool,
}

/// How a verified push ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ingested {
    /// Durable; here is its receipt (DSSE JSON).
    Accepted {
        /// The receipt's bytes.
        receipt: Vec<u8>,
        /// Set apart, since the device had been revoked.
        quarantined: bool,
    },
    /// Was durable already; here is the receipt of then, byte for byte.
    Replayed {
        /// The receipt's bytes.
        receipt: Vec<u8>,
        /// Set apart, since the device had been revoked.
        quarantined: bool,
    },
    /// Something is missing before it.
    Gap {
        /// The place the chain waits for.
        expected_seq: u64,
    },
    /// It contradicts what is held; the chain is frozen now.
    Forked,
    /// The chain was frozen before.
    Frozen,
}

/// An attachment as an accepted operation lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAttachment {
    /// The record that lists it.
    pub record: RecordId,
    /// The hash announced.
    pub sha256: Digest,
    /// The size announced.
    pub size_bytes: u64,
    /// The receipt for it (DSSE JSON), once this device brought the whole file.
    pub receipt: Option<Vec<u8>>,
    /// Whether another device brought a file of this hash. That is no word about this one.
    pub others_brought_it: bool,
}

/// Whether the device of a record brought an attachment it lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// All of it.
    Whole,
    /// Not yet, whatever another device brought.
    NotYet,
}

/// Signs an attachment's receipt for one listing at a time.
pub type SignAttachment<'a> = dyn Fn(&ListedAttachment, DateTime<Utc>) -> Result<Envelope, EnvelopeError> + 'a;

/// What enrolment asks.
pub trait Enrolments {
    /// Spends an invitation on a device, or says why not; nothing changes then. A device whose answer was lost
    /// before it sent anything is enrolled again under the id it has, by the same code or another. The line of a
    /// device that is enrolled has its id as actor; a refusal writes none. `certify` signs that the device has this id
    /// and is of this organisation.
    fn enrol(
        &self,
        device: &NewDevice,
        entry: &AuditEntry<'_>,
        certify: &dyn Fn(DeviceId, &Code) -> Result<Envelope, EnvelopeError>,
    ) -> Result<EnrolmentOutcome, StorageError>;
    /// The newest key directory (DSSE JSON).
    fn key_directory(&self) -> Result<Vec<u8>, StorageError>;
    /// Where the log went on from another (log-continuation.v1), in order.
    fn log_continuations(&self) -> Result<Vec<Envelope>, StorageError>;
    /// The device a bearer token belongs to.
    fn device_by_token(&self, token_hash: Digest) -> Result<Option<KnownDevice>, StorageError>;
}

/// What ingest has signed within its transaction.
pub struct Signatures<'a> {
    /// A batch's receipt.
    pub batch: &'a dyn Fn(ReceiptFacts) -> Result<Envelope, EnvelopeError>,
    /// The receipt of an attachment whose bytes were here before its listing.
    pub attachment: &'a SignAttachment<'a>,
}

/// What ingest asks.
pub trait Ingest {
    /// The device with this id.
    fn device(&self, device: DeviceId) -> Result<Option<KnownDevice>, StorageError>;
    /// How a chain stands; an unknown chain waits for its first batch.
    fn chain_status(&self, chain: ChainReference) -> Result<ChainStatus, StorageError>;
    /// Places a verified push and, if it is the next of its chain, makes it durable together with the receipt
    /// that `sign` makes. `push_bytes` are kept whole if it turns out to be a fork.
    fn ingest(
        &self,
        push: &VerifiedPush,
        push_bytes: &[u8],
        now: DateTime<Utc>,
        sign: &Signatures<'_>,
    ) -> Result<Ingested, StorageError>;
}

/// What attachments ask.
pub trait Attachments {
    /// The attachment with this hash, if that accepted record lists it.
    fn listed_attachment(&self, sha256: Digest, record: RecordId) -> Result<Option<ListedAttachment>, StorageError>;
    /// Notes that the whole file is durable that the device of `listed` brought, for each of its records that lists it so,
    /// each with its receipt.
    fn complete_attachment(
        &self,
        listed: &ListedAttachment,
        now: DateTime<Utc>,
        sign: &SignAttachment<'_>,
    ) -> Result<(), StorageError>;
    /// Whether a record that `sight` allows lists this attachment, and whether its own device brought it.
    fn attachment_shown(&self, sight: &Sight, sha256: Digest) -> Result<Option<Brought>, StorageError>;
}

/// What everyone who must be accountable asks.
pub trait Audit {
    /// Writes a line; there is no way to change or remove one.
    fn audit(&self, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError>;
}

/// What signing in asks.
pub trait Accounts {
    /// Stores an account with the team keys sealed to it.
    fn create_account(
        &self,
        account: &Account,
        password_hash: &str,
        keys: &[TeamKey],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;
    /// An account that is not disabled, with its password's hash.
    fn account(&self, login: &str) -> Result<Option<(Account, String)>, StorageError>;
    /// The team keys sealed to an account.
    fn team_keys(&self, login: &str) -> Result<Vec<TeamKey>, StorageError>;
}

/// A signed-in browser.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Who.
    pub login: String,
    /// What unsafe requests must repeat in a header.
    pub csrf_token: String,
    /// When a request last used it.
    pub last_seen_at: DateTime<Utc>,
    /// The end, however busy it is.
    pub expires_at: DateTime<Utc>,
}

/// What sessions ask.
pub trait Sessions {
    /// Stores a session under the hash of its cookie, with its line; ended ones are swept out.
    fn create_session(
        &self,
        token_hash: Digest,
        session: &SessionRow,
        entry: &AuditEntry<'_>,
    ) -> Result<(), StorageError>;
    /// The session of a cookie, ended or not.
    fn session(&self, token_hash: Digest) -> Result<Option<SessionRow>, StorageError>;
    /// Notes that a request used it.
    fn touch_session(&self, token_hash: Digest, now: DateTime<Utc>) -> Result<(), StorageError>;
    /// Ends it, with its line: somebody signed out.
    fn end_session(&self, token_hash: Digest, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError>;
    /// Removes one whose time is over.
    fn remove_session(&self, token_hash: Digest) -> Result<(), StorageError>;
}

/// What is asked of the browsers people signed in from.
pub trait KnownBrowsers {
    /// How well a browser and a network are known to `login`, of what was used after `since`.
    fn acquaintance(
        &self,
        login: &str,
        browser: Option<Digest>,
        network: &str,
        since: DateTime<Utc>,
    ) -> Result<Acquaintance, StorageError>;
    /// Whether anybody signed in with this browser after `since`.
    fn is_known_browser(&self, browser: Digest, since: DateTime<Utc>) -> Result<bool, StorageError>;
    /// Notes that `login` signed in with it, from `network`.
    fn remember_browser(
        &self,
        browser: Digest,
        login: &str,
        network: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;
    /// Forgets what was not used since `before`.
    fn forget_browsers(&self, before: DateTime<Utc>) -> Result<(), StorageError>;
}

/// What the inbox asks. Every query takes what the asker may see.
pub trait Inbox {
    /// A page of the inbox.
    fn observations(&self, sight: &Sight, request: &PageRequest) -> Result<ObservationPage, StorageError>;
    /// One record of an observation in short, be it the latest or not, with everything that was done to it.
    fn observation(&self, sight: &Sight, record: RecordId) -> Result<Option<ObservedRecord>, StorageError>;
    /// What came from each device.
    fn arrivals(&self, sight: &Sight) -> Result<BTreeMap<Uuid, Arrivals>, StorageError>;
}

/// What the list of inspections asks.
pub trait Inspections {
    /// A page of inspections that `sight` allows.
    fn inspections(&self, sight: &Sight, request: &InspectionRequest) -> Result<InspectionPage, StorageError>;
}

/// What letting devices in asks, before one enrols.
pub trait Invitations {
    /// Stores an invitation, with its line. Answers the epoch of the key directory in force.
    fn create_invitation(&self, invitation: &NewInvitation, entry: &AuditEntry<'_>) -> Result<u64, StorageError>;
    /// Invitations that can still be used.
    fn open_invitations(&self, now: DateTime<Utc>) -> Result<Vec<InvitationSummary>, StorageError>;
    /// Withdraws an open invitation. Whether there was one; the line says `not-found` if not.
    fn withdraw_invitation(&self, id: Uuid, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<bool, StorageError>;
}

/// What is asked of a record, and of the devices that sign them.
pub trait Register {
    /// A record with everything signed around it; with `sight`, only if that allows it.
    fn record(&self, sight: Option<&Sight>, record: RecordId) -> Result<Option<StoredRecord>, StorageError>;
    /// The records that devices gave this id, each its own.
    fn records_named(&self, operation: OperationId) -> Result<Vec<RecordId>, StorageError>;
    /// Every device, the last enrolled first.
    fn devices(&self) -> Result<Vec<StoredDevice>, StorageError>;
    /// Revokes a device once, by the entry's actor; later calls change nothing. Whether there is such a device;
    /// the line says `not-found` if not.
    fn revoke(
        &self,
        device: DeviceId,
        reason: &str,
        now: DateTime<Utc>,
        entry: &AuditEntry<'_>,
    ) -> Result<bool, StorageError>;
    /// The last alert of each kind about each device, the last raised first. Of what was taken back only what `sight`
    /// allows.
    fn alerts(&self, sight: &Sight) -> Result<Vec<Alert>, StorageError>;
}

/// Whether the database answers.
pub trait Health {
    /// Reads one row.
    fn check(&self) -> Result<(), StorageError>;
}

/// Everything together.
pub trait Storage:
    Accounts
    + Attachments
    + Audit
    + Enrolments
    + Health
    + Inbox
    + Ingest
    + Inspections
    + Invitations
    + KnownBrowsers
    + Register
    + Sessions
    + Send
    + Sync
{
}

impl<T> Storage for T where
    T: Accounts
        + Attachments
        + Audit
        + Enrolments
        + Health
        + Inbox
        + Ingest
        + Inspections
        + Invitations
        + KnownBrowsers
        + Register
        + Sessions
        + Send
        + Sync
{
}
