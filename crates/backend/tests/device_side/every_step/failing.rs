//! A database that fails at any step: each question that is asked of it is one, and so are its beginning and its end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::Mutex;

use baken_backend::access::Role;
use baken_backend::openid::Provider;
use baken_backend::storage::*;
use baken_backend::time_zone::TimeZone;
use baken_protocol::catalogue::CatalogueKind;
use baken_protocol::chain::Head;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{ChainId, ChainReference, DeviceId, EntityId, EntityReference, OperationId, RecordId};
use baken_protocol::keydir::Team;
use baken_protocol::log_continuation::LogPlace;
use baken_protocol::record::{AttachmentReference, RecordKind};
use baken_protocol::revocations::RevokedDevice;
use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

type Answer<T> = Result<T, StorageError>;

/// How it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The disk is full.
    Full,
    /// Another writer holds it too long.
    Busy,
    /// The program fails.
    Panic,
    /// What was committed is durable, and the answer is lost.
    AnswerLost,
}

/// The database of a test, and when it fails.
pub struct Failing {
    inner: Arc<dyn Database>,
    due: Mutex<Option<(u32, Fault)>>,
}

impl Failing {
    pub fn new(inner: Arc<dyn Database>) -> Arc<Self> {
        Arc::new(Self { inner, due: Mutex::new(None) })
    }

    /// Fails once, at the `step`th question from now on.
    pub fn fail_at(&self, step: u32, fault: Fault) {
        *self.due.lock().unwrap() = Some((step, fault));
    }

    /// Whether what was due has happened; nothing is due any more.
    pub fn has_failed(&self) -> bool {
        self.due.lock().unwrap().take().is_none()
    }

    fn due_now(&self) -> Option<Fault> {
        let mut due = self.due.lock().unwrap();
        let (left, fault) = (*due)?;
        if left > 1 {
            *due = Some((left - 1, fault));
            return None;
        }
        *due = None;
        Some(fault)
    }

    fn step(&self) -> Answer<()> {
        let fault = self.due_now();
        match fault {
            None => Ok(()),
            Some(Fault::Full) => Err(StorageError::Full),
            Some(Fault::Busy | Fault::AnswerLost) => Err(StorageError::Busy),
            Some(Fault::Panic) => panic!("at this step, as the test wants it"),
        }
    }
}

impl Database for Failing {
    fn begin(&self) -> Answer<Box<dyn Transaction + '_>> {
        self.step()?;
        Ok(Box::new(FailingTransaction { of: self, inner: self.inner.begin()? }))
    }

    fn snapshot(&self) -> Answer<Box<dyn Transaction + '_>> {
        self.step()?;
        Ok(Box::new(FailingTransaction { of: self, inner: self.inner.snapshot()? }))
    }
}

struct FailingTransaction<'a> {
    of: &'a Failing,
    inner: Box<dyn Transaction + 'a>,
}

impl Transaction for FailingTransaction<'_> {
    fn commit(self: Box<Self>) -> Answer<()> {
        match self.of.due_now() {
            None => self.inner.commit(),
            Some(Fault::AnswerLost) => self.inner.commit().and(Err(StorageError::Busy)),
            Some(Fault::Full) => Err(StorageError::Full),
            Some(Fault::Busy) => Err(StorageError::Busy),
            Some(Fault::Panic) => panic!("at the commit, as the test wants it"),
        }
    }
}

macro_rules! steps {
    ($($of:ident { $(fn $name:ident($($value:ident: $kind:ty),*) -> $answer:ty;)* })*) => {
        $(impl $of for FailingTransaction<'_> {
            $(fn $name(&self, $($value: $kind),*) -> Answer<$answer> {
                self.of.step()?;
                self.inner.$name($($value),*)
            })*
        })*
    };
}

steps! {
    Accounts {
        fn create_account(account: &Account, hash: &str, keys: &[TeamKey], now: DateTime<Utc>) -> ();
        fn account(login: &str) -> Option<(Account, String)>;
        fn account_of_subject(subject: &str) -> Option<Account>;
        fn forget_subject(subject: &str) -> ();
        fn active_accounts() -> Vec<Account>;
        fn members() -> Vec<MemberRow>;
        fn give_roles(login: &str, roles: &[Role]) -> bool;
        fn team_keys(login: &str) -> Vec<TeamKey>;
        fn shares_of_epoch(epoch: u64) -> Vec<HeldShare>;
        fn hand_team_key(login: &str, key: &TeamKey) -> ();
        fn admit(login: &str, now: DateTime<Utc>) -> ();
        fn teams_ever_given(login: &str) -> Vec<Team>;
        fn take_admission(login: &str) -> ();
        fn replace_member_key(login: &str, recipient: &str, wrapped_identity: &str) -> ();
        fn take_team_keys(login: &str) -> ();
        fn replace_password(login: &str, hash: &str, now: DateTime<Utc>) -> ();
        fn credential(login: &str, kind: CredentialKind) -> Option<Credential>;
        fn keep_credential(login: &str, kind: CredentialKind, held: &Credential) -> ();
        fn forget_credential(login: &str, kind: CredentialKind) -> bool;
        fn disable_account(login: &str, now: DateTime<Utc>) -> ();
    }
    Alerts {
        fn noted_alerts() -> Vec<AlertRow>;
        fn record_alerts(clearance: &Clearance, code: AlertCode) -> Vec<AlertRow>;
        fn note_oddity(record: RecordId, code: AlertCode) -> ();
        fn raise_alert(code: AlertCode, device: DeviceId, at: DateTime<Utc>, detail: &str) -> ();
        fn was_told(code: AlertCode, device: DeviceId) -> bool;
    }
    Attachments {
        fn listed_attachment(sha256: Digest, record: RecordId) -> Option<ListedAttachment>;
        fn unreceipted_listings(device: DeviceId, sha256: Digest, size_bytes: u64) -> Vec<RecordId>;
        fn has_brought(device: DeviceId, sha256: Digest, size_bytes: u64) -> bool;
        fn awaited_attachments(device: DeviceId, limit: usize) -> Vec<Digest>;
        fn list_attachment(record: RecordId, attachment: &AttachmentReference) -> ();
        fn complete_listing(record: RecordId, sha256: Digest, at: DateTime<Utc>, receipt: &[u8]) -> ();
        fn attachment_shown(clearance: &Clearance, sha256: Digest) -> Option<Brought>;
    }
    Audit {
        fn audit(now: DateTime<Utc>, entry: &AuditEntry<'_>) -> ();
        fn readings(object: AuditObject, id: &str) -> Vec<ReadingRow>;
        fn last_line_by_operator(action: AuditAction) -> Option<i64>;
        fn known_until() -> DateTime<Utc>;
    }
    Batches {
        fn chain_head(chain: ChainReference) -> Option<Head>;
        fn is_frozen(chain: ChainReference) -> bool;
        fn frozen_chains() -> Vec<ChainReference>;
        fn batch_at(chain: ChainReference, seq: u64) -> Option<HeldBatch>;
        fn next_leaf() -> u64;
        fn next_number() -> i64;
        fn last_batch_place() -> Option<LogPlace>;
        fn operation_hashes(device: DeviceId, operations: &[OperationId]) -> BTreeMap<OperationId, Digest>;
        fn entities_of(device: DeviceId, entities: &[EntityId]) -> BTreeMap<EntityId, bool>;
        fn know_chain(chain: ChainReference, continues: Option<ChainId>) -> ();
        fn add_batch(batch: &BatchRow<'_>) -> ();
        fn add_operations(operations: &[OperationRow<'_>]) -> ();
        fn freeze(fork: &Fork<'_>) -> ();
    }
    Catalogues {
        fn catalogues() -> Vec<(String, Vec<u8>)>;
        fn catalogue_version(kind: CatalogueKind) -> u64;
        fn catalogue_content(hash: Digest) -> Option<Vec<u8>>;
        fn keep_catalogue(catalogue: &NewCatalogue<'_>) -> ();
        fn replace_catalogue_envelope(kind: &str, envelope: &[u8]) -> ();
    }
    Devices {
        fn device(device: DeviceId) -> Option<KnownDevice>;
        fn device_by_token(token_hash: Digest) -> Option<KnownDevice>;
        fn stored_device(device: DeviceId) -> Option<StoredDevice>;
        fn devices(request: &DeviceRequest) -> Vec<StoredDevice>;
        fn revoked_devices(limit: u32) -> Vec<RevokedDevice>;
        fn order_wipe(device: DeviceId, by: &str, now: DateTime<Utc>) -> bool;
        fn note_wipe_fetched(device: DeviceId, now: DateTime<Utc>) -> ();
        fn revoke(device: DeviceId, by: &str, reason: &str, now: DateTime<Utc>) -> bool;
    }
    Enrolments {
        fn invitation(challenge: Digest) -> Option<HeldInvitation>;
        fn enrolled_key(key: &VerifyingKey) -> Option<EnrolledKey>;
        fn let_in(device: &NewDevice<'_>) -> ();
        fn log_continuations() -> Vec<Envelope>;
    }
    Handling {
        fn add_act(act: &ActRow) -> ();
        fn acts_on(standing: i64, limit: u32) -> Vec<ActRow>;
        fn count_stray_acts() -> u64;
    }
    Health {
        fn check() -> ();
    }
    Inspections {
        fn inspections(clearance: &Clearance, request: &InspectionRequest) -> Vec<InspectionRow>;
        fn contacts(clearance: &Clearance, request: &InspectionRequest) -> Vec<InspectionRow>;
        fn count_observations(clearance: &Clearance, inspection: EntityReference) -> u64;
        fn steps_in(clearance: &Clearance, inspection: EntityReference) -> Vec<StepRecord>;
        fn observations_by_device(clearance: Option<&Clearance>, inspection: EntityReference) -> Vec<(Uuid, u64)>;
    }
    Installations {
        fn installation() -> Option<Installation>;
        fn install(installation: &Installation, directory: &[u8], now: DateTime<Utc>) -> ();
        fn set_receipt_key(key: &VerifyingKey) -> ();
        fn set_time_zone(zone: TimeZone) -> ();
        fn continue_log(log_origin: &str, statement: &[u8]) -> ();
    }
    Invitations {
        fn create_invitation(invitation: &NewInvitation) -> ();
        fn open_invitations(now: DateTime<Utc>) -> Vec<OpenInvitation>;
        fn withdraw_invitation(id: Uuid, now: DateTime<Utc>) -> bool;
        fn withdraw_invitations(now: DateTime<Utc>) -> ();
    }
    MemberInvitations {
        fn invite_member(code: Digest, invited: &InvitedMember) -> ();
        fn member_invitation(code: Digest) -> Option<InvitedMember>;
        fn member_invitations() -> Vec<InvitedMember>;
        fn remove_member_invitation(login: &str) -> bool;
        fn remove_member_invitations() -> ();
    }
    KeyDirectories {
        fn key_directory() -> Vec<u8>;
        fn newest_epoch() -> u64;
        fn epoch_before(epoch: u64) -> Option<u64>;
        fn add_key_directory(epoch: u64, envelope: &[u8]) -> ();
    }
    KnownBrowsers {
        fn acquaintance(login: &str, browser: Option<Digest>, network: &str, since: DateTime<Utc>) -> Acquaintance;
        fn is_known_browser(browser: Digest, since: DateTime<Utc>) -> bool;
        fn remember_browser(browser: Digest, login: &str, network: &str, now: DateTime<Utc>) -> ();
        fn forget_browsers(before: DateTime<Utc>) -> ();
    }
    Observations {
        fn each_step(of: Of<'_>, take: &mut EachStep<'_>) -> ();
        fn shown(clearance: Option<&Clearance>, record: RecordId) -> Option<ShownRow>;
        fn history(clearance: &Clearance, device: DeviceId, entity: EntityId, limit: u32) -> Vec<ShownRow>;
        fn was_created_by(device: DeviceId, entity: EntityId) -> bool;
        fn is_claimed(clearance: &Clearance, device: DeviceId, entity: EntityId) -> bool;
        fn came_after(clearance: &Clearance, number: i64) -> bool;
        fn arrivals(clearance: &Clearance, devices: &[Uuid]) -> BTreeMap<Uuid, Arrivals>;
    }
    Outcomes {
        fn note_outcome(standing: i64, device: DeviceId, since: DateTime<Utc>) -> ();
        fn outcomes_after(device: DeviceId, number: u64, limit: u32) -> Vec<OutcomeRow>;
        fn count_stray_outcomes() -> u64;
        fn count_untold_outcomes() -> u64;
    }
    Records {
        fn record(clearance: Option<&Clearance>, record: RecordId) -> Option<StoredRecord>;
        fn sealed(clearance: &Clearance, record: RecordId) -> Option<(Envelope, Vec<u8>)>;
        fn records_ending(clearance: &Clearance, end: &str, limit: u32) -> Vec<(RecordId, RecordKind)>;
        fn records_named(operation: OperationId) -> Vec<RecordId>;
    }
    ReportTasks {
        fn add_task(task: &TaskRow) -> ();
        fn end_task(report: i64, place: u64) -> ();
        fn tasks_of_report(report: i64) -> Vec<TaskRow>;
        fn open_tasks(shown_to: &[String], request: &TaskRequest) -> Vec<(TaskRow, ReportRow)>;
        fn count_tasks(shown_to: &[String], of: &str, today: NaiveDate) -> TaskCounts;
    }
    ReportTexts {
        fn add_report_text(report: i64, text: &SealedText) -> ();
        fn report_texts(report: i64, limit: u32) -> Vec<SealedText>;
        fn count_report_texts(report: i64) -> u64;
    }
    Providers {
        fn provider() -> Option<Provider>;
        fn keep_provider(provider: &Provider, now: DateTime<Utc>) -> ();
        fn forget_provider() -> bool;
    }
    Reports {
        fn next_report(year: u32) -> (i64, ReportNumber);
        fn add_report(report: &ReportRow) -> ();
        fn change_report(number: i64, stand: &ReportStand) -> ();
        fn report(name: ReportNumber) -> Option<ReportRow>;
        fn report_numbered(number: i64) -> Option<ReportRow>;
        fn add_report_step(step: &ReportStep) -> ();
        fn report_steps(report: i64, limit: u32) -> Vec<ReportStep>;
        fn reports(shown_to: &[String], request: &ReportRequest) -> Vec<ReportRow>;
        fn count_reports(shown_to: &[String], asker: &str) -> ReportCounts;
        fn reports_after(number: i64, limit: u32) -> Vec<ReportRow>;
        fn count_stray_steps() -> u64;
        fn observations_of_report(report: i64, limit: u32) -> Vec<i64>;
    }
    Standings {
        fn standings_of(device: DeviceId, entities: &[EntityId], quarantined: bool) -> Vec<HeldStanding>;
        fn add_standings(rows: &[StandingRow]) -> ();
        fn change_standing(row: &StandingRow) -> ();
        fn count_standing(kind: &StandingKind, by: i64) -> ();
        fn assign_standing(number: i64, standing: i64) -> ();
        fn forget_standings() -> ();
        fn standing(number: i64) -> Option<StandingRow>;
        fn standing_of(record: RecordId) -> Option<StandingRow>;
        fn record_numbered(number: i64) -> Option<RecordId>;
        fn count_standings() -> u64;
        fn counted() -> Vec<Counted>;
        fn reckoned_by() -> Option<String>;
        fn reckon_by(terms: &str) -> ();
        fn standing_counts(clearance: &Clearance, filter: &Filter) -> Counts;
        fn stretch(clearance: &Clearance, filter: &Filter, counts: &Counts, request: StretchRequest<'_>) -> Vec<ListedStanding>;
        fn number_of(device: &str, operation: &str) -> Option<i64>;
    }
    Sessions {
        fn create_session(token_hash: Digest, session: &SessionRow) -> ();
        fn session(token_hash: Digest) -> Option<SessionRow>;
        fn live_sessions() -> Vec<LiveSession>;
        fn touch_session(token_hash: Digest, now: DateTime<Utc>) -> ();
        fn remove_session(token_hash: Digest) -> ();
        fn end_sessions_of(login: &str) -> ();
        fn end_sessions() -> ();
    }
    Tables {
        fn rows_after(table: &TableShape, key: &[Cell], limit: usize) -> Vec<Cells>;
        fn last_key(table: &TableShape) -> Cells;
        fn put_rows(table: &TableShape, rows: &[Cells]) -> ();
    }
    VouchedMessages {
        fn vouched_after(of: Vouched, last: Option<&RowKey>) -> Vec<VouchedRow>;
        fn replace_vouched(of: Vouched, row: &VouchedRow) -> ();
    }
    Whole {
        fn each_key_directory(check: &mut Each<'_, (u64, Vec<u8>)>) -> ();
        fn each_device(check: &mut Each<'_, EnrolledRow>) -> ();
        fn each_continuation(check: &mut Each<'_, (String, Vec<u8>)>) -> ();
        fn each_log_entry(check: &mut Each<'_, StoredLogEntry>) -> ();
        fn each_batch(check: &mut Each<'_, StoredBatch>) -> ();
        fn each_operation(check: &mut Each<'_, StoredOperation>) -> ();
        fn each_file(check: &mut Each<'_, (String, bool)>) -> ();
        fn each_audit_line(check: &mut Each<'_, StoredLine>) -> ();
        fn stands_at(leaf: u64, hash: Digest) -> bool;
        fn came_by(record: RecordId, hash: Digest, leaf: u64) -> bool;
        fn count_operations() -> u64;
        fn count_stray_contents() -> u64;
        fn codes_of(number: i64) -> BTreeSet<(String, String)>;
        fn listings_of(record: RecordId) -> Vec<ListedRow>;
        fn line_with(hash: Digest) -> Option<u64>;
    }
}
