//! Something comes back: what the office does about a record reaches the device that recorded it, is there without a network,
//! and is answered. What is not the municipality's word for this device, or does not go on from what is known, changes nothing.

use baken_backend::environment::Environment as BackendEnvironment;
use baken_backend::register::{ActError, WantedAct, act, changes};
use baken_backend::storage::{Clearance, StorageError, UnitOfWork};
use baken_companion::sync::SyncOutcome;
use baken_companion::{DraftForm, FailureCode, RecordOutcome, RecordSummary};
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::RecordId;
use baken_protocol::limits;
use baken_protocol::outcomes::{ClosedAs, OutcomeState, Outcomes, Question};
use baken_protocol::signature::SigningKey;
use serde_json::{Value, json};

use crate::backups::{backed_up, restored};
use crate::console::Browser;
use crate::device::Device;
use crate::front::{Front, Reply};
use crate::meddler::Meddler;
use crate::world::World;

/// A signed-in coordinator, who does something about what was recorded.
async fn office(world: &World) -> Browser {
    Browser::sign_in(world, "coordinator").await
}

/// A record by the name that the office has for it.
fn named(world: &World, record: &RecordSummary) -> RecordId {
    world.storage().read::<_, StorageError>(|tx| tx.records_named(record.operation)).unwrap()[0]
}

impl Browser {
    /// Does it, knowing what was done so far.
    async fn act(&self, world: &World, record: &RecordSummary, mut act: Value) {
        act["expectedActs"] = self.handling(world, record).await["count"].clone();
        let answer = self.post(&format!("observations/{}/acts", named(world, record)), &act).await;
        assert_eq!(answer.status(), 201, "{act}");
    }

    async fn handling(&self, world: &World, record: &RecordSummary) -> Value {
        self.json(&format!("observations/{}", named(world, record))).await["handling"].clone()
    }
}

fn outcome(device: &Device, record: &RecordSummary) -> Option<RecordOutcome> {
    device.state_of(record).outcome
}

fn state(device: &Device, record: &RecordSummary) -> Option<OutcomeState> {
    outcome(device, record).and_then(|outcome| outcome.state)
}

fn amend(device: &Device, record: &RecordSummary, narrative: &str) {
    let draft = device.store().start_amendment(record.operation).unwrap();
    let DraftForm::Observation(mut form) = device.store().draft(draft.id).unwrap().form else {
        panic!("an observation")
    };
    (form.reason, form.narrative) = ("vraag van kantoor".into(), narrative.into());
    device.store().save_draft(draft.id, &DraftForm::Observation(form)).unwrap();
    device.store().finalise(draft.id).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_office_does_comes_back_is_there_without_a_network_and_a_question_is_answered() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let record = device.record("hut 12 op slot");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(outcome(&device, &record), None, "its receipt says that it was received");
    let office = office(&world).await;

    office.act(&world, &record, json!({ "act": "take-on" })).await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(state(&device, &record), Some(OutcomeState::InTreatment));
    assert_eq!(device.store().home().unwrap().questions, None);

    office.act(&world, &record, json!({ "act": "ask", "question": "danger-now" })).await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    world.stop().await;
    let device = device.restart();
    let asked = outcome(&device, &record).unwrap();
    assert_eq!(
        (asked.state, asked.question, asked.answered),
        (Some(OutcomeState::Question), Some(Question::DangerNow), false)
    );
    let open = device.store().home().unwrap().questions.unwrap();
    assert_eq!((open.count, open.first), (1, record.operation));
    for entry in std::fs::read_dir(&device.home).unwrap().map(Result::unwrap).filter(|it| it.path().is_file()) {
        let bytes = std::fs::read(entry.path()).unwrap();
        assert!(!bytes.windows(10).any(|part| part == b"danger-now"), "{} has it in clear", entry.path().display());
    }

    amend(&device, &record, "hut 12 op slot, niemand in gevaar");
    let answered = outcome(&device, &record).unwrap();
    assert!(answered.answered && device.store().home().unwrap().questions.is_none(), "at once, without a network");
    world.serve().await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let handling = office.handling(&world, &record).await;
    let last = handling["acts"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["act"], &last["by"], &handling["question"]), (&json!("answer"), &Value::Null, &Value::Null));
    assert_eq!(state(&device, &record), Some(OutcomeState::InTreatment), "it is in somebody's hands still");
    world.verified();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_finished_says_why_as_far_as_its_author_may_know() {
    let world = World::new().await;
    let device = world.device("a").await;
    let record = device.record("hut 12 op slot");
    device.sync().await;
    let office = office(&world).await;
    let passed_on = json!({ "act": "handle", "reason": "passed-on", "passedTo": "nla" });
    office.act(&world, &record, passed_on).await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let closed = outcome(&device, &record).unwrap();
    assert_eq!((closed.state, closed.closed_as), (Some(OutcomeState::Closed), Some(ClosedAs::PassedOn)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_of_before_there_were_outcomes_fails_no_sync() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    let device = world.device_behind("a", &front.url()).await;
    device.record("hut 12 op slot");
    front.answers(|asked| asked.path.contains("/v1/outcomes").then(|| Reply::of_the_backend(404, "not-found")));
    assert_eq!(device.sync().await, SyncOutcome::Done);
}

/// What the backend would tell, after a number.
fn honest(world: &World, record: &RecordSummary, after: u64) -> Outcomes {
    let (device, storage) = (named(world, record).device, world.storage());
    let (installation, changes) = storage
        .read::<_, StorageError>(|tx| {
            let changes = changes(tx, device, after)?;
            Ok((tx.installation()?.unwrap(), changes))
        })
        .unwrap();
    Outcomes {
        tenant: installation.tenant,
        device,
        log_origin: installation.log_origin,
        after,
        up_to: changes.up_to,
        more: changes.more,
        outcomes: changes.outcomes,
    }
}

fn key(world: &World, name: &str) -> SigningKey {
    SigningKey::from_pkcs8(&std::fs::read(world.data().join(format!("keys/{name}.pkcs8"))).unwrap()).unwrap()
}

async fn offered(device: &Device, told: &Outcomes, key: &SigningKey) -> SyncOutcome {
    let mut meddler = Meddler::honest(&device.store());
    meddler.outcomes = Some(Envelope::sign(told, key).unwrap().to_json().unwrap());
    device.sync_over(meddler).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forged_of_another_cut_or_older_is_refused_and_named_and_changes_nothing() {
    let world = World::new().await;
    let (device, other) = (world.device("a").await, world.device("b").await);
    let records = [device.record("een"), device.record("twee")];
    let of_other = other.record("van een ander");
    device.sync().await;
    other.sync().await;
    let office = office(&world).await;
    for record in &records {
        office.act(&world, record, json!({ "act": "take-on" })).await;
    }
    let (receipt, content) = (key(&world, "receipt"), key(&world, "content"));
    let good = honest(&world, &records[0], 0);
    assert_eq!(good.outcomes.len(), 2);
    let refused = SyncOutcome::Failed(FailureCode::BackendError);

    let cut = Outcomes { outcomes: good.outcomes[..1].to_vec(), ..good.clone() };
    let stranger = SigningKey::generate(&ring::rand::SystemRandom::new()).unwrap();
    for (what, told, key) in [
        ("a stranger's", good.clone(), &stranger),
        ("the content key's", good.clone(), &content),
        ("another device's", Outcomes { device: named(&world, &of_other).device, ..good.clone() }, &receipt),
        ("another municipality's", Outcomes { tenant: "GM0392".parse().unwrap(), ..good.clone() }, &receipt),
        ("a part that was left out before it", Outcomes { after: 1, ..cut.clone() }, &receipt),
        ("another log's", Outcomes { log_origin: "elsewhere/baken/GM0453".into(), ..good.clone() }, &receipt),
        ("nothing, and more of it", Outcomes { up_to: 0, more: true, outcomes: vec![], ..good.clone() }, &receipt),
        (
            "too much at once",
            Outcomes {
                up_to: 9_000,
                outcomes: good.outcomes.iter().cycle().take(limits::OUTCOMES + 1).cloned().collect(),
                ..good.clone()
            },
            &receipt,
        ),
    ] {
        let named = offered(&device, &told, key).await;
        assert!(matches!(named, SyncOutcome::Failed(_)), "{what}: {named:?}");
        assert_eq!(records.each_ref().map(|record| outcome(&device, record)), [None, None], "{what}");
    }
    // A signature of one part does not hold for less of it.
    let mut torn = Envelope::sign(&good, &receipt).unwrap();
    torn.payload = String::from_utf8(torn.payload).unwrap().replace("\"upTo\":2", "\"upTo\":1").into_bytes();
    let mut meddler = Meddler::honest(&device.store());
    meddler.outcomes = Some(torn.to_json().unwrap());
    assert_eq!(device.sync_over(meddler).await, refused);

    assert_eq!(device.sync().await, SyncOutcome::Done, "and the honest word is taken in afterwards");
    assert_eq!(state(&device, &records[0]), Some(OutcomeState::InTreatment));
    office.act(&world, &records[0], json!({ "act": "handle", "reason": "no-follow-up" })).await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(offered(&device, &good, &receipt).await, refused, "what was told before is played back");
    assert_eq!(state(&device, &records[0]), Some(OutcomeState::Closed));
}

#[tokio::test(flavor = "multi_thread")]
async fn much_is_heard_in_parts_and_only_what_changed_is_heard_again() {
    let world = World::new().await;
    let device = world.device("a").await;
    let records: Vec<_> = (0..limits::OUTCOMES + 3).map(|number| device.record(&format!("nummer {number}"))).collect();
    device.sync().await;
    // As whoever is at the office would do it, without its requests.
    let (storage, environment) = (world.storage(), BackendEnvironment::system());
    for record in &records {
        let id = named(&world, record);
        let wanted = WantedAct::TakeOn;
        let organisation = "gemeente-handhaving".to_owned();
        let clearance = Clearance { team: true, care: true, organisation };
        let done: Result<_, ActError> =
            storage.write(|tx| act(tx, &clearance, (id, 0), &wanted, ("coordinator", environment.clock.now())));
        done.unwrap();
    }
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert!(records.iter().all(|record| state(&device, record) == Some(OutcomeState::InTreatment)));
    let told = honest(&world, &records[0], 0);
    assert!(told.more, "it took more than one message");
    let nothing = honest(&world, &records[0], u64::try_from(records.len()).unwrap());
    assert_eq!(nothing.outcomes, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_backup_was_put_back_its_numbers_are_begun_anew_and_nothing_is_missed() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let records = [device.record("een"), device.record("twee")];
    device.sync().await;
    let copy = backed_up(&world);
    let before = office(&world).await;
    before.act(&world, &records[0], json!({ "act": "take-on" })).await;
    before.act(&world, &records[1], json!({ "act": "take-on" })).await;
    before.act(&world, &records[0], json!({ "act": "put-back" })).await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    restored(&mut world, &copy).await;
    // The office lost what it did, and does something else under the same numbers.
    let after = office(&world).await;
    after.act(&world, &records[0], json!({ "act": "handle", "reason": "no-follow-up" })).await;
    device.record("drie");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(state(&device, &records[0]), Some(OutcomeState::Closed));
    assert_eq!(outcome(&device, &records[1]), None, "nobody has it in hand, by what the register knows now");
    world.verified();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_hears_nothing_more() {
    let world = World::new().await;
    let device = world.device("a").await;
    let record = device.record("een");
    device.sync().await;
    let office = office(&world).await;
    office.act(&world, &record, json!({ "act": "ask", "question": "call-office" })).await;
    let revocation = format!("devices/{}/revocation", named(&world, &record).device);
    assert!(office.post(&revocation, &json!({ "reason": "kwijt" })).await.status().is_success());
    device.sync().await;
    assert_eq!(outcome(&device, &record), None);
}
