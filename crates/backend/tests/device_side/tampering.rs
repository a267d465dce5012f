//! Bytes that changed or got lost on the way: whatever they say, nothing of them is believed.

use baken_protocol::wire::Push;

use crate::backend::Backend;
use crate::device::Device;

/// Where in a push a part stands.
type Part = fn(&mut Push) -> &mut Vec<u8>;

/// A sound push of two records, the smallest with every kind of part in it.
async fn small_push(backend: &Backend) -> (Device, Vec<u8>) {
    let device = Device::enrolled(backend, "Boa 1").await;
    let records = [device.record(&[b"photo"]), device.record(&[])];
    let batch = device.batch(1, None, &records);
    let bytes = device.push(&batch, &records).encode().unwrap();
    (device, bytes)
}

#[tokio::test]
async fn every_flipped_byte_is_refused_and_leaves_nothing_behind() {
    let backend = Backend::tireless();
    let (device, bytes) = small_push(&backend).await;
    let original = Push::decode(&bytes).unwrap();
    let mut harmless = 0;
    for place in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[place] ^= 1 << (place % 8);
        if Push::decode(&flipped).as_ref() == Ok(&original) {
            // A bit of the compression's own framing that changes no signed byte.
            harmless += 1;
            continue;
        }
        let answer = backend.put(device.own_chain(), 1, flipped).await;
        let refused = answer.refusal();
        assert!(matches!(refused.0, 400 | 413), "byte {place}: {refused:?}");
    }
    assert!(harmless <= 4, "{harmless} bytes change nothing");
    assert_eq!(backend.held(), [0; 5]);
    let audited: u64 = backend.one("SELECT count(*) FROM audit_lines WHERE action = 'push' AND result <> 'ok'");
    assert_eq!(audited, bytes.len() as u64 - harmless);
    assert_eq!(backend.put(device.own_chain(), 1, bytes).await.status, 201, "and unharmed it is taken");
    backend.assert_holds();
}

#[test]
fn every_flipped_bit_of_every_signed_or_sealed_part_is_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let backend = Backend::new();
    let (device, bytes) = runtime.block_on(small_push(&backend));
    let push = Push::decode(&bytes).unwrap();
    let tenant = &backend.state.installation.tenant;
    let key = device.key.public();
    let verify = |push| baken_backend::ingest::verify(push, tenant, device.own_chain(), 1, &key);
    assert!(verify(push.clone()).is_ok());
    let parts: [(&str, Part); 5] = [
        ("batch", |push| &mut push.batch.payload),
        ("first operation", |push| &mut push.operations[0].0.payload),
        ("second operation", |push| &mut push.operations[1].0.payload),
        ("first sealed part", |push| &mut push.operations[0].1),
        ("second sealed part", |push| &mut push.operations[1].1),
    ];
    for (name, part) in parts {
        let length = part(&mut push.clone()).len();
        for bit in 0..length * 8 {
            let mut flipped = push.clone();
            part(&mut flipped)[bit / 8] ^= 1 << (bit % 8);
            assert!(verify(flipped).is_err(), "{name}, bit {bit}");
        }
    }
    for signer in 0..3 {
        for bit in 0..512 {
            let mut flipped = push.clone();
            let signature = match signer {
                0 => &mut flipped.batch.signature,
                other => &mut flipped.operations[other - 1].0.signature,
            };
            let mut raw = *signature.as_bytes();
            raw[bit / 8] ^= 1 << (bit % 8);
            *signature = baken_protocol::signature::Signature::parse(&raw).unwrap();
            assert!(verify(flipped).is_err(), "signature {signer}, bit {bit}");
        }
    }
}

#[tokio::test]
async fn a_push_cut_off_at_any_length_is_refused_and_leaves_nothing_behind() {
    let backend = Backend::tireless();
    let (device, bytes) = small_push(&backend).await;
    for length in 0..bytes.len() {
        let answer = backend.put(device.own_chain(), 1, bytes[..length].to_vec()).await;
        assert_eq!(answer.refusal(), (400, "malformed".into()), "cut at {length}");
    }
    assert_eq!(backend.held(), [0; 5]);
    assert_eq!(backend.put(device.own_chain(), 1, bytes).await.status, 201);
}

#[tokio::test]
async fn bytes_left_over_are_refused() {
    let backend = Backend::new();
    let (device, mut bytes) = small_push(&backend).await;
    bytes.push(0);
    assert_eq!(backend.put(device.own_chain(), 1, bytes).await.refusal(), (400, "malformed".into()));
    assert_eq!(backend.held(), [0; 5]);
}

#[tokio::test]
async fn another_version_of_the_wire_form_is_refused() {
    let backend = Backend::new();
    let (device, mut bytes) = small_push(&backend).await;
    assert_eq!(&bytes[..6], b"BKNP1\n");
    bytes[4] = b'2';
    assert_eq!(backend.put(device.own_chain(), 1, bytes).await.refusal(), (400, "malformed".into()));
}

#[tokio::test]
async fn a_payload_of_another_type_at_its_place_is_refused() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[])];
    let push = device.push(&device.batch(1, None, &records), &records);
    // The device's own signature, over an operation, where the batch belongs.
    let swapped = Push { batch: push.operations[0].0.clone(), ..push };
    let answer = backend.put(device.own_chain(), 1, swapped.encode().unwrap()).await;
    assert_eq!(answer.refusal(), (400, "bad-signature".into()), "the type is signed too");
}
