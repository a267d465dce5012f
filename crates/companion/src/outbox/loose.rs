//! What was signed and stands in no batch, where the disk keeps no batch any more: else it would wait until somebody
//! mends the disk.
//!
//! Such a batch lives in memory, as the only one of a chain that nothing else is ever written on. So no chain has two
//! histories by it: after a restart the records go into other batches, and the backend takes what it holds already for
//! what it is. Its receipt is verified and not kept: on the device the record goes on as not received, since that is all
//! it can prove later.

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{ChainId, OperationId};

use super::batches::{Link, StoredBatch, as_it_travels, signed};
use super::gathering::gather;
use super::receipts;
use crate::failure::Failure;
use crate::store::Store;
use crate::transport::TransportError;

/// A batch that is on no disk, with all it lists.
pub(crate) struct LooseBatch {
    pub(crate) chain: ChainId,
    pub(crate) bytes: Vec<u8>,
    batch: StoredBatch,
    operations: Vec<OperationId>,
}

impl LooseBatch {
    /// Its place in its chain.
    pub(crate) const SEQ: u64 = 1;
}

impl Store {
    /// Signs one of what waits and was not sent like this since the store was opened.
    pub(crate) fn form_loose(&self) -> Result<Option<LooseBatch>, Failure> {
        let chain = ChainId(self.environment.ids.uuid());
        self.read(|connection| {
            let taken = gather(connection, |operation| !self.road.left_loose(operation))?;
            if taken.is_empty() {
                return Ok(None);
            }
            let link = Link { chain, seq: LooseBatch::SEQ, prev: None, continues: None };
            let (envelope, _) = signed(connection, self, &taken, link)?;
            let batch = StoredBatch::from(envelope);
            let bytes = as_it_travels(connection, &batch)?;
            let operations = taken.iter().map(|waiting| waiting.operation.operation).collect();
            Ok(Some(LooseBatch { chain, bytes, batch, operations }))
        })
    }

    /// Takes the backend's word that it has such a batch, if it is its word. Answers whether it was set apart.
    pub(crate) fn believe_loose(&self, sent: &LooseBatch, receipt: &[u8]) -> Result<bool, Failure> {
        let envelope = Envelope::from_json(receipt).map_err(|_| Failure::Transport(TransportError::ReceiptInvalid))?;
        let verified = self.read(|connection| receipts::believed_by(connection, self, envelope, &sent.batch))?;
        self.road.note_loose(&sent.operations);
        Ok(verified.payload.quarantined)
    }
}
