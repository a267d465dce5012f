//! Bringing what was signed to the backend: a pure plan, then its steps one by one, and another plan for as long as there
//! is a reason for one.
//!
//! Every step leaves the store consistent, so an app killed anywhere continues where it stopped. A replay is
//! a success; nothing is believed but a verified receipt; a failure is kept and shown, never hidden. A lock closes the
//! store under a run; what is signed goes on by the [`Sender`], which needs no key.

mod addresses;
mod between;
mod carried;
mod catalogues;
mod certificate;
mod continuations;
mod disk;
mod earlier_chains;
mod http;
mod jitter;
mod leaving;
mod loose;
mod memory;
mod movement;
mod next;
mod outcomes;
mod outgoing;
mod parcel;
mod passage;
mod patience;
mod plan;
mod probes;
mod progress;
mod roots;
mod round;
mod run;
mod sender;
mod setbacks;
mod state;
mod unsent;
mod upload;
mod verdict;
mod waiting_answers;
mod way;

pub use crate::store::allowed::{Allowed, Photos};
pub use crate::store::road::LocalPhoto;
pub use crate::transport::{Between, CertificateFault, PushAnswer, Transport, TransportError, UnderWay};
pub use carried::{CarriedIn, CarriedOut, CarriedSummary};
pub use http::HttpTransport;
pub use next::SyncOutcome;
pub use patience::Retry;
pub use plan::{LocalBatch, LocalState, Step, plan};
pub use progress::{ProgressListener, SyncPhase, SyncProgress};
pub use run::Sync;
pub use sender::{Sender, SenderLoad, SenderStanding};
pub use unsent::{Unsent, UnsentPhoto, UnsentPush};
