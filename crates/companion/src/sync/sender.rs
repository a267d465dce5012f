//! The sender goes on after the lock. It holds a [`Parcel`] and a network, and nothing that opens anything; answers wait
//! with it, unread, and are verified and kept at the next unlock.
//!
//! It lives as long as the program. If that ends, nothing is lost: all of it stands in the encrypted store, is sent
//! after the next unlock, and a replay gets the same receipt. What needs a signature (another history at the backend, a
//! batch it refuses) waits for the unlock too. Deliberately absent: any file.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use baken_protocol::ids::ChainId;
use baken_protocol::limits::ATTACHMENT_PIECE_BYTES;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::{Notify, watch};

use super::HttpTransport;
use super::jitter::with_jitter;
use super::parcel::Parcel;
use super::passage;
use super::upload::{Pieces, lighter};
use super::verdict::{self, Verdict};
use crate::store::allowed::{Allowed, Photos};
use crate::store::road::{Answer, LocalPhoto, Road};
use crate::transport::{Between, PushAnswer, Transport, TransportError};

/// The longest wait between two rounds.
const LAST_WAIT: Duration = Duration::from_mins(2);
/// How long a request that is under way may go on once somebody has unlocked.
const MAKE_WAY: Duration = Duration::from_secs(2);

/// What has left and what has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SenderLoad {
    /// Batches that can leave before the next unlock.
    pub batches: usize,
    /// Photos that can.
    pub photos: usize,
    /// Of these, of acute records.
    pub acute_photos: usize,
    /// Receipts that wait for the next unlock.
    pub receipts: usize,
}

/// What the sender is at, for whoever keeps the process awake for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SenderStanding {
    /// Nothing is left that it could send: all has left, somebody unlocked, or only that helps.
    #[default]
    Rests,
    /// It sends.
    Sends,
    /// Something is left, and now is not the time: there is no way, or the network costs too much for photos.
    Waits,
}

/// Sends what was signed, after the lock. Whoever unlocks takes the road over.
#[derive(Default)]
pub struct Sender {
    /// One traveller at a time: a sync that was under way at the lock ends first.
    road: Arc<Road>,
    parcel: Mutex<Option<Parcel>>,
    changed: Notify,
    /// Something is different around: it is tried again without waiting.
    again: Notify,
    standing: watch::Sender<SenderStanding>,
}

/// How a round ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Round {
    /// Everything has left, or what is left needs somebody to unlock.
    Over,
    /// Something may go through a little later.
    Later,
    /// Only photos are left, and the network costs too much for them.
    Held,
}

/// How one thing fared.
enum Fate {
    Sent(Vec<u8>),
    /// A later try may go through.
    Later,
    /// There is no way to the backend now: nothing else need be tried in this round.
    NoWay,
    /// Only the unlocked device can go on with it.
    NeedsUnlock,
}

impl Sender {
    /// Takes over what is to leave after a lock.
    pub(crate) fn take_over(&self, parcel: Option<Parcel>) {
        *self.held() = parcel;
        self.changed.notify_one();
    }

    /// Somebody unlocked: what is left goes from the store again.
    pub(crate) fn make_way(&self) {
        self.take_over(None);
    }

    /// The way it travels, and what waits there for the unlock.
    pub(crate) const fn road(&self) -> &Arc<Road> {
        &self.road
    }

    /// How much it has still to send, and how many receipts wait.
    pub fn load(&self) -> SenderLoad {
        let held = self.held();
        let parcel = held.as_ref();
        SenderLoad {
            batches: parcel.map_or(0, |parcel| parcel.pushes.len()),
            photos: parcel.map_or(0, |parcel| parcel.photos.len()),
            acute_photos: parcel.map_or(0, |parcel| parcel.photos.iter().filter(|it| it.photo.acute).count()),
            receipts: self.road.waiting(),
        }
    }

    /// What may leave over the network at hand, for this and for the unlocked device.
    pub fn allowed(&self) -> &Allowed {
        &self.road.allowed
    }

    /// What it is at, from now on.
    pub fn standing(&self) -> watch::Receiver<SenderStanding> {
        self.standing.subscribe()
    }

    /// Something is different around, such as the network. Answers whether there is anything to try again.
    pub fn look_again(&self) -> bool {
        self.again.notify_one();
        self.is_at_work()
    }

    /// Sends until everything has left, somebody unlocks, or only an unlock helps.
    pub async fn run(&self) {
        let Some(backend) = self.held().as_ref().map(|parcel| parcel.backend.clone()) else {
            return;
        };
        match HttpTransport::to(backend, &self.road) {
            Ok(transport) => self.run_over(&transport, Duration::from_secs(2)).await,
            Err(error) => tracing::warn!(code = ?error.code(), "what was signed cannot leave before the next unlock"),
        }
    }

    /// The same over another network, with another patience.
    pub async fn run_over(&self, transport: &impl Transport, first_wait: Duration) {
        let _turn = self.road.take().await;
        let _rests = Rests(&self.standing);
        let mut wait = first_wait;
        while self.is_at_work() {
            let before = self.load();
            self.standing.send_replace(SenderStanding::Sends);
            let round = tokio::select! {
                round = self.round(transport) => round,
                () = self.is_called_off() => return,
            };
            match round {
                Round::Over => return self.let_go_if_empty(),
                // What it was held for may be over by now.
                Round::Held if self.allowed().photos() == Photos::All => continue,
                Round::Later | Round::Held => {}
            }
            wait = if self.load() == before { (wait * 2).min(LAST_WAIT) } else { first_wait };
            self.standing.send_replace(SenderStanding::Waits);
            let patience = async {
                // What a network costs does not change by waiting: whoever hears of another one says so.
                match round {
                    Round::Held => std::future::pending().await,
                    Round::Over | Round::Later => tokio::time::sleep(with_jitter(wait, random_byte())).await,
                }
            };
            tokio::select! {
                () = patience => {}
                () = self.again.notified() => {}
                () = self.changed.notified() => {}
            }
        }
    }

    /// Once everything has left the token is not needed any more.
    fn let_go_if_empty(&self) {
        let mut held = self.held();
        if held.as_ref().is_some_and(|parcel| parcel.pushes.is_empty() && parcel.photos.is_empty()) {
            *held = None;
        }
    }

    fn is_at_work(&self) -> bool {
        self.held().is_some()
    }

    /// Ends a little after somebody unlocked, so that what is under way may arrive.
    async fn is_called_off(&self) {
        while self.is_at_work() {
            self.changed.notified().await;
        }
        tokio::time::sleep(MAKE_WAY).await;
    }

    async fn round(&self, transport: &impl Transport) -> Round {
        let mut later = false;
        while let Some((chain, seq, bytes)) = self.next_push() {
            match push(transport, chain, seq, bytes).await {
                Fate::Sent(receipt) => self.pushed(chain, seq, receipt),
                Fate::NoWay => return Round::Later,
                // A chain has no gaps: what follows waits too. The photos of what has arrived do not.
                Fate::Later => {
                    later = true;
                    break;
                }
                Fate::NeedsUnlock => {
                    self.leave_batches_to_the_unlock();
                    break;
                }
            }
        }
        let (mut at, mut held) = (0, false);
        while let Some((photo, sealed)) = self.photo_at(at) {
            if !self.allowed().photos().may_leave(&photo) {
                held = true;
                at += 1;
                continue;
            }
            match upload(transport, photo, &sealed).await {
                Fate::Sent(receipt) => self.uploaded(photo, receipt),
                Fate::NoWay => return Round::Later,
                Fate::Later => {
                    later = true;
                    at += 1;
                }
                Fate::NeedsUnlock => self.leave_to_the_unlock(photo),
            }
        }
        match (later, held) {
            (true, _) => Round::Later,
            (false, true) => Round::Held,
            (false, false) => Round::Over,
        }
    }

    fn next_push(&self) -> Option<(ChainId, u64, Vec<u8>)> {
        let held = self.held();
        let push = held.as_ref()?.pushes.first()?;
        Some((push.chain, push.seq, push.bytes.clone()))
    }

    fn pushed(&self, chain: ChainId, seq: u64, receipt: Vec<u8>) {
        if let Some(parcel) = self.held().as_mut() {
            parcel.pushes.retain(|push| (push.chain, push.seq) != (chain, seq));
        }
        self.road.keep(Answer::Batch { chain, seq, receipt });
    }

    /// They stand in the encrypted store, and only an unlocked device can go on with them.
    fn leave_batches_to_the_unlock(&self) {
        if let Some(parcel) = self.held().as_mut() {
            parcel.pushes.clear();
        }
    }

    fn leave_to_the_unlock(&self, photo: LocalPhoto) {
        if let Some(parcel) = self.held().as_mut() {
            parcel.photos.retain(|packed| packed.photo != photo);
        }
    }

    fn photo_at(&self, at: usize) -> Option<(LocalPhoto, Vec<u8>)> {
        let held = self.held();
        let packed = held.as_ref()?.photos.get(at)?;
        Some((packed.photo, packed.sealed.clone()))
    }

    fn uploaded(&self, photo: LocalPhoto, receipt: Vec<u8>) {
        if let Some(parcel) = self.held().as_mut() {
            parcel.photos.retain(|packed| packed.photo.sha256 != photo.sha256);
        }
        self.road.keep(Answer::Photo { photo, receipt });
    }

    fn held(&self) -> MutexGuard<'_, Option<Parcel>> {
        self.parcel.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// However sending ends, a panic too.
struct Rests<'a>(&'a watch::Sender<SenderStanding>);

impl Drop for Rests<'_> {
    fn drop(&mut self) {
        self.0.send_replace(SenderStanding::Rests);
    }
}

async fn push(transport: &impl Transport, chain: ChainId, seq: u64, bytes: Vec<u8>) -> Fate {
    match transport.push(chain, seq, bytes).await {
        Ok(PushAnswer::Receipt(receipt)) => Fate::Sent(receipt),
        Ok(PushAnswer::Gap { .. } | PushAnswer::Forked) => Fate::NeedsUnlock,
        Err(error) => fate_of_batch(&error),
    }
}

async fn upload(transport: &impl Transport, photo: LocalPhoto, sealed: &[u8]) -> Fate {
    match try_upload(transport, photo, sealed).await {
        Ok(receipt) => Fate::Sent(receipt),
        Err(error) => fate_of_photo(&error),
    }
}

async fn try_upload(transport: &impl Transport, photo: LocalPhoto, sealed: &[u8]) -> Result<Vec<u8>, TransportError> {
    let LocalPhoto { operation, sha256, .. } = photo;
    let mut pieces = Pieces::new(photo, transport.attachment_offset(operation, sha256).await?, ATTACHMENT_PIECE_BYTES);
    while let Some(piece) = pieces.next(sealed)? {
        let length = piece.len();
        match transport.append_attachment(operation, sha256, pieces.offset(), piece).await {
            Ok(next) => pieces.arrived(length, next)?,
            // Smaller pieces may pass; nothing is remembered of it without a store.
            Err(TransportError::Between(Between::TooLarge { bytes })) if bytes / 2 >= passage::SMALLEST => {
                pieces.narrow(bytes / 2);
            }
            Err(error) => match lighter(&error, length) {
                Some(bytes) => pieces.narrow(bytes),
                None => return Err(error),
            },
        }
    }
    transport.attachment_receipt(operation, sha256).await
}

/// Only an unlocked device can make other batches of the same records; whatever else there is may pass.
fn fate_of_batch(error: &TransportError) -> Fate {
    match verdict::of(error) {
        Verdict::Stop => Fate::NoWay,
        // Once others have had their turn a slow line goes through as well.
        Verdict::Later | Verdict::CountedLater(_) | Verdict::Lighter => Fate::Later,
        Verdict::TakeApart(_) | Verdict::Smaller => Fate::NeedsUnlock,
    }
}

/// A photo is also refused for want of its record, which may need somebody to unlock: it is not asked for over and over.
fn fate_of_photo(error: &TransportError) -> Fate {
    let is_refused = matches!(error, TransportError::Refused { status, .. } if ![408, 507].contains(status));
    if is_refused { Fate::NeedsUnlock } else { fate_of_batch(error) }
}

/// A random byte; none where the system has none.
fn random_byte() -> u8 {
    let mut random = [0];
    let [byte] = if SystemRandom::new().fill(&mut random).is_ok() { random } else { [0] };
    byte
}
