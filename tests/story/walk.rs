//! Every answer in PROTOCOL's tables, given for one record, one photo, one question: each has a way forward. Each walk
//! ends with everything else delivered, the one thing named, and with that delivered too once it is answered well.

use baken_companion::{FailureCode, RecordState, RecordSummary};

use crate::device::Device;
use crate::front::{Asked, Front, Reply};
use crate::world::World;

/// Runs after which nothing more is going to change: a batch gets three before it is taken apart, and so does each record.
const RUNS: usize = 6;

struct Walk {
    world: World,
    front: Front,
    device: Device,
}

impl Walk {
    async fn new() -> Self {
        let world = World::new().await;
        let front = Front::before(&world.url()).await;
        let device = world.device_behind("a", &front.url()).await;
        Self { world, front, device }
    }

    async fn sync_until_settled(&self) {
        for _ in 0..RUNS {
            self.device.sync().await;
        }
    }

    fn states(&self, records: &[RecordSummary]) -> Vec<(RecordState, Option<FailureCode>)> {
        let state = |record| {
            let known = self.device.state_of(record);
            (known.state, known.failure)
        };
        records.iter().map(state).collect()
    }

    fn arrived(&self, records: &[RecordSummary]) -> Vec<bool> {
        self.states(records).iter().map(|(state, _)| *state == RecordState::Acknowledged).collect()
    }

    /// How the last sync failed.
    fn named(&self) -> Option<FailureCode> {
        self.device.store().home().unwrap().last_sync_error
    }

    /// Answered well again, everything is delivered: at once, or where a record had to be set aside, two days later.
    async fn ends_well(&self, records: &[RecordSummary], days: i64, what: &str) {
        self.front.stands_aside();
        self.device.shift_clock(days);
        self.device.sync().await;
        let all: Vec<_> = records.iter().map(|_| (RecordState::Acknowledged, None)).collect();
        assert_eq!(self.states(records), all, "{what}");
        assert_eq!(self.world.verified().operations, u64::try_from(records.len()).unwrap(), "{what}");
    }
}

/// For one record among five, an answer that is about it, or cannot be told from one that is.
async fn one_record(reply: Reply, named: FailureCode) {
    let what = format!("{reply:?}");
    let walk = Walk::new().await;
    let records: Vec<_> = (0..5).map(|number| walk.device.record(&format!("waarneming {number}"))).collect();
    let bad = records[2].operation;
    walk.front.answers(move |asked| asked.brings(bad).then(|| reply.clone()));
    walk.sync_until_settled().await;
    let well = (RecordState::Acknowledged, None);
    let expected = [well, well, (RecordState::Failed, Some(named)), well, well];
    assert_eq!(walk.states(&records), expected, "{what}");
    assert_eq!(walk.world.verified().operations, 4, "{what}");
    walk.ends_well(&records, 2, &what).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_one_record_names_it_and_delivers_the_rest() {
    for (status, code) in
        [(400, "malformed"), (400, "bad-signature"), (413, "too-large"), (409, "forked"), (409, "frozen")]
    {
        one_record(Reply::of_the_backend(status, code), FailureCode::RecordRefused).await;
    }
    one_record(Reply::of_the_backend(400, "unknown-version"), FailureCode::BackendTooOld).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_says_nothing_of_one_record_holds_up_that_record_alone() {
    for (status, code) in [
        (400, "bad-request"),
        (403, "forbidden"),
        (404, "not-found"),
        (408, "too-slow"),
        (409, "gap"),
        (409, "of-a-later-version"),
        (415, "unsupported-media-type"),
        (500, "internal"),
        (503, "unavailable"),
    ] {
        one_record(Reply::of_the_backend(status, code), FailureCode::BackendError).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_gateway_says_of_one_record_holds_up_that_record_alone() {
    for status in [400, 403, 404, 405, 409, 415, 500, 502, 503, 504] {
        one_record(Reply::of_somebody_else(status), FailureCode::GatewayRefuses).await;
    }
    one_record(Reply::of_somebody_else(413), FailureCode::GatewayTooLarge).await;
}

/// An answer that is about the device or the whole backend: nothing is set aside, photos go on, and nothing waits longer
/// than the answer itself.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_about_the_whole_backend_sets_nothing_aside() {
    for (reply, named) in [
        (Reply::of_the_backend(400, "unknown-device"), FailureCode::UnknownDevice),
        (Reply::of_the_backend(401, "unknown-device"), FailureCode::UnknownDevice),
        (Reply::of_the_backend(429, "too-many-attempts"), FailureCode::BackendError),
        (Reply::of_the_backend(507, "storage-full"), FailureCode::StorageFull),
    ] {
        let what = format!("{reply:?}");
        let walk = Walk::new().await;
        let mut records = vec![walk.device.record_with_small_photo("met foto")];
        walk.front
            .answers(|asked| asked.path.contains("/attachments/").then(|| Reply::of_the_backend(500, "internal")));
        walk.device.sync().await;
        records.push(walk.device.record("daarna"));
        walk.front.answers(move |asked| asked.path.contains("/batches/").then(|| reply.clone()));
        walk.sync_until_settled().await;
        assert_eq!((walk.arrived(&records), walk.named()), (vec![true, false], Some(named)), "{what}");
        walk.ends_well(&records, 0, &what).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_answered_about_the_chain_records_and_photos_are_delivered() {
    for (reply, named) in [
        (Reply::of_the_backend(404, "not-found"), FailureCode::BackendError),
        (Reply::of_the_backend(401, "unknown-device"), FailureCode::UnknownDevice),
        (Reply::of_the_backend(403, "forbidden"), FailureCode::BackendError),
        (Reply::of_the_backend(429, "too-many-attempts"), FailureCode::BackendError),
        (Reply::of_the_backend(500, "internal"), FailureCode::BackendError),
        (Reply::of_the_backend(503, "unavailable"), FailureCode::BackendError),
        (Reply::of_somebody_else(403), FailureCode::GatewayRefuses),
        (Reply::of_somebody_else(502), FailureCode::GatewayUnavailable),
    ] {
        let what = format!("{reply:?}");
        let walk = Walk::new().await;
        let first = walk.device.record("eerder");
        walk.device.sync().await;
        let records = [first, walk.device.record("een"), walk.device.record_with_small_photo("met foto")];
        walk.front.answers(move |asked| asked.is_about_a_chain().then(|| reply.clone()));
        walk.device.sync().await;
        assert_eq!((walk.arrived(&records), walk.named()), (vec![true; 3], Some(named)), "{what}");
        walk.ends_well(&records, 0, &what).await;
    }
}

fn is_status(asked: &Asked<'_>) -> bool {
    asked.method == axum::http::Method::GET && !asked.path.ends_with("/receipt")
}

fn is_piece(asked: &Asked<'_>) -> bool {
    asked.method == axum::http::Method::POST
}

fn is_receipt(asked: &Asked<'_>) -> bool {
    asked.path.ends_with("/receipt")
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_answered_about_one_photo_the_others_arrive() {
    let ours = [
        (400, "hash-mismatch", FailureCode::BackendError),
        (400, "bad-request", FailureCode::BackendError),
        (401, "unknown-device", FailureCode::UnknownDevice),
        (403, "forbidden", FailureCode::BackendError),
        (404, "not-found", FailureCode::BackendError),
        (409, "wrong-offset", FailureCode::BackendError),
        (409, "upload-busy", FailureCode::BackendError),
        (409, "incomplete", FailureCode::BackendError),
        (413, "too-large", FailureCode::BackendError),
        (415, "unsupported-media-type", FailureCode::BackendError),
        (429, "too-many-attempts", FailureCode::BackendError),
        (500, "internal", FailureCode::BackendError),
        (503, "unavailable", FailureCode::BackendError),
        (507, "storage-full", FailureCode::StorageFull),
    ];
    let others = [
        (403, FailureCode::GatewayRefuses),
        (405, FailureCode::GatewayRefuses),
        (502, FailureCode::GatewayUnavailable),
    ];
    let replies: Vec<_> = ours
        .iter()
        .map(|(status, code, named)| (Reply::of_the_backend(*status, code), *named))
        .chain(others.iter().map(|(status, named)| (Reply::of_somebody_else(*status), *named)))
        .collect();
    for asks in [is_status, is_piece, is_receipt] {
        let walk = Walk::new().await;
        for (reply, named) in &replies {
            let what = format!("{reply:?}");
            let records: Vec<_> = (0..3).map(|_| walk.device.record_with_small_photo("met foto")).collect();
            let (reply, chosen) = (reply.clone(), std::sync::OnceLock::new());
            walk.front.answers(move |asked| {
                let sha256 = asked.path.split_once("/attachments/")?.1.get(..64)?.to_owned();
                (*chosen.get_or_init(|| sha256.clone()) == sha256 && asks(asked)).then(|| reply.clone())
            });
            walk.device.sync().await;
            let expected = (vec![false, true, true], Some(*named));
            assert_eq!((walk.arrived(&records), walk.named()), expected, "{what}");
            walk.front.stands_aside();
            walk.device.sync().await;
            assert_eq!((walk.arrived(&records), walk.named()), (vec![true; 3], None), "{what}");
        }
        walk.world.verified();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_answered_about_keys_and_vocabulary_everything_else_arrives() {
    for path in ["/v1/key-directory", "/v1/vocabulary"] {
        for reply in [Reply::of_the_backend(404, "not-found"), Reply::of_the_backend(500, "internal")] {
            let walk = Walk::new().await;
            let records = [walk.device.record_with_small_photo("met foto")];
            walk.front.answers(move |asked| (asked.path == path).then(|| reply.clone()));
            walk.device.sync().await;
            let expected = (vec![true], Some(FailureCode::BackendError));
            assert_eq!((walk.arrived(&records), walk.named()), expected, "{path}");
            walk.ends_well(&records, 0, path).await;
        }
    }
}

/// What became of records is told last, and keeps nothing away.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_answered_about_outcomes_everything_else_arrives() {
    for (reply, named) in [
        (Reply::of_the_backend(400, "bad-request"), Some(FailureCode::BackendError)),
        (Reply::of_the_backend(401, "unknown-device"), Some(FailureCode::UnknownDevice)),
        (Reply::of_the_backend(403, "forbidden"), Some(FailureCode::BackendError)),
        (Reply::of_the_backend(404, "not-found"), None),
        (Reply::of_the_backend(429, "too-many-attempts"), Some(FailureCode::BackendError)),
        (Reply::of_the_backend(500, "internal"), Some(FailureCode::BackendError)),
        (Reply::of_the_backend(503, "unavailable"), Some(FailureCode::BackendError)),
        (Reply::of_somebody_else(403), Some(FailureCode::GatewayRefuses)),
        (Reply::of_somebody_else(502), Some(FailureCode::GatewayUnavailable)),
        (Reply::well("{}".into()), Some(FailureCode::BackendError)),
    ] {
        let what = format!("{reply:?}");
        let walk = Walk::new().await;
        let records = [walk.device.record_with_small_photo("met foto")];
        walk.front.answers(move |asked| asked.path.contains("/v1/outcomes").then(|| reply.clone()));
        walk.device.sync().await;
        assert_eq!((walk.arrived(&records), walk.named()), (vec![true], named), "{what}");
        walk.ends_well(&records, 0, &what).await;
    }
}
