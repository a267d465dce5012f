//! What the console gets of what is held: one shape for each, exported to TypeScript and named in the description.
//! Nothing is decided here.

mod alerts;
mod casework;
mod contacts;
mod devices;
mod evidence;
mod handling;
mod inspections;
mod invitations;
mod observations;
mod planned;
mod qr;
mod readers;
mod reports;
mod search;

pub use alerts::{Alert, AlertRecord};
pub use casework::{
    CaseworkSummary, ReferralChoice, ReportText, ReportTexts, TaskItem, TaskPage, TaskSummary, TaskTotals,
};
pub use contacts::{ContactDetail, ContactListItem, ContactPage};
pub use devices::{DevicePage, DeviceSummary};
pub use evidence::Evidence;
pub use handling::{ActSummary, HandlingCounts, HandlingSummary};
pub use inspections::{InspectionDetail, InspectionListItem, InspectionPage, ParticipantSummary, Participation};
pub use invitations::InvitationSummary;
pub use observations::{
    AttachmentSummary, ObservationDetail, ObservationPage, ObservationSummary, SealedSummary, summaries,
};
pub use planned::{PlannedInspection, PlannedPlace};
pub use qr::qr_svg;
pub use readers::{Reader, Readers};
pub use reports::{ReportDetail, ReportMove, ReportPage, ReportStepSummary, ReportSummary, ReportTotals};
pub use search::{FoundRecord, FoundRecords, SealedItem, SealedPage};
