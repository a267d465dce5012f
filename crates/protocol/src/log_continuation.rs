//! `log-continuation.v1`: a register restored from a backup says where its log goes on.
//!
//! A backup knows nothing of what came after it, and its log would sign the same numbers a second time. So a restored
//! log is another log: it has a new origin, and this statement says up to which number the old one is its own past.
//! A device that holds a receipt beyond that place sends what it is for again.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::dsse::{Envelope, EnvelopeError, Payload, Verified};
use crate::ids::TenantId;
use crate::keydir::ReceiptKeys;

/// A place in a log, and what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogPlace {
    /// The number, from 0.
    pub leaf_index: u64,
    /// The hash of the batch there.
    pub batch_hash: Digest,
}

/// What a restored backend signs before it signs anything else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogContinuation {
    /// The municipality.
    pub tenant: TenantId,
    /// The name of the log from here on.
    pub log_origin: String,
    /// The name of the log it goes on from.
    pub continues: String,
    /// The last place of that log which is held; none where it had no batch yet.
    pub last: Option<LogPlace>,
    /// When it was restored, by the backend's clock.
    #[serde(with = "crate::moment")]
    pub restored_at: DateTime<Utc>,
}

impl Payload for LogContinuation {
    const TYPE: &'static str = "application/vnd.baken.log-continuation.v1+json";
}

/// Why a continuation was refused.
#[derive(Debug, thiserror::Error)]
pub enum ContinuationError {
    /// It is another municipality's, or a log that goes on from itself.
    #[error("the continuation is of another municipality, or of a log that goes on from itself")]
    Other,
    /// It is not signed as it should be.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

impl LogContinuation {
    /// Checks that a continuation is this municipality's and leads from one log to another.
    pub fn verify(
        envelope: Envelope,
        keys: &ReceiptKeys,
        tenant: &TenantId,
    ) -> Result<Verified<Self>, ContinuationError> {
        let verified = keys.verify::<Self>(envelope)?;
        let said = &verified.payload;
        if said.tenant == *tenant && said.log_origin != said.continues {
            Ok(verified)
        } else {
            Err(ContinuationError::Other)
        }
    }

    /// Whether a receipt at `leaf_index` of `origin` speaks of a batch that the restored log no longer holds there.
    pub fn cuts_off(&self, origin: &str, leaf_index: u64) -> bool {
        self.continues == origin && self.last.is_none_or(|last| leaf_index > last.leaf_index)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::signature::SigningKey;
    use ring::rand::SystemRandom;

    fn continuation() -> LogContinuation {
        LogContinuation {
            tenant: "GM0453".parse().unwrap(),
            log_origin: "baken.example/baken/GM0453/2".into(),
            continues: "baken.example/baken/GM0453".into(),
            last: Some(LogPlace { leaf_index: 41, batch_hash: Digest::of(b"batch") }),
            restored_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn is_believed_from_the_receipt_key_and_only_from_one_log_to_another() {
        let key = SigningKey::generate(&SystemRandom::new()).unwrap();
        let stranger = SigningKey::generate(&SystemRandom::new()).unwrap();
        let keys = ReceiptKeys::new(key.public());
        let good = continuation();
        let verify = |said: &LogContinuation, by: &SigningKey| {
            LogContinuation::verify(Envelope::sign(said, by).unwrap(), &keys, &good.tenant)
        };
        assert!(verify(&good, &key).is_ok());
        assert!(matches!(verify(&good, &stranger), Err(ContinuationError::Envelope(EnvelopeError::UnknownKey))));
        let circle = LogContinuation { continues: good.log_origin.clone(), ..good.clone() };
        let elsewhere = LogContinuation { tenant: "GM0363".parse().unwrap(), ..good.clone() };
        for wrong in [circle, elsewhere] {
            assert!(matches!(verify(&wrong, &key), Err(ContinuationError::Other)));
        }
    }

    #[test]
    fn cuts_off_what_came_after_the_backup_and_nothing_of_another_log() {
        let good = continuation();
        assert!(!good.cuts_off(&good.continues, 41) && good.cuts_off(&good.continues, 42));
        assert!(!good.cuts_off(&good.log_origin, 42) && !good.cuts_off("another", 42));
        let empty = LogContinuation { last: None, ..good.clone() };
        assert!(empty.cuts_off(&empty.continues, 0));
    }
}
