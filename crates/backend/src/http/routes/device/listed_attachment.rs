//! What a record lists under an attachment's name, and what is answered where nothing is shown or taken of it: said once
//! for both ways of uploading and for the receipt.

use utoipa::IntoResponses;

use crate::http::extract::named::AttachmentName;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::storage::{KnownDevice, ListedAttachment};

impl AttachmentName {
    /// What the record lists under it. Of another device's record nothing is said, not even that there is one.
    pub(super) fn listed(self, state: &AppState, device: &KnownDevice) -> Result<ListedAttachment, Problem> {
        if self.record.device != device.device {
            return Err(Problem::not_found());
        }
        state.read(|tx| Ok(tx.listed_attachment(self.sha256, self.record)?))?.ok_or_else(Problem::not_found)
    }
}

/// Why nothing is shown of an attachment.
#[derive(IntoResponses)]
pub enum NotListed {
    /// No accepted batch of this device lists it.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
}

/// Why a piece was not taken, beside that and what `description.rs` says of every call.
#[derive(IntoResponses)]
pub enum NotAppended {
    /// hash-mismatch: all bytes are there and are not those announced; begin again.
    #[response(status = 400, content_type = "application/problem+json")]
    HashMismatch(Problem),
    /// wrong-offset (Upload-Offset says the right one) or upload-busy.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// Longer than announced.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
}
