//! What the backend asks of its database: rows, in and out. What they mean is decided above.
//!
//! A [`Database`] begins a [`Transaction`], which holds a small trait for each kind of thing that is kept. All that was
//! done in one is durable once it was committed, or none of it happened. SQLite or PostgreSQL stands behind them; the tests
//! put one in front that fails at any step. Everything blocks: callers run it off the async runtime.

mod accounts;
mod alerts;
mod attachments;
mod audit;
mod audit_line;
mod batches;
mod casework;
mod catalogues;
mod columns;
mod database;
mod devices;
mod enrolments;
mod error;
mod handling;
mod inspections;
mod installations;
mod invitations;
mod key_directories;
mod known_browsers;
mod member_invitations;
mod observations;
mod outcomes;
mod page;
mod place;
pub mod postgres;
mod providers;
mod records;
mod reports;
mod sessions;
mod sql;
pub mod sqlite;
mod standings;
mod tables;
mod vouched;
mod whole;

pub use crate::access::Clearance;
pub use accounts::{Account, Accounts, Credential, CredentialKind, HeldShare, MemberRow, TeamKey};
pub use alerts::{AlertCode, AlertCodeError, AlertRow, Alerts};
pub use attachments::{Attachments, Brought, ListedAttachment};
pub use audit::{Audit, ReadingRow};
pub use audit_line::{AuditAction, AuditEntry, AuditObject, LOCAL, OPERATOR, StoredLine};
pub use batches::{BatchRow, Batches, Fork, HeldBatch, LogEntryKind, OperationRow};
pub use casework::{
    Casework, NoteKind, ReferralAnswer, ReferralBody, ReferralGround, ReportTasks, ReportTexts, SealedText, TaskCounts,
    TaskCursor, TaskEnd, TaskKind, TaskRequest, TaskRow,
};
pub use catalogues::{Catalogues, NewCatalogue};
pub use columns::{OperationColumns, listed_codes};
pub use database::{Database, Health, Migrated, Transaction, UnitOfWork};
pub use devices::{Devices, KnownDevice, StoredDevice};
pub use enrolments::{EnrolledKey, Enrolments, HeldInvitation, NewDevice};
pub use error::StorageError;
pub use handling::{ActCodeError, ActKind, ActReason, ActRow, Handling, InHand};
pub use inspections::{InspectionRow, Inspections, StepRecord};
pub use installations::{Installation, Installations};
pub use invitations::{Invitations, NewInvitation, OpenInvitation};
pub use key_directories::KeyDirectories;
pub use known_browsers::{Acquaintance, KnownBrowsers};
pub use member_invitations::{InvitedMember, MemberInvitations};
pub use observations::{Arrivals, EachStep, Observations, Of, ShownRow, StepRow};
pub use outcomes::{OutcomeRow, Outcomes};
pub use page::{
    Apart, ArrivalCursor, Cursor, DeviceCursor, DeviceRequest, Filter, InspectionRequest, Order, PageRequest, Position,
    Work,
};
pub use place::{Place, PlaceError};
pub use providers::Providers;
pub use records::{Records, StoredRecord};
pub use reports::{
    ReportCodeError, ReportCounts, ReportNumber, ReportRequest, ReportRow, ReportSource, ReportStand, ReportState,
    ReportStep, ReportWork, Reports, StateReason, StepTaken,
};
pub use sessions::{LiveSession, SessionRow, Sessions};
pub use standings::{
    After, COUNTED_TO, Counted, Counts, HeldStanding, ListedStanding, StandingKind, StandingRow, Standings, Stretch,
    StretchRequest,
};
pub use tables::{Cell, Cells, Kind, LEFT, TABLES, TableShape, Tables};
pub use vouched::{RowKey, Vouched, VouchedMessages, VouchedRow};
pub use whole::{Each, EnrolledRow, ListedRow, StoredBatch, StoredLogEntry, StoredOperation, Whole};
