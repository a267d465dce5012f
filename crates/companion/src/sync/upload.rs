//! Bringing a sealed photo over, in pieces the network lets through.

use baken_protocol::limits::{ATTACHMENT_PIECE_BYTES, POCKET_BYTES};
use baken_protocol::refusal::RefusalCode;

use super::memory::MAX_CONTRADICTIONS;
use super::next::Ended;
use super::passage;
use super::run::Sync;
use super::waiting_answers::cannot_be_kept;
use crate::failure::Failure;
use crate::store::Store;
use crate::store::road::{Answer, LocalPhoto};
use crate::transport::{Between, Transport, TransportError};

impl<T: Transport> Sync<T> {
    pub(super) async fn upload(&mut self, photo: LocalPhoto) -> Result<(), Ended> {
        let sha256 = photo.sha256;
        if self.store.road.has_photo_receipt(sha256) {
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

    async fn keep_photo_receipt(&mut self, photo: LocalPhoto, receipt: Vec<u8>) -> Result<(), Ended> {
        let kept = receipt.clone();
        match self.knowing_the_log(move |store| store.accept_photo_receipt(&photo, &kept)).await {
            Err(failure) if cannot_be_kept(&failure) => {
                self.store.road.keep(Answer::Photo { photo, receipt });
                self.unless_locked(failure)
            }
            other => Ok(other?),
        }
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
        let standing = self.patiently(|transport| transport.attachment_offset(operation, sha256)).await?;
        let mut pieces = Pieces::new(*photo, standing, limit.min(ATTACHMENT_PIECE_BYTES));
        // What an earlier run brought over counts at once: a bar that begins anew reads as lost.
        let held = pieces.offset().min(photo.size_bytes);
        self.photo_sent(held.saturating_sub(*counted));
        *counted = held.max(*counted);
        while let Some(piece) = pieces.next(sealed).map_err(Failure::Transport)? {
            self.check_pause()?;
            let offset = pieces.offset();
            match self.patiently(|it| it.append_attachment(operation, sha256, offset, piece.clone())).await {
                Ok(next) => {
                    pieces.arrived(piece.len(), next).map_err(Failure::Transport)?;
                    self.photo_sent(next.saturating_sub(*counted));
                    *counted = next.max(*counted);
                }
                Err(Failure::Transport(TransportError::Between(Between::TooLarge { bytes }))) => {
                    let too_large = Failure::Transport(Between::TooLarge { bytes }.into());
                    pieces.narrow(self.narrow(bytes).await?.filter(|limit| *limit < piece.len()).ok_or(too_large)?);
                }
                Err(Failure::Transport(error)) => {
                    let silence = error.is_silence();
                    let bytes = lighter(&error, piece.len()).ok_or(Failure::Transport(error))?;
                    self.go_lighter(bytes, silence).await?;
                    pieces.narrow(bytes);
                }
                Err(other) => return Err(other.into()),
            }
        }
        Ok(self.patiently(|transport| transport.attachment_receipt(operation, sha256)).await?)
    }
}

/// How far a photo is, in pieces of a size the network lets through.
pub(super) struct Pieces {
    size_bytes: u64,
    piece_bytes: usize,
    offset: u64,
    complete: bool,
}

impl Pieces {
    /// From where it stands, as the backend says.
    pub(super) const fn new(photo: LocalPhoto, (offset, complete): (u64, bool), piece_bytes: usize) -> Self {
        Self { size_bytes: photo.size_bytes, piece_bytes, offset, complete }
    }

    /// Where it stands.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// What is to be sent next; nothing once all of it is there.
    pub(super) fn next(&self, sealed: &[u8]) -> Result<Option<Vec<u8>>, TransportError> {
        if self.complete {
            return Ok(None);
        }
        let start = usize::try_from(self.offset).unwrap_or(usize::MAX);
        let rest = sealed.get(start..).ok_or(TransportError::Answer)?;
        Ok(Some(rest.get(..self.piece_bytes).unwrap_or(rest).to_vec()))
    }

    /// From now on pieces of so many bytes.
    pub(super) const fn narrow(&mut self, piece_bytes: usize) {
        self.piece_bytes = piece_bytes;
    }

    /// What the backend says after a piece of `length` bytes. One that answers less, or more than there is, is not
    /// followed: there is nothing to count with.
    pub(super) const fn arrived(&mut self, length: usize, offset: u64) -> Result<(), TransportError> {
        let stands_still = offset == self.offset && length > 0;
        if offset < self.offset || stands_still || offset > self.size_bytes {
            return Err(TransportError::Answer);
        }
        self.complete = offset == self.size_bytes;
        self.offset = offset;
        Ok(())
    }
}

/// Where `error` says that `bytes` came too slowly, or that nobody answered them: how many may fare better. At first so
/// many that nobody need wait for them, then half; fewer than the first that nobody answers are no longer about the size.
pub(super) fn lighter(error: &TransportError, bytes: usize) -> Option<usize> {
    let is_too_slow =
        matches!(error, TransportError::Refused { code: Some(RefusalCode::TooSlow), .. } | TransportError::Slow { .. });
    let is_swallowed = matches!(error, TransportError::Silent { .. }) && bytes > POCKET_BYTES;
    let fewer = if bytes > POCKET_BYTES { POCKET_BYTES } else { bytes / 2 };
    ((is_too_slow || is_swallowed) && fewer >= passage::SMALLEST).then_some(fewer)
}

/// Whether a refusal says that an upload stands elsewhere than was thought.
const fn is_about_offset(code: RefusalCode) -> bool {
    matches!(code, RefusalCode::WrongOffset | RefusalCode::HashMismatch | RefusalCode::Incomplete)
}
