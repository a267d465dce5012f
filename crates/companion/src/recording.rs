//! From the first tap to *Vastleggen*: inspections, drafts, photos, spoken notes, what a form lacks and what to look at, and the
//! moment it is sealed and signed. What becomes of a signed record is the [`outbox`](crate::outbox)'s.

pub(crate) mod attached;
mod contact;
pub(crate) mod corrections;
pub(crate) mod drafts;
pub(crate) mod earlier;
pub(crate) mod finalise;
pub(crate) mod forms;
pub(crate) mod inspection;
pub(crate) mod joint;
pub(crate) mod photos;
mod readers;
mod sealed_text;
pub(crate) mod spoken;
mod validate;
pub(crate) mod warnings;
mod written;
