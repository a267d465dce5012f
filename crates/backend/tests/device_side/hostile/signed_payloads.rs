//! Payloads that are signed well, listed well, and are not messages of this version.

use baken_protocol::batch::{Batch, OperationReference};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Payload, pae};
use baken_protocol::record::Operation;
use baken_protocol::wire::{CompactEnvelope, Push};

use crate::backend::{Answer, Backend};
use crate::device::Device;
use crate::spellings::{TIMES, spellings, with};

fn sign<P: Payload>(device: &Device, text: &str) -> CompactEnvelope {
    let signature = device.key.sign(&pae(P::TYPE, text.as_bytes()));
    CompactEnvelope { payload: text.as_bytes().to_vec(), signature }
}

/// A push whose one operation is `spoil`ed as text, then signed, hashed and listed as if it were sound.
async fn with_operation(spoil: impl FnOnce(String) -> String) -> (Backend, Answer) {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let record = device.record(&[b"photo"]);
    let text = spoil(serde_json::to_string(&record.operation).unwrap());
    let mut batch = device.batch(1, None, std::slice::from_ref(&record));
    let sha256 = Digest::of(&pae(Operation::TYPE, text.as_bytes()));
    batch.operations = vec![OperationReference { operation: record.operation.operation, sha256 }];
    let push = Push {
        batch: device.push(&batch, &[]).batch,
        operations: vec![(sign::<Operation>(&device, &text), record.sealed)],
    };
    let answer = backend.put(device.own_chain(), 1, push.encode().unwrap()).await;
    (backend, answer)
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not in {text}");
    text.replacen(from, to, 1)
}

#[tokio::test]
async fn the_operation_that_the_others_spoil_is_sound() {
    let (backend, answer) = with_operation(|text| text).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    backend.assert_holds();
}

#[tokio::test]
async fn an_operation_signed_with_another_shape_or_two_meanings_is_refused() {
    let cases = [
        ("{\"tenant\"", "{\"later\":1,\"tenant\"", "a field of tomorrow"),
        ("\"open\":{", "\"open\":{\"narrative\":\"x\",", "free text in the open part"),
        ("\"sealed\":{", "\"sealed\":{\"key\":\"x\",", "a field of tomorrow beside the sealed part's hash"),
        ("\"attachments\":[{", "\"attachments\":[{\"name\":\"x\",", "a name for a photo"),
        ("\"personCount\":2", "\"personCount\":2.0", "a float"),
        ("\"personCount\":2", "\"personCount\":2e0", "an exponent"),
        ("\"personCount\":2", "\"personCount\":-2", "a negative count"),
        ("\"personCount\":2", "\"personCount\":2,\"personCount\":3", "a count said twice"),
        ("\"personCount\":2", "\"personCount\":2,\"person\\u0043ount\":3", "a count said twice, once escaped"),
        ("\"level\":\"team\"", "\"level\":\"team\",\"level\":\"eigen\"", "a level said twice"),
        ("\"level\":\"team\"", "\"level\":\"openbaar\"", "a level nobody knows"),
        ("\"kind\":\"observation\"", "\"kind\":\"observation\",\"kind\":\"inspection\"", "a kind said twice"),
        ("\"action\":\"create\"", "\"action\":\"erase\"", "an action nobody knows"),
        ("\"epoch\":1", "\"epoch\":9007199254740993", "an integer not every reader keeps"),
        ("\"placeKind\":\"vissersschip\"", "\"placeKind\":\"<b>kade</b>\"", "markup for a code"),
        ("\"placeKind\":\"vissersschip\"", "\"placeKind\":null", "no kind of place"),
    ];
    for (from, to, what) in cases {
        let (backend, answer) = with_operation(|text| replaced(&text, from, to)).await;
        assert_eq!(answer.refusal(), (400, "malformed".into()), "{what}");
        assert_eq!(backend.held(), [0; 5], "{what}");
    }
    let (backend, answer) = with_operation(|text| text + " {}").await;
    assert_eq!(answer.refusal(), (400, "malformed".into()), "a second document behind the first");
    assert_eq!(backend.held(), [0; 5]);
}

/// Each would be the same record to the libraries the backend is made of, and none to a verifier in another language.
#[tokio::test]
async fn an_operation_or_batch_signed_in_another_spelling_is_refused() {
    let device = Device::stranger(&Backend::new());
    let text = serde_json::to_string(&device.record(&[b"photo"]).operation).unwrap();
    let names: Vec<String> = spellings(&text).into_iter().map(|(name, _)| name).collect();
    assert!(names.len() > 20, "{names:?}");
    for (number, name) in names.iter().enumerate() {
        let (backend, answer) = with_operation(|text| spellings(&text).remove(number).1).await;
        assert_eq!(answer.refusal(), (400, "malformed".into()), "{name}");
        assert_eq!(backend.held(), [0; 5], "{name}");
    }
    for time in TIMES {
        for member in ["finalisedAt", "observedAt"] {
            let (_, answer) = with_operation(|text| with(&text, member, time)).await;
            assert_eq!(answer.refusal(), (400, "malformed".into()), "{member} {time:?}");
        }
    }
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[])];
    let push = device.push(&device.batch(1, None, &records), &records);
    let text = String::from_utf8(push.batch.payload.clone()).unwrap();
    for (name, text) in spellings(&text) {
        let spoiled = Push { batch: sign::<Batch>(&device, &text), ..push.clone() };
        let answer = backend.put(device.own_chain(), 1, spoiled.encode().unwrap()).await;
        assert_eq!(answer.refusal(), (400, "malformed".into()), "{name}");
    }
    assert_eq!(backend.held(), [0; 5]);
}

/// "malformed" would tell a device of tomorrow that its records are broken; "unknown-version", to wait.
#[tokio::test]
async fn a_batch_of_a_later_schema_is_told_so_and_one_of_this_schema_has_one_shape_and_one_meaning() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[])];
    let push = device.push(&device.batch(1, None, &records), &records);
    let text = String::from_utf8(push.batch.payload.clone()).unwrap();
    let later = replaced(&text, "\"schema\":1", "\"schema\":4");
    let of_corrections = replaced(&text, "\"schema\":1", "\"schema\":2");
    for (text, code) in [
        (replaced(&later, "{", "{\"inspectors\":[],"), "unknown-version"),
        (replaced(&later, "\"operations\":", "\"acts\":"), "unknown-version"),
        (replaced(&text, "{", "{\"inspectors\":[],"), "malformed"),
        (replaced(&text, "{", "{\"seq\":9,"), "malformed"),
        (replaced(&text, "\"seq\":1,", "\"seq\":1.0,"), "malformed"),
        (replaced(&text, "\"schema\":1", "\"schema\":\"2\""), "malformed"),
        (replaced(&later, "{", "{\"schema\":1,"), "malformed"),
        // It lists a first record, which corrects nothing.
        (of_corrections, "malformed"),
    ] {
        let spoiled = Push { batch: sign::<Batch>(&device, &text), ..push.clone() };
        let answer = backend.put(device.own_chain(), 1, spoiled.encode().unwrap()).await;
        assert_eq!(answer.refusal(), (400, code.into()), "{text}");
    }
    assert_eq!(backend.held(), [0; 5]);
}
