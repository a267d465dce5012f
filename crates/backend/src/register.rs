//! What is true of what is held, and what is done with it: how a record stands and why to believe it, who is let in, what
//! there is to look into. Rows come from `storage`; what is shown of them is made in
//! `http::views`, but for `Proof` and `Author`, which are shown as they are.
//!
//! Everything about a record is read from its signed bytes; columns only help to find it.

mod admission;
mod alerts;
mod casework;
mod contacts;
mod desk;
mod due;
mod enrolment;
mod handling;
mod inbox;
mod inspections;
mod invitation;
mod joining;
mod keys;
mod line;
pub mod members;
mod participants;
mod proof;
pub mod provider;
mod readers;
mod referral;
mod renewal;
mod reopening;
mod reports;
mod sealed_text;
mod second_factor;
mod signed_anew;
mod standing;
mod standings;
mod told;
mod triage;

pub use admission::{AdmissionError, HandedKey, KeyName, Waiting, admit, waiting};
pub use alerts::alerts;
pub use casework::{TasksPage, WantedWork, report_texts, tasks, work};
pub use contacts::{Contact, ContactsPage, contacts};
pub use desk::{DeskCounts, desk_counts};
pub use due::Terms;
pub use enrolment::{Applicant, EnrolmentError, EnrolmentOutcome, let_in};
pub use handling::{ActError, Handled, Outcome, ShownAct, WantedAct, act, follow_each_other, handled};
pub use inbox::{Author, InboxPage, Observation, ObservationHistory, WorkCounts, observation, observations};
pub use inspections::{Inspection, InspectionsPage, inspections};
pub use invitation::{FreshInvitation, InvalidOrder, InvitationOrder, InviteError, invite};
pub use joining::{
    FreshMemberInvitation, InvalidMember, InviteMemberError, JoinError, MemberOrder, invite_member, join,
    open_invitation,
};
pub use keys::{is_closed, signs_with_a_closed_key};
pub use participants::{CodeSeen, Participant, ParticipantStanding, Participants, participants};
pub use proof::{ChainState, Check, CheckCode, Proof, Signer, prove};
pub use readers::{Reader, readers_of_observation, readers_of_report};
pub use referral::{PERSONS, fits, grounds, is_explained};
pub use renewal::{AdoptedDirectory, NextDirectory, awaits_newest_directory, bring_into_force, take_in};
pub use reopening::reopen_by_attachment;
pub use reports::{
    OBSERVATIONS, ReportError, ReportHistory, ReportOrder, ReportsPage, ShownReportStep, WantedStep, make, report,
    reports, take_step,
};
pub use sealed_text::{SEALED_TEXT_BYTES, is_sealed_text};
pub use second_factor::{
    Passes, SecondFactorError, begin_second_factor, confirm_second_factor, end_second_factor, passes_second_factor,
    second_factor_since,
};
pub use signed_anew::SignedAnew;
pub use standing::{Standing, Step};
pub use standings::{Arriving, Folded, each_folded, reckon, reckon_here, reckoned_by};
pub use told::{Changes, changes};
pub use triage::{FoldedReport, folded as folded_report, next_states, reasons};
