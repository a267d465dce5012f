//! Pushes that are signed well and still not what they say: each is refused and leaves nothing but an audit line.

use baken_protocol::batch::{Batch, CORRECTIONS_SCHEMA, FULL_SCHEMA};
use baken_protocol::digest::Digest;
use baken_protocol::ids::{ChainId, DeviceId};
use baken_protocol::record::{Action, OpenInspection, OpenPart};
use baken_protocol::wire::Push;

use crate::backend::{Answer, Backend};
use crate::device::{Device, Record, reference};

/// Sends what `spoil` makes of a sound push of two records, the first with a photo.
async fn spoiled(spoil: impl FnOnce(&Device, &mut Batch, &mut Vec<Record>)) -> (Backend, Answer) {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let mut records = vec![device.record(&[b"photo"]), device.record(&[])];
    let mut batch = device.batch(1, None, &records);
    spoil(&device, &mut batch, &mut records);
    let push = device.push(&batch, &records);
    let answer = backend.put(device.own_chain(), 1, push.encode().unwrap()).await;
    (backend, answer)
}

async fn assert_refused(code: &str, spoil: impl FnOnce(&Device, &mut Batch, &mut Vec<Record>)) {
    let (backend, answer) = spoiled(spoil).await;
    assert_eq!(answer.refusal(), (400, code.into()));
    assert_eq!(backend.held(), [0; 5]);
    let line: String = backend.one("SELECT action || ' ' || result FROM audit_lines ORDER BY id DESC LIMIT 1");
    assert_eq!(line, format!("push {code}"));
}

#[tokio::test]
async fn the_push_that_the_others_spoil_is_sound() {
    let (backend, answer) = spoiled(|_, _, _| {}).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    backend.assert_holds();
}

#[tokio::test]
async fn refuses_a_batch_without_operations() {
    assert_refused("malformed", |device, batch, records| {
        records.clear();
        *batch = device.batch(1, None, records);
    })
    .await;
}

#[tokio::test]
async fn refuses_an_operation_that_is_not_listed() {
    assert_refused("malformed", |device, _, records| records.push(device.record(&[]))).await;
}

#[tokio::test]
async fn refuses_a_listed_operation_that_did_not_come() {
    assert_refused("malformed", |_, _, records| drop(records.pop())).await;
}

#[tokio::test]
async fn refuses_operations_in_another_order() {
    assert_refused("malformed", |_, _, records| records.reverse()).await;
}

#[tokio::test]
async fn refuses_an_operation_under_another_hash_or_id() {
    assert_refused("malformed", |_, batch, _| batch.operations[1].sha256 = Digest::of(b"other")).await;
    assert_refused("malformed", |device, batch, _| {
        batch.operations[1].operation = device.record(&[]).operation.operation;
    })
    .await;
}

#[tokio::test]
async fn refuses_the_same_operation_twice() {
    assert_refused("malformed", |device, batch, records| {
        records[0] = records[1].clone();
        *batch = device.batch(1, None, records);
    })
    .await;
}

#[tokio::test]
async fn refuses_an_attachment_list_that_is_not_that_of_the_operations() {
    assert_refused("malformed", |_, batch, _| batch.attachments.clear()).await;
    assert_refused("malformed", |_, batch, _| batch.attachments.push(reference(b"more"))).await;
    assert_refused("malformed", |_, batch, _| batch.attachments[0].size_bytes += 1).await;
    assert_refused("malformed", |_, batch, _| batch.attachments[0].sha256 = Digest::of(b"other")).await;
    assert_refused("malformed", |device, batch, records| {
        *records = vec![device.record(&[b"photo"]), device.record(&[b"photo"])];
        *batch = device.batch(1, None, records);
    })
    .await;
}

#[tokio::test]
async fn refuses_a_sealed_part_that_is_not_the_one_named() {
    assert_refused("malformed", |_, _, records| records[0].sealed = b"another age file".to_vec()).await;
    assert_refused("malformed", |_, _, records| records[0].sealed.truncate(8)).await;
    assert_refused("malformed", |_, _, records| records[0].sealed.push(0)).await;
    assert_refused("malformed", |_, _, records| records[0].sealed.clear()).await;
    assert_refused("malformed", |_, _, records| {
        let first = records[0].sealed.clone();
        records[0].sealed = std::mem::replace(&mut records[1].sealed, first);
    })
    .await;
}

#[tokio::test]
async fn refuses_a_sealed_part_of_another_size_than_was_signed() {
    for wrong in [-1, 1] {
        assert_refused("malformed", |device, batch, records| {
            let named = &mut records[0].operation.sealed.size_bytes;
            *named = named.checked_add_signed(wrong).unwrap();
            *batch = device.batch(1, None, records);
        })
        .await;
    }
}

#[tokio::test]
async fn refuses_another_tenant_in_batch_or_operation() {
    assert_refused("malformed", |_, batch, _| batch.tenant = "GM0392".parse().unwrap()).await;
    assert_refused("malformed", |device, batch, records| {
        records[0].operation.tenant = "GM0392".parse().unwrap();
        *batch = device.batch(1, None, records);
    })
    .await;
}

#[tokio::test]
async fn refuses_a_batch_for_another_place_than_its_address() {
    assert_refused("malformed", |_, batch, _| batch.seq = 2).await;
    assert_refused("malformed", |_, batch, _| batch.seq = 0).await;
    assert_refused("malformed", |_, batch, _| batch.chain = ChainId(uuid::Uuid::max())).await;
}

#[tokio::test]
async fn refuses_an_operation_of_another_device() {
    assert_refused("malformed", |device, batch, records| {
        records[0].operation.device = DeviceId(uuid::Uuid::max());
        *batch = device.batch(1, None, records);
    })
    .await;
}

#[tokio::test]
async fn refuses_a_batch_in_the_name_of_another_device() {
    assert_refused("malformed", |_, batch, _| batch.device = DeviceId(uuid::Uuid::max())).await;
}

#[tokio::test]
async fn refuses_a_device_nobody_enrolled() {
    let backend = Backend::new();
    let stranger = Device::stranger(&backend);
    let records = [stranger.record(&[])];
    let answer = stranger.send(&backend, &stranger.batch(1, None, &records), &records).await;
    assert_eq!(answer.refusal(), (400, "unknown-device".into()));
    assert_eq!(backend.held(), [0; 5]);
}

#[tokio::test]
async fn refuses_a_schema_of_tomorrow_and_says_so() {
    assert_refused("unknown-version", |_, batch, _| batch.schema = FULL_SCHEMA + 1).await;
}

#[tokio::test]
async fn takes_corrections_of_the_second_schema_and_refuses_a_first_record_among_them() {
    let corrects = |records: &mut Vec<Record>, actions: [Action; 2]| {
        for (record, action) in records.iter_mut().zip(actions) {
            record.operation.action = action;
        }
    };
    let (backend, answer) = spoiled(|device, batch, records| {
        corrects(records, [Action::Amend, Action::Retract]);
        *batch = Batch { schema: CORRECTIONS_SCHEMA, ..device.batch(1, None, records) };
    })
    .await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    backend.assert_holds();
    assert_refused("malformed", |device, batch, records| {
        corrects(records, [Action::Amend, Action::Create]);
        *batch = Batch { schema: CORRECTIONS_SCHEMA, ..device.batch(1, None, records) };
    })
    .await;
}

#[tokio::test]
async fn takes_observations_of_the_third_schema_and_refuses_an_inspection_among_them() {
    let (backend, answer) = spoiled(|device, batch, records| {
        records[1].operation.action = Action::Amend;
        *batch = Batch { schema: FULL_SCHEMA, ..device.batch(1, None, records) };
    })
    .await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    backend.assert_holds();
    assert_refused("malformed", |device, batch, records| {
        records[1].operation.open = OpenPart::Inspection(OpenInspection {
            place_kind: "vissersschip".parse().unwrap(),
            district: None,
            organisations: vec!["politie".parse().unwrap()],
            ground: "awb-5-15".parse().unwrap(),
        });
        *batch = Batch { schema: FULL_SCHEMA, ..device.batch(1, None, records) };
    })
    .await;
}

#[tokio::test]
async fn refuses_counts_that_do_not_fit_the_lists() {
    assert_refused("malformed", |device, batch, records| {
        records[0].operation.attachments.clear();
        *batch = device.batch(1, None, records);
    })
    .await;
}

#[tokio::test]
async fn refuses_a_key_that_is_not_the_devices() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let thief = Device { id: device.id, chain: device.chain, ..Device::stranger(&backend) };
    let records = [thief.record(&[])];
    let batch = thief.batch(1, None, &records);
    assert_eq!(thief.send(&backend, &batch, &records).await.refusal(), (400, "bad-signature".into()));
    let genuine = device.push(&batch, &records);
    let mixed = Push { operations: thief.push(&batch, &records).operations, ..genuine };
    let answer = backend.put(device.own_chain(), 1, mixed.encode().unwrap()).await;
    assert_eq!(answer.refusal(), (400, "bad-signature".into()), "one operation signed by another key");
    assert_eq!(backend.held(), [0; 5]);
}
