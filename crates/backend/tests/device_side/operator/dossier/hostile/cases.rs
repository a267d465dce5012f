//! The cases: what is done to the good dossier, and what must be said of it.

use std::collections::BTreeMap;

use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::batch::Batch;
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Payload;
use baken_protocol::ids::{ChainId, DeviceId, OperationId};
use baken_protocol::keydir::{KeyDirectory, ReceiptKeys, Team};
use baken_protocol::receipt::Receipt;
use baken_protocol::record::{OpenPart, Operation};
use baken_protocol::signature::VerifyingKey;
use data_encoding::{BASE64, BASE64URL};
use serde_json::{Value, json};

use super::forge::{CONTENT, DEVICE, Forge, NEXT_RECEIPTS, PHOTO, RECEIPTS, ROOT, THIEF, at, id, key, signed};
use super::{Change, spelt};

/// Every code a verifier without a key to open things can give.
pub(super) const CODES: [&str; 25] = [
    "missing",
    "unexpected",
    "not-a-file",
    "too-large",
    "format",
    "page",
    "envelope",
    "payload-type",
    "payload",
    "root",
    "unknown-key",
    "closed-key",
    "signature",
    "directory",
    "succession",
    "other-municipality",
    "other-enrolment",
    "other-device",
    "other-key",
    "other-batch",
    "other-attachment",
    "before-enrolment",
    "record",
    "listing",
    "hash",
];

pub(super) struct Case {
    pub(super) name: String,
    pub(super) verdict: &'static str,
    pub(super) codes: Vec<String>,
    pub(super) changes: BTreeMap<String, Change>,
}

pub(super) fn says(name: &str, codes: &[&str], changes: BTreeMap<String, Change>) -> Case {
    let verdict = match codes {
        [] => "holds",
        ["closed-key"] => "export-anew",
        _ => "does-not-hold",
    };
    Case { name: name.to_owned(), verdict, codes: codes.iter().map(|code| (*code).to_owned()).collect(), changes }
}

fn file(name: &str, code: &str, file: &str, change: Change) -> Case {
    says(name, &[code], BTreeMap::from([(file.to_owned(), change)]))
}

fn bytes(text: impl AsRef<[u8]>) -> Change {
    Change::Bytes(text.as_ref().to_vec())
}

/// The good dossier with something said otherwise, and what still names it brought up to date.
fn otherwise(good: &Forge, name: &str, codes: &[&str], change: impl FnOnce(&mut Forge)) -> Case {
    let mut forge = good.clone();
    change(&mut forge);
    let forge = forge.linked();
    says(name, codes, difference(good, &forge))
}

/// As [`otherwise`], with every hash left as it was.
fn unlinked(good: &Forge, name: &str, codes: &[&str], change: impl FnOnce(&mut Forge)) -> Case {
    let mut forge = good.clone();
    change(&mut forge);
    says(name, codes, difference(good, &forge))
}

pub(super) fn difference(good: &Forge, forge: &Forge) -> BTreeMap<String, Change> {
    let (good, files) = (good.files(), forge.files());
    let removed = good.keys().filter(|name| !files.contains_key(*name)).map(|name| (name.clone(), Change::Removed));
    let changed = files.iter().filter(|(name, bytes)| good.get(*name) != Some(bytes));
    changed.map(|(name, bytes)| (name.clone(), Change::Bytes(bytes.clone()))).chain(removed).collect()
}

pub(super) fn all(good: &Forge) -> Vec<Case> {
    let groups = [folder(), manifest_and_page(), forms(good), payloads(good), keys(good), closed_keys(good)];
    groups
        .into_iter()
        .chain([directories(good), links(good), attachments(good), sound(good), spelt::all(good)])
        .flatten()
        .collect()
}

/// What may lie in the folder.
fn folder() -> Vec<Case> {
    let photo = Digest::of(PHOTO);
    // What a reader of PEM once took for the root key: text before the armour, and two blocks.
    let pem = "MCowBQYDK2VwAyEAAAAA\n-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAiojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=\n\
               -----END PUBLIC KEY-----\n";
    let module = "import sys\nsys.exit('imported')\n";
    vec![
        file("no receipt", "missing", "receipt.dsse.json", Change::Removed),
        file("no certificate", "missing", "certificate.dsse.json", Change::Removed),
        file("no manifest", "missing", "dossier.json", Change::Removed),
        file("no page", "missing", "CHECK.html", Change::Removed),
        file("the directory it was sealed under is gone", "missing", "keydir-1.dsse.json", Change::Removed),
        file("the newest directory is gone", "missing", "keydir-2.dsse.json", Change::Removed),
        file("a root key of somebody's beside it", "unexpected", "root.pem", bytes([pem, pem].concat())),
        file("a verifier that came along", "unexpected", "check.py", bytes("print('The dossier HOLDS')\n")),
        file("a module in the way of Python's glob", "unexpected", "glob.py", bytes(module)),
        file("a module in the way of Python's json", "unexpected", "json.py", bytes(module)),
        file("a second operation in another case", "unexpected", "Operation.dsse.json", bytes("{}")),
        file("a folder that belongs nowhere", "unexpected", "more", Change::Folder),
        file("something beside the photos", "unexpected", "attachments/note.txt", bytes("?")),
        file("a link where the sealed part belongs", "not-a-file", "sealed.age", Change::Link("/etc/hostname".into())),
        file("a folder where the operation belongs", "not-a-file", "operation.dsse.json", Change::Folder),
        file("a file where the photos belong", "not-a-file", "attachments", bytes("x")),
        file("a sealed part larger than any", "too-large", "sealed.age", Change::Zeros(256 * 1024 + 1)),
        file("an envelope larger than any", "too-large", "batch.dsse.json", Change::Zeros(1 << 34)),
        file("a photo larger than any", "too-large", &format!("attachments/{photo}.age"), Change::Zeros(1 << 34)),
    ]
}

fn manifest_and_page() -> Vec<Case> {
    let manifest = |name, text: &str| file(name, "format", "dossier.json", bytes(text));
    let later = |name, text: &str| Case {
        verdict: "cannot-check",
        codes: vec![],
        ..file(name, "", "dossier.json", bytes(text))
    };
    let nested = |depth| format!("{{\"dossier\":2,\"more\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    let newer = "{\"dossier\":2,\"keyDirectories\":[1,2],\"more\":[]}\n";
    vec![
        manifest("a manifest with a float", "{\"dossier\":1.0,\"keyDirectories\":[1,2]}\n"),
        manifest("a manifest with a member twice", "{\"dossier\":1,\"dossier\":1,\"keyDirectories\":[1,2]}\n"),
        manifest("a manifest with spaces", "{\"dossier\": 1, \"keyDirectories\": [1, 2]}\n"),
        manifest("a manifest without directories", "{\"dossier\":1,\"keyDirectories\":[]}\n"),
        manifest("a manifest cut off", "{\"dossier\":1,\"keyDir"),
        manifest("a manifest of nothing but brackets", &"[".repeat(5_000)),
        manifest("a manifest that is a list", "[1,[1,2]]\n"),
        manifest("a later edition that is a list", "[2,[1,2]]\n"),
        manifest("a later edition that nests deeper than any reader need follow", &nested(32)),
        manifest("a later edition of four hundred brackets", &nested(400)),
        manifest("a later edition in the place of a float", "{\"dossier\":2e0,\"keyDirectories\":[1,2]}\n"),
        later("a later edition", newer),
        later("a later edition that nests as deep as it may", &nested(31)),
        file("a page of somebody's own", "page", "CHECK.html", bytes("<!doctype html>\n<p>Run check.py\n")),
    ]
}

/// How an envelope may be written.
fn forms(good: &Forge) -> Vec<Case> {
    let name = "operation.dsse.json";
    let files = good.files();
    let text = String::from_utf8(files[name].clone()).unwrap();
    let dsse: Value = serde_json::from_str(&text).unwrap();
    let payload = dsse["payload"].as_str().unwrap();
    let signature = dsse["signatures"][0]["sig"].as_str().unwrap();
    let form = |what, text: String| file(what, "envelope", name, bytes(text));
    let mut two = dsse.clone();
    two["signatures"] = json!([dsse["signatures"][0], dsse["signatures"][0]]);
    let in_order = |value: &Value| {
        format!(
            "{{\"payloadType\":{},\"payload\":{},\"signatures\":{}}}",
            value["payloadType"], value["payload"], value["signatures"]
        )
    };
    // 64 bytes end in two letters and two signs of padding; the last letter has four bits that say nothing.
    let spare = format!("{}R==", &signature[..signature.len() - 3]);
    let url_safe = BASE64URL.encode(&BASE64.decode(signature.as_bytes()).unwrap());
    let mut cases = vec![
        form("two signatures", in_order(&two)),
        form("no signature", text.replace(&dsse["signatures"].to_string(), "[]")),
        form("a space in the envelope", text.replacen(':', ": ", 1)),
        form("a line after the envelope", format!("{text}\n")),
        form("an envelope twice over", format!("{text}{text}")),
        form("a payload twice", text.replacen("\"payload\"", "\"payload\":\"e30=\",\"payload\"", 1)),
        form("an escaped letter in the envelope", text.replacen("\"payload\"", "\"p\\u0061yload\"", 1)),
        form("an unknown member in the envelope", text.replacen('{', "{\"extra\":1,", 1)),
        form("base64 with bits to spare", text.replace(signature, &spare)),
        form("base64 without padding", text.replace(signature, signature.trim_end_matches('='))),
        form("base64 with a line break", text.replace(payload, &format!("{}\\n{}", &payload[..64], &payload[64..]))),
        form("an envelope cut off", text[..text.len() / 2].to_owned()),
        form("an envelope of nothing but brackets", "[".repeat(5_000)),
        form("an empty envelope", String::new()),
        file("an envelope that is no text", "envelope", name, bytes([&[0xff, 0xfe][..], text.as_bytes()].concat())),
    ];
    if url_safe != signature {
        cases.push(form("base64 of another alphabet", text.replace(signature, &url_safe)));
    }
    let payload = BASE64.decode(payload.as_bytes()).unwrap();
    let kind = |what, kind: &str| file(what, "payload-type", name, bytes(signed(kind, &payload, DEVICE)));
    cases.extend([
        kind("a batch where an operation belongs", Batch::TYPE),
        kind("a later version of an operation", "application/vnd.baken.operation.v2+json"),
        file(
            "a receipt where the certificate belongs",
            "payload-type",
            "certificate.dsse.json",
            bytes(&files["receipt.dsse.json"]),
        ),
    ]);
    cases
}

/// What may be signed: each is signed as it should be, and says what cannot be said.
fn payloads(good: &Forge) -> Vec<Case> {
    let payload = |name: &str| {
        let dsse: Value = serde_json::from_slice(&good.files()[name]).unwrap();
        String::from_utf8(BASE64.decode(dsse["payload"].as_str().unwrap().as_bytes()).unwrap()).unwrap()
    };
    let written = |what, (name, kind, by): (&str, &str, u8), from: &str, to: &str| {
        let text = payload(name);
        assert_eq!(text.matches(from).count(), 1, "{what}: {from} in {text}");
        file(what, "payload", name, bytes(signed(kind, text.replace(from, to).as_bytes(), by)))
    };
    let batch = ("batch.dsse.json", Batch::TYPE, DEVICE);
    let operation = ("operation.dsse.json", Operation::TYPE, DEVICE);
    let receipt = ("receipt.dsse.json", Receipt::TYPE, NEXT_RECEIPTS);
    let certificate = ("certificate.dsse.json", DeviceCertificate::TYPE, NEXT_RECEIPTS);
    let directory = ("keydir-2.dsse.json", KeyDirectory::TYPE, ROOT);
    let key_text = |seed| BASE64.encode(key(seed).public().as_bytes());
    let low_order = BASE64.encode(&[&[1][..], &[0; 31]].concat());
    vec![
        written("a member twice", batch, "\"seq\":1", "\"seq\":1,\"seq\":2"),
        written("a member twice, once escaped", batch, "\"seq\":1", "\"seq\":1,\"s\\u0065q\":2"),
        written("a float", batch, "\"seq\":1", "\"seq\":1.0"),
        written("an exponent", batch, "\"seq\":1", "\"seq\":1e0"),
        written("minus nothing", batch, "\"monotonicMs\":12345", "\"monotonicMs\":-0"),
        written("an integer beyond every reader", batch, "\"monotonicMs\":12345", "\"monotonicMs\":9007199254740993"),
        written(
            "an integer of a thousand digits",
            batch,
            "\"monotonicMs\":12345",
            &format!("\"monotonicMs\":{}", "9".repeat(1000)),
        ),
        written("a flag for a number", receipt, "\"leafIndex\":6", "\"leafIndex\":true"),
        written("a number for a flag", receipt, "\"quarantined\":false", "\"quarantined\":0"),
        written("an unknown member", operation, "{\"tenant\"", "{\"extra\":1,\"tenant\""),
        written("a member missing", receipt, ",\"quarantined\":false", ""),
        written("a member of another name", receipt, "\"leafIndex\"", "\"leafindex\""),
        written("half a surrogate pair", batch, "\"appVersion\":\"0.1.0\"", "\"appVersion\":\"\\ud800\""),
        written("a line break within a text", batch, "\"appVersion\":\"0.1.0\"", "\"appVersion\":\"\n\""),
        written("a code that is none", operation, "\"waarneming\"", "\"waar neming\""),
        written("a kind of record that is none", operation, "\"kind\":\"observation\"", "\"kind\":\"visit\""),
        written(
            "a hash in capitals",
            receipt,
            &good.receipt.batch_hash.to_string(),
            &good.receipt.batch_hash.to_string().to_uppercase(),
        ),
        written("a time that is none", receipt, "\"receivedAt\":\"2026", "\"receivedAt\":\"20x6"),
        file(
            "more after the payload",
            "payload",
            "certificate.dsse.json",
            bytes(signed(
                DeviceCertificate::TYPE,
                (payload("certificate.dsse.json") + " {}").as_bytes(),
                NEXT_RECEIPTS,
            )),
        ),
        written("a low-order key certified", certificate, &key_text(DEVICE), &low_order),
        written("a key of 31 bytes", certificate, &key_text(DEVICE), &BASE64.encode(&[7; 31])),
        written("a low-order receipt key", directory, &key_text(NEXT_RECEIPTS), &low_order),
        file("a payload that is no text", "payload", "batch.dsse.json", bytes(signed(Batch::TYPE, b"\xff{}", DEVICE))),
        file(
            "a payload of nothing but brackets",
            "payload",
            "batch.dsse.json",
            bytes(signed(Batch::TYPE, "[".repeat(5_000).as_bytes(), DEVICE)),
        ),
    ]
}

/// Who may sign what.
fn keys(good: &Forge) -> Vec<Case> {
    let files = good.files();
    let flipped = |name: &str, what| {
        let mut dsse: Value = serde_json::from_slice(&files[name]).unwrap();
        let mut signature = BASE64.decode(dsse["signatures"][0]["sig"].as_str().unwrap().as_bytes()).unwrap();
        signature[0] ^= 1;
        dsse["signatures"][0]["sig"] = BASE64.encode(&signature).into();
        let text = format!(
            "{{\"payloadType\":{},\"payload\":{},\"signatures\":[{{\"keyid\":{},\"sig\":{}}}]}}",
            dsse["payloadType"], dsse["payload"], dsse["signatures"][0]["keyid"], dsse["signatures"][0]["sig"]
        );
        file(what, "signature", name, bytes(text))
    };
    let photo = format!("attachments/{}.receipt.dsse.json", Digest::of(PHOTO));
    vec![
        flipped("keydir-1.dsse.json", "the older directory's signature altered"),
        flipped("keydir-2.dsse.json", "the newest directory's signature altered"),
        flipped("certificate.dsse.json", "the certificate's signature altered"),
        flipped("enrolment.dsse.json", "the enrolment's signature altered"),
        flipped("operation.dsse.json", "the operation's signature altered"),
        flipped("batch.dsse.json", "the batch's signature altered"),
        flipped("receipt.dsse.json", "the receipt's signature altered"),
        flipped(&photo, "the photo's receipt's signature altered"),
        otherwise(good, "a receipt by the content key", &["unknown-key"], |it| it.receipt_by = CONTENT),
        otherwise(good, "a receipt by the root key", &["unknown-key"], |it| it.receipt_by = ROOT),
        otherwise(good, "a receipt by the device", &["unknown-key"], |it| it.receipt_by = DEVICE),
        otherwise(good, "a photo's receipt by the device", &["unknown-key"], |it| it.arrival_by = DEVICE),
        otherwise(good, "a certificate by the device itself", &["unknown-key"], |it| it.certificate_by = DEVICE),
        otherwise(good, "everything of the device signed by a thief", &["unknown-key"], |it| {
            it.device_by = THIEF;
            it.enrolment.public_key = key(THIEF).public();
        }),
        otherwise(good, "the signer exchanged, with a certificate of the thief's own", &["unknown-key"], |it| {
            it.device_by = THIEF;
            it.certificate_by = THIEF;
            it.enrolment.public_key = key(THIEF).public();
            it.certificate.public_key = key(THIEF).public();
        }),
        otherwise(
            good,
            "the signer exchanged by who holds the receipt key, but not the receipt",
            &["other-key"],
            |it| {
                it.device_by = THIEF;
                it.enrolment.public_key = key(THIEF).public();
                it.certificate.public_key = key(THIEF).public();
            },
        ),
    ]
}

/// A key that was closed vouches for nothing: not for what it signed in its time, since nobody can tell that from what
/// whoever has it signs now.
fn closed_keys(good: &Forge) -> Vec<Case> {
    let by_the_closed_key = |it: &mut Forge| {
        (it.certificate_by, it.receipt_by, it.arrival_by) = (RECEIPTS, RECEIPTS, RECEIPTS);
    };
    vec![
        otherwise(good, "as it was signed before the key was closed", &["closed-key"], by_the_closed_key),
        otherwise(good, "a receipt by a closed key", &["closed-key"], |it| it.receipt_by = RECEIPTS),
        otherwise(good, "a photo's receipt by a closed key", &["closed-key"], |it| it.arrival_by = RECEIPTS),
        otherwise(good, "a certificate by a closed key", &["closed-key"], |it| it.certificate_by = RECEIPTS),
        otherwise(good, "wholly forged by a thief of a closed key, and backdated", &["closed-key"], |it| {
            by_the_closed_key(it);
            it.device_by = THIEF;
            it.enrolment.public_key = key(THIEF).public();
            it.certificate.public_key = key(THIEF).public();
            it.receipt.device_key = key(THIEF).public();
            it.receipt.leaf_index = 0;
        }),
        otherwise(good, "a closed key, and a signer exchanged", &["closed-key", "other-key"], |it| {
            by_the_closed_key(it);
            it.receipt.device_key = key(THIEF).public();
        }),
        otherwise(good, "a receipt from before the device was let in", &["before-enrolment"], |it| {
            it.receipt.received_at = at(10);
        }),
        otherwise(good, "a photo's receipt from before the device was let in", &["before-enrolment"], |it| {
            it.arrival.received_at = at(10);
        }),
    ]
}

/// What the root key may and may not say, and other root keys.
fn directories(good: &Forge) -> Vec<Case> {
    let entries = |it: &Forge| it.directories[1].receipt_keys.iter().copied().collect::<Vec<VerifyingKey>>();
    vec![
        otherwise(good, "wholly forged below a root key of somebody's own", &["root"], |it| {
            it.root_by = THIEF;
            for directory in &mut it.directories {
                directory.root_key = key(THIEF).public();
            }
        }),
        otherwise(good, "the true root key named, another signs", &["unknown-key"], |it| it.root_by = THIEF),
        otherwise(good, "no recovery key", &["directory"], |it| {
            it.directories[1].recipients.retain(|entry| entry.name != Team::Recovery);
        }),
        otherwise(good, "a team twice", &["directory"], |it| {
            let again = it.directories[1].recipients[0].clone();
            it.directories[1].recipients.push(again);
        }),
        otherwise(good, "a receipt key that is the root key too", &["directory"], |it| {
            let mut all = entries(it);
            all[1] = key(ROOT).public();
            it.directories[1].receipt_keys = all.try_into().unwrap();
        }),
        otherwise(good, "no receipt key", &["directory"], |it| {
            it.directories[1].receipt_keys = Vec::new().try_into().unwrap();
        }),
        otherwise(good, "the closed receipt key in use again", &["succession"], |it| {
            let mut all = entries(it);
            all.reverse();
            it.directories[1].receipt_keys = all.try_into().unwrap();
        }),
        otherwise(good, "a directory under another's epoch", &["directory"], |it| it.directories[1].epoch = 3),
        unlinked(good, "a directory that follows another", &["succession"], |it| {
            it.directories[1].previous = vec![Digest::of(b"another")];
        }),
        otherwise(good, "a receipt key forgotten", &["succession"], |it| {
            it.directories[1].receipt_keys = ReceiptKeys::new(key(NEXT_RECEIPTS).public());
        }),
        otherwise(good, "a vocabulary that jumps", &["succession"], |it| it.directories[1].vocabulary.version = 9),
        otherwise(good, "a directory that has nothing to do with the record", &["unexpected"], |it| {
            it.operation.sealed.epoch = 2;
        }),
        otherwise(good, "a directory of another municipality after it", &["succession"], |it| {
            it.directories[1].tenant = "GM0363".parse().unwrap();
        }),
    ]
}

/// Parts that are sound by themselves and do not belong together.
fn links(good: &Forge) -> Vec<Case> {
    vec![
        otherwise(good, "a certificate of another municipality", &["other-device", "other-municipality"], |it| {
            it.certificate.tenant = "GM0363".parse().unwrap();
        }),
        unlinked(good, "a certificate for another enrolment", &["other-enrolment"], |it| {
            it.certificate.enrolment = Digest::of(b"another");
        }),
        otherwise(good, "an enrolment that names another key", &["other-enrolment"], |it| {
            it.enrolment.public_key = key(THIEF).public();
        }),
        otherwise(good, "a record in another device's name", &["other-attachment", "other-device"], |it| {
            it.operation.device = DeviceId(id(9));
        }),
        otherwise(good, "a batch in another device's name", &["other-device"], |it| it.batch.device = DeviceId(id(9))),
        otherwise(good, "a receipt for another device", &["other-device"], |it| it.receipt.device = DeviceId(id(9))),
        otherwise(good, "a receipt for another key", &["other-key"], |it| it.receipt.device_key = key(THIEF).public()),
        unlinked(good, "a receipt for another batch", &["other-batch"], |it| it.receipt.batch_hash = Digest::of(b"x")),
        otherwise(good, "a receipt for another place", &["other-batch"], |it| it.receipt.seq = 2),
        otherwise(good, "a receipt for another chain", &["other-batch"], |it| it.receipt.chain = ChainId(id(8))),
        unlinked(good, "a batch that lists another record", &["listing", "other-batch"], |it| {
            it.batch.operations[0].sha256 = Digest::of(b"another");
        }),
        unlinked(good, "a batch that lists the record under another name", &["listing", "other-batch"], |it| {
            it.batch.operations[0].operation = OperationId(id(7));
        }),
        otherwise(good, "a batch that leaves out the photo", &["listing"], |it| it.batch.attachments.clear()),
        otherwise(good, "a batch of another schema", &["record"], |it| it.batch.schema = 2),
        otherwise(good, "more photos counted than named", &["record"], |it| {
            let OpenPart::Observation(open) = &mut it.operation.open else { panic!("an observation") };
            open.attachment_count = 2;
        }),
        otherwise(good, "sealed to a team that is not the level's", &["record"], |it| {
            it.operation.sealed.recipients = vec![Team::Care, Team::Recovery];
        }),
        file("another sealed part", "hash", "sealed.age", bytes("age file of a tezt")),
        file("a sealed part cut off", "hash", "sealed.age", bytes("age file")),
    ]
}

fn attachments(good: &Forge) -> Vec<Case> {
    let (photo, other) = (Digest::of(PHOTO), Digest::of(b"another photo"));
    let (own, proof) = (format!("attachments/{photo}.age"), format!("attachments/{photo}.receipt.dsse.json"));
    let mut arrival = good.arrival.clone();
    arrival.sha256 = other;
    let for_other = signed(AttachmentReceipt::TYPE, &serde_json::to_vec(&arrival).unwrap(), NEXT_RECEIPTS);
    vec![
        file("another photo in its place", "hash", &own, bytes("age file of a phot0")),
        file("no photo", "missing", &own, Change::Removed),
        file("no receipt for the photo", "missing", &proof, Change::Removed),
        file(
            "a photo that the record does not name",
            "unexpected",
            &format!("attachments/{other}.age"),
            bytes("another photo"),
        ),
        file(
            "a receipt for a photo that the record does not name",
            "unexpected",
            &format!("attachments/{other}.receipt.dsse.json"),
            bytes(&for_other),
        ),
        file("the receipt for another photo", "other-attachment", &proof, bytes(&for_other)),
        otherwise(good, "a photo's receipt for another record", &["other-attachment"], |it| {
            it.arrival.operation = OperationId(id(7));
        }),
        otherwise(good, "a photo's receipt for another size", &["other-attachment"], |it| it.arrival.size_bytes += 1),
        otherwise(good, "a photo's receipt for another device", &["other-attachment"], |it| {
            it.arrival.device = DeviceId(id(9));
        }),
    ]
}

/// What must not be refused.
fn sound(good: &Forge) -> Vec<Case> {
    vec![
        says("as it was made", &[], BTreeMap::new()),
        otherwise(good, "set apart", &[], |it| it.receipt.quarantined = true),
        says(
            "the directory it was sealed under was never there",
            &[],
            BTreeMap::from([
                ("keydir-1.dsse.json".to_owned(), Change::Removed),
                ("dossier.json".to_owned(), bytes("{\"dossier\":1,\"keyDirectories\":[2]}\n")),
            ]),
        ),
        otherwise(good, "received under the key in use", &[], |it| {
            (it.receipt_by, it.arrival_by) = (NEXT_RECEIPTS, NEXT_RECEIPTS);
            it.receipt.received_at = at(200);
            it.receipt.leaf_index = 7;
        }),
        otherwise(good, "a retraction", &[], |it| {
            it.operation.action = baken_protocol::record::Action::Retract;
        }),
    ]
}
