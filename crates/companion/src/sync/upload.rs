//! Bringing a sealed photo over, in pieces the network lets through.

use baken_protocol::limits::ATTACHMENT_PIECE_BYTES;
use baken_protocol::refusal::RefusalCode;

use super::apply::{Ended, Sync};
use super::passage;
use super::plan::LocalPhoto;
use super::setbacks::MAX_CONTRADICTIONS;
use crate::failure::Failure;
use crate::store::Store;
use crate::transport::{Between, Transport, TransportError};

impl<T: Transport> Sync<T> {
    pub(super) async fn upload(&mut self, photo: LocalPhoto) -> Result<(), Ended> {
        let sha256 = photo.sha256;
        if self.store.sender.has_photo_receipt(sha256) {
            return Ok(());
        }
        let Some(sealed) = self.on_store(move |store| store.sealed_photo(sha256)).await? else { return Ok(()) };
        let mut counted: u64 = 0;
        let mut contradictions = 0;
        let receipt = loop {
            match self.upload_from_where_it_stands(&photo, &sealed, &mut counted).await {
                // It is elsewhere than was said, or was thrown away as not what was announced: from where it is.
                Err(Ended::Failed(Failure::Transport(TransportError::Refused { code: Some(code), .. })))
                    if is_about_offset(code) && contradictions < MAX_CONTRADICTIONS =>
                {
                    contradictions += 1;
                }
                other => break other?,
            }
        };
        self.photo_sent(photo.size_bytes.saturating_sub(counted));
        self.keep_photo_receipt(photo, receipt).await?;
        self.tell();
        Ok(())
    }

    fn photo_sent(&mut self, bytes: u64) {
        self.progress.bytes_sent += bytes;
        self.progress.photo_bytes_sent += bytes;
        self.tell();
    }

    /// Sends the rest of a photo. Answers its receipt.
    async fn upload_from_where_it_stands(
        &mut self,
        photo: &LocalPhoto,
        sealed: &[u8],
        counted: &mut u64,
    ) -> Result<Vec<u8>, Ended> {
        let LocalPhoto { operation, sha256, .. } = *photo;
        let limit = self.on_store(Store::network_limit).await?.unwrap_or(ATTACHMENT_PIECE_BYTES);
        if limit < passage::SMALLEST {
            return Err(Failure::Transport(Between::TooLarge { bytes: passage::SMALLEST }.into()).into());
        }
        let mut piece_bytes = limit.min(ATTACHMENT_PIECE_BYTES);
        let (mut offset, mut complete) =
            self.patiently(|transport| transport.attachment_offset(operation, sha256)).await?;
        // What an earlier run brought over counts at once: a bar that begins anew reads as lost.
        let held = offset.min(photo.size_bytes);
        self.photo_sent(held.saturating_sub(*counted));
        *counted = held.max(*counted);
        while !complete {
            self.check_pause()?;
            let start = usize::try_from(offset).unwrap_or(usize::MAX);
            let rest = sealed.get(start..).ok_or(Failure::Transport(TransportError::Answer))?;
            let chunk = rest.get(..piece_bytes).unwrap_or(rest).to_vec();
            let next = match self.patiently(|it| it.append_attachment(operation, sha256, offset, chunk.clone())).await {
                Ok(next) => next,
                Err(Failure::Transport(TransportError::Between(Between::TooLarge { bytes }))) => {
                    let too_large = Failure::Transport(Between::TooLarge { bytes }.into());
                    piece_bytes = self.narrow(bytes).await?.filter(|limit| *limit < chunk.len()).ok_or(too_large)?;
                    continue;
                }
                Err(other) => return Err(other.into()),
            };
            // A backend that answers less, or more than there is, is not followed: there is nothing to count with.
            let stands_still = next == offset && !chunk.is_empty();
            if next < offset || stands_still || next > photo.size_bytes {
                return Err(Failure::Transport(TransportError::Answer).into());
            }
            complete = next >= photo.size_bytes;
            self.photo_sent(next.saturating_sub(*counted));
            *counted = next.max(*counted);
            offset = next;
        }
        Ok(self.patiently(|transport| transport.attachment_receipt(operation, sha256)).await?)
    }
}

/// Whether a refusal says that an upload stands elsewhere than was thought.
const fn is_about_offset(code: RefusalCode) -> bool {
    matches!(code, RefusalCode::WrongOffset | RefusalCode::HashMismatch | RefusalCode::Incomplete)
}
