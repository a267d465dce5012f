//! A network that can be made bad.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use baken_companion::sync::{HttpTransport, PushAnswer, SyncOutcome, Transport, TransportError};
use baken_companion::{FailureCode, RecordState, Store};
use baken_protocol::chain::ChainStatus;
use baken_protocol::digest::Digest;
use baken_protocol::enrolment::{EnrolmentAnswer, EnrolmentRequest};
use baken_protocol::ids::{ChainId, OperationId};
use baken_protocol::record::Operation;
use baken_protocol::refusal::RefusalCode;
use baken_protocol::wire::Push;
use chrono::{DateTime, Utc};
use tokio::sync::watch;
use url::Url;

use crate::device::Device;
use crate::world::World;

type PushHook = Box<dyn Fn(u64, &[u8]) -> Option<Result<PushAnswer, TransportError>> + Send + std::marker::Sync>;
type BodyHook = Box<dyn Fn(&[u8]) -> bool + Send + std::marker::Sync>;
type SizeHook<T> = Box<dyn Fn(usize) -> Option<Result<T, TransportError>> + Send + std::marker::Sync>;
type AnswerHook = Box<dyn Fn(PushAnswer) -> Result<PushAnswer, TransportError> + Send + std::marker::Sync>;

/// The real network with somebody in it.
pub(crate) struct Meddler {
    inner: HttpTransport,
    /// Answers in the backend's place, which never hears of it.
    pub(crate) instead_of_push: PushHook,
    /// Changes or loses the backend's answer.
    pub(crate) after_push: AnswerHook,
    /// Answers in the backend's place.
    pub(crate) key_directory: Option<Vec<u8>>,
    /// Answers in the backend's place where its log goes on.
    pub(crate) log_continuations: Option<Result<Vec<u8>, TransportError>>,
    /// Offered in place of the backend's vocabulary.
    pub(crate) vocabulary: Option<Vec<u8>>,
    /// Offered in place of what the backend tells of outcomes.
    pub(crate) outcomes: Option<Vec<u8>>,
    /// Offered in place of the backend's catalogues.
    pub(crate) catalogues: Option<Vec<u8>>,
    /// Changes the content of a catalogue.
    pub(crate) after_content: Box<dyn Fn(Vec<u8>) -> Vec<u8> + Send + std::marker::Sync>,
    /// Bytes of attachments let through before the connection breaks.
    pub(crate) attachment_bytes: Option<u64>,
    /// Changes the receipt of an attachment.
    pub(crate) after_attachment: Box<dyn Fn(Vec<u8>) -> Vec<u8> + Send + std::marker::Sync>,
    /// Answers a question of sizes in the backend's place.
    pub(crate) instead_of_passes: SizeHook<()>,
    /// Answers a piece of an attachment in the backend's place.
    pub(crate) instead_of_append: SizeHook<u64>,
    /// Hears of which chain the backend is asked.
    pub(crate) asked_of_chain: Box<dyn Fn(ChainId) + Send + std::marker::Sync>,
    /// The first question for the key directory, or for where the log goes on, makes way.
    pub(crate) directory_makes_way: AtomicBool,
    pub(crate) continuations_make_way: AtomicBool,
    /// Swallows such a push and never answers; how long nothing moved then is this many seconds.
    pub(crate) swallows: BodyHook,
    pub(crate) still_seconds: u64,
    /// What became of it, for whoever waits for that.
    pub(crate) swallowed: watch::Sender<Swallowed>,
    /// Calls every chain frozen.
    pub(crate) all_chains_frozen: bool,
    /// Set by a hook, stops the run.
    pub(crate) pause: Arc<AtomicBool>,
    /// Pauses after the first piece of an attachment.
    pub(crate) pause_in_attachment: bool,
    /// Refuses the first attachment that is asked about, for as long as this network lasts.
    pub(crate) refuse_first_attachment: bool,
    refused_attachment: OnceLock<Digest>,
}

impl Meddler {
    pub(crate) fn honest(store: &Store) -> Self {
        Self::around(HttpTransport::for_store(store).unwrap())
    }

    /// To the backend of `store`, which answers at another address by now.
    pub(crate) fn at(url: &str, store: &Store) -> Self {
        Self::around(HttpTransport::for_store_at(store, url.parse().unwrap()).unwrap())
    }

    fn around(inner: HttpTransport) -> Self {
        Self {
            inner,
            instead_of_push: Box::new(|_, _| None),
            after_push: Box::new(Ok),
            key_directory: None,
            log_continuations: None,
            vocabulary: None,
            outcomes: None,
            catalogues: None,
            after_content: Box::new(|content| content),
            attachment_bytes: None,
            after_attachment: Box::new(|receipt| receipt),
            instead_of_passes: Box::new(|_| None),
            instead_of_append: Box::new(|_| None),
            asked_of_chain: Box::new(|_| ()),
            directory_makes_way: AtomicBool::new(false),
            continuations_make_way: AtomicBool::new(false),
            swallows: Box::new(|_| false),
            still_seconds: 0,
            swallowed: watch::Sender::default(),
            all_chains_frozen: false,
            pause: Arc::new(AtomicBool::new(false)),
            pause_in_attachment: false,
            refuse_first_attachment: false,
            refused_attachment: OnceLock::new(),
        }
    }
}

/// Bodies that a network swallowed.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Swallowed {
    /// One of them at this moment.
    pub(crate) now: bool,
    /// How many, the same one anew counted each time.
    pub(crate) begun: u32,
    /// How often the run asked how long nothing moved: it does so while something else is to go first.
    pub(crate) looks: u32,
}

/// One of them, for as long as the run waits for its answer.
struct Swallowing<'a>(&'a watch::Sender<Swallowed>);

impl<'a> Swallowing<'a> {
    fn begin(swallowed: &'a watch::Sender<Swallowed>) -> Self {
        swallowed.send_modify(|swallowed| {
            swallowed.now = true;
            swallowed.begun += 1;
        });
        Self(swallowed)
    }
}

impl Drop for Swallowing<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|swallowed| swallowed.now = false);
    }
}

impl Transport for Meddler {
    async fn enrol(&self, address: &Url, request: &EnrolmentRequest) -> Result<EnrolmentAnswer, TransportError> {
        self.inner.enrol(address, request).await
    }

    async fn chain_status(&self, chain: ChainId) -> Result<(ChainStatus, Option<DateTime<Utc>>), TransportError> {
        (self.asked_of_chain)(chain);
        let (status, time) = self.inner.chain_status(chain).await?;
        Ok((ChainStatus { frozen: status.frozen || self.all_chains_frozen, ..status }, time))
    }

    async fn push(&self, chain: ChainId, seq: u64, bytes: Vec<u8>) -> Result<PushAnswer, TransportError> {
        if (self.swallows)(&bytes) {
            let _swallowing = Swallowing::begin(&self.swallowed);
            return std::future::pending().await;
        }
        if let Some(answer) = (self.instead_of_push)(seq, &bytes) {
            return answer;
        }
        (self.after_push)(self.inner.push(chain, seq, bytes).await?)
    }

    async fn attachment_offset(&self, of: OperationId, sha256: Digest) -> Result<(u64, bool), TransportError> {
        if self.refuse_first_attachment && *self.refused_attachment.get_or_init(|| sha256) == sha256 {
            return Err(TransportError::Refused { status: 404, code: None });
        }
        self.inner.attachment_offset(of, sha256).await
    }

    async fn append_attachment(
        &self,
        of: OperationId,
        sha256: Digest,
        offset: u64,
        bytes: Vec<u8>,
    ) -> Result<u64, TransportError> {
        if let Some(answer) = (self.instead_of_append)(bytes.len()) {
            return answer;
        }
        if let Some(limit) = self.attachment_bytes
            && offset + bytes.len() as u64 > limit
        {
            let through = usize::try_from(limit.saturating_sub(offset)).unwrap();
            self.inner.append_attachment(of, sha256, offset, bytes[..through].to_vec()).await?;
            return Err(TransportError::Network);
        }
        let next = self.inner.append_attachment(of, sha256, offset, bytes).await?;
        if self.pause_in_attachment {
            self.pause.store(true, Ordering::Relaxed);
        }
        Ok(next)
    }

    async fn attachment_receipt(&self, of: OperationId, sha256: Digest) -> Result<Vec<u8>, TransportError> {
        let receipt = self.inner.attachment_receipt(of, sha256).await?;
        Ok((self.after_attachment)(receipt))
    }

    async fn key_directory(&self) -> Result<Vec<u8>, TransportError> {
        if self.directory_makes_way.swap(false, Ordering::Relaxed) {
            return Err(TransportError::MadeWay);
        }
        match &self.key_directory {
            Some(directory) => Ok(directory.clone()),
            None => self.inner.key_directory().await,
        }
    }

    async fn log_continuations(&self) -> Result<Vec<u8>, TransportError> {
        if self.continuations_make_way.swap(false, Ordering::Relaxed) {
            return Err(TransportError::MadeWay);
        }
        match &self.log_continuations {
            Some(answer) => answer.clone(),
            None => self.inner.log_continuations().await,
        }
    }

    async fn revocations(&self) -> Result<Vec<u8>, TransportError> {
        self.inner.revocations().await
    }

    async fn vocabulary(&self) -> Result<Vec<u8>, TransportError> {
        match &self.vocabulary {
            Some(vocabulary) => Ok(vocabulary.clone()),
            None => self.inner.vocabulary().await,
        }
    }

    async fn outcomes(&self, after: u64) -> Result<Vec<u8>, TransportError> {
        match &self.outcomes {
            Some(outcomes) => Ok(outcomes.clone()),
            None => self.inner.outcomes(after).await,
        }
    }

    async fn catalogues(&self) -> Result<Vec<u8>, TransportError> {
        match &self.catalogues {
            Some(catalogues) => Ok(catalogues.clone()),
            None => self.inner.catalogues().await,
        }
    }

    async fn catalogue_content(&self, sha256: Digest) -> Result<Vec<u8>, TransportError> {
        self.inner.catalogue_content(sha256).await.map(&self.after_content)
    }

    async fn passes(&self, bytes: usize) -> Result<(), TransportError> {
        match (self.instead_of_passes)(bytes) {
            Some(answer) => answer,
            None => self.inner.passes(bytes).await,
        }
    }

    fn still_for(&self) -> Duration {
        self.swallowed.send_modify(|swallowed| swallowed.looks += 1);
        Duration::from_secs(if self.swallowed.borrow().now { self.still_seconds } else { 0 })
    }
}

/// Whether a push brings one of these records.
pub(crate) fn brings(bytes: &[u8], operations: &[OperationId]) -> bool {
    Push::decode(bytes).unwrap().operations.iter().any(|(operation, _)| {
        operations.contains(&serde_json::from_slice::<Operation>(&operation.payload).unwrap().operation)
    })
}

/// A backend that answers so to whatever brings one of these records.
pub(crate) fn answering(device: &Device, operations: Vec<OperationId>, answer: TransportError) -> Meddler {
    let mut strict = Meddler::honest(&device.store());
    strict.instead_of_push = Box::new(move |_, bytes| brings(bytes, &operations).then(|| Err(answer.clone())));
    strict
}

pub(crate) const MALFORMED: TransportError =
    TransportError::Refused { status: 400, code: Some(RefusalCode::Malformed) };

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_altered_by_one_bit_is_not_believed() {
    let world = World::new().await;
    let device = world.device("a").await;
    let record = device.record("een");
    let mut forger = Meddler::honest(&device.store());
    forger.after_push = Box::new(|answer| match answer {
        PushAnswer::Receipt(mut receipt) => {
            let place = receipt.windows(9).position(|window| window == b"\"payload\"").unwrap() + 30;
            receipt[place] = if receipt[place] == b'A' { b'B' } else { b'A' };
            Ok(PushAnswer::Receipt(receipt))
        }
        other @ (PushAnswer::Gap { .. } | PushAnswer::Forked) => Ok(other),
    });
    assert_eq!(device.sync_over(forger).await, SyncOutcome::Failed(FailureCode::ReceiptInvalid));
    assert_eq!(device.state_of(&record).state, RecordState::Sending, "not received, and asked for again");
    assert!(device.store().receipt(record.operation).unwrap().is_none());
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert!(device.store().receipt(record.operation).unwrap().unwrap().verified);
}

/// Refuses the first batch as malformed: the device goes on in a new chain, one record at a time.
pub(crate) fn refuses_the_first_batch(device: &Device) -> Meddler {
    let refused = AtomicBool::new(false);
    let mut meddler = Meddler::honest(&device.store());
    meddler.instead_of_push = Box::new(move |_, _| {
        let first = !refused.swap(true, Ordering::Relaxed);
        first.then_some(Err(TransportError::Refused { status: 400, code: Some(RefusalCode::Malformed) }))
    });
    meddler
}
