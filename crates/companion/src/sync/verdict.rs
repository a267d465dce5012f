//! What to do when a batch was not taken. Pure, so that every answer there can be is seen to have a way forward.
//!
//! Three kinds: nothing would fare better now, so the run ends; this batch is to wait and everything else goes on; the
//! batch is at fault, so it is taken apart and its records go on one by one. A batch whose records are at fault cannot
//! always be told from a backend that is: an answer that says neither counts as the former after several runs in
//! which the backend answered other questions well.

use crate::outbox::aside::Aside;
use crate::transport::{Between, TransportError};
use baken_protocol::refusal::RefusalCode;

/// Runs in which a batch gets no answer that says anything about it, before its records are tried one by one.
pub(super) const STUBBORN_RUNS: u32 = 3;

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The run ends.
    Stop,
    /// Batches wait; photos and all else go on.
    Later,
    /// The same, and it is counted: after [`STUBBORN_RUNS`] it is taken apart for this reason.
    CountedLater(Aside),
    /// Its records go on one by one; one that is alone waits for this reason.
    TakeApart(Aside),
    /// The network lets nothing so large through: smaller batches.
    Smaller,
    /// It came too slowly for its size, or it was swallowed: smaller batches, which others need not wait for.
    Lighter,
}

pub(super) fn of(error: &TransportError) -> Verdict {
    if error.is_about_everything() {
        return Verdict::Stop;
    }
    match error {
        TransportError::Between(Between::TooLarge { .. }) => Verdict::Smaller,
        TransportError::Refused { status: 400 | 413, code: Some(code) } if code.is_about_content() => {
            Verdict::TakeApart(Aside::Refused(*code))
        }
        TransportError::Refused { code: Some(RefusalCode::UnknownVersion), .. } => {
            Verdict::TakeApart(Aside::UnknownVersion)
        }
        TransportError::Refused { code: Some(RefusalCode::TooSlow), .. }
        | TransportError::Silent { .. }
        | TransportError::Slow { .. } => Verdict::Lighter,
        // About this device or the whole backend: no record of it would fare better.
        TransportError::Refused { code: Some(RefusalCode::UnknownDevice | RefusalCode::StorageFull), .. }
        | TransportError::Refused { status: 401 | 507, .. }
        | TransportError::Unavailable { status: 429 }
        | TransportError::ReceiptInvalid => Verdict::Later,
        TransportError::Between(_) => Verdict::CountedLater(Aside::Gateway),
        TransportError::Refused { .. }
        | TransportError::Unavailable { .. }
        | TransportError::Answer
        | TransportError::Network
        | TransportError::MadeWay
        | TransportError::Certificate(_)
        | TransportError::Clock => Verdict::CountedLater(Aside::Unanswered),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::CertificateFault;

    fn refused(status: u16, code: RefusalCode) -> Verdict {
        of(&TransportError::Refused { status, code: Some(code) })
    }

    #[test]
    fn nothing_of_the_network_sets_a_record_aside() {
        for error in [
            TransportError::Network,
            TransportError::Silent { bytes: 64 * 1024 },
            TransportError::MadeWay,
            Between::SignIn.into(),
            CertificateFault::Untrusted.into(),
            CertificateFault::OtherName.into(),
            CertificateFault::Expired.into(),
            TransportError::Clock,
        ] {
            assert_eq!(of(&error), Verdict::Stop, "{error}");
        }
        assert_eq!(of(&Between::TooLarge { bytes: 9 }.into()), Verdict::Smaller);
    }

    #[test]
    fn a_refusal_of_what_is_in_it_takes_a_batch_apart() {
        for (status, code) in
            [(400, RefusalCode::Malformed), (400, RefusalCode::BadSignature), (413, RefusalCode::TooLarge)]
        {
            assert_eq!(refused(status, code), Verdict::TakeApart(Aside::Refused(code)));
        }
        assert_eq!(refused(408, RefusalCode::TooSlow), Verdict::Lighter);
        assert_eq!(of(&TransportError::Silent { bytes: 64 * 1024 + 1 }), Verdict::Lighter);
        assert_eq!(of(&TransportError::Slow { bytes: 1024 }), Verdict::Lighter);
        assert_eq!(refused(400, RefusalCode::UnknownVersion), Verdict::TakeApart(Aside::UnknownVersion));
        let counted = Verdict::CountedLater(Aside::Unanswered);
        assert_eq!(refused(409, RefusalCode::Malformed), counted, "not with this status");
    }

    #[test]
    fn what_is_about_the_device_or_the_whole_backend_waits() {
        assert_eq!(refused(400, RefusalCode::UnknownDevice), Verdict::Later);
        assert_eq!(refused(507, RefusalCode::StorageFull), Verdict::Later);
        assert_eq!(of(&TransportError::Refused { status: 401, code: None }), Verdict::Later);
        assert_eq!(of(&TransportError::Unavailable { status: 429 }), Verdict::Later);
        assert_eq!(of(&TransportError::ReceiptInvalid), Verdict::Later);
    }

    #[test]
    fn an_answer_that_says_nothing_of_the_batch_is_counted() {
        let (counted, gateway) = (Verdict::CountedLater(Aside::Unanswered), Verdict::CountedLater(Aside::Gateway));
        for status in [400, 403, 404, 405, 409, 415] {
            assert_eq!(of(&TransportError::Refused { status, code: None }), counted, "{status}");
            assert_eq!(of(&Between::Refuses { status }.into()), gateway, "{status}");
        }
        for status in [500, 502, 503, 504] {
            assert_eq!(of(&TransportError::Unavailable { status }), counted, "{status}");
            assert_eq!(of(&Between::Unavailable { status }.into()), gateway, "{status}");
        }
        assert_eq!(of(&TransportError::Answer), counted);
    }
}
