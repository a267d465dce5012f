//! What devices are given to work with: a list of each kind with its content, and what must be refused.

use baken_protocol::catalogue::{Catalogue, CatalogueKind, ContentReference};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, Payload};
use chrono::TimeDelta;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::case::{badly_signed, badly_typed, badly_written, message, otherwise_written};
use super::{at, frozen};
use crate::keys::key;

/// Signs what devices are given to work with.
const CONTENT: u8 = 4;

/// `v1-catalogue-good.json` and `v1-catalogue-hostile.json`.
pub(crate) fn vectors() -> [Value; 2] {
    [good(), hostile()]
}

const CONTENTS: [(CatalogueKind, &str); 4] = [
    (
        CatalogueKind::Cards,
        r#"{"cards":[{"code":"rechten","group":"show","texts":[{"language":"nl","title":"Uw rechten","summary":"","blocks":[{"kind":"paragraph","text":"U mag nee zeggen."}]},{"language":"pl","title":"Prawa","summary":"","blocks":[{"kind":"paragraph","text":"Może Pan/Pani powiedzieć „nie”."}]}],"calls":["112"],"source":"Gemeente Velsen"}]}"#,
    ),
    (
        CatalogueKind::Inspections,
        r#"{"inspections":[{"code":"halkade","name":"Vishallen","startsAt":"2026-09-22T07:00:00Z","endsAt":"2026-09-22T11:00:00Z","place":{"kind":"visverwerking","address":"Halkade 4","name":"Vishallen"},"organisations":["gemeente-velsen","politie"],"ground":"awb-5-15","note":""}]}"#,
    ),
    (
        CatalogueKind::Places,
        r#"{"places":[{"kind":"vissersschip","fishingMark":"IJM 204","name":"IJM 204"},{"kind":"hotel","name":"Hotel De Pier","postcode":"1976 EF","stars":4}],"made":"by a later version"}"#,
    ),
    (
        CatalogueKind::Settings,
        r#"{"phones":[{"code":"zorgcoordinator","nl":"Zorgcoördinator","en":"Care coordinator","number":"+31 255 567 200","checked":"2 nov"}]}"#,
    ),
];

fn catalogue(kind: CatalogueKind, content: &[u8]) -> Catalogue {
    Catalogue {
        tenant: "GM0453".parse().unwrap(),
        kind: kind.code(),
        version: 1_790_000_200,
        issued_at: at(200),
        not_after: at(200) + TimeDelta::days(366),
        content: ContentReference { sha256: Digest::of(content), size_bytes: u32::try_from(content.len()).unwrap() },
    }
}

fn good() -> Value {
    let mut good = json!({ "contentKey": data_encoding::BASE64.encode(key(CONTENT).public().as_bytes()) });
    for (kind, content) in CONTENTS {
        let mut one = frozen(&Envelope::sign(&catalogue(kind, content.as_bytes()), &key(CONTENT)).unwrap());
        one["content"] = content.into();
        good[kind.name()] = one;
    }
    good
}

fn hostile() -> Value {
    let (kind, content) = CONTENTS[2];
    let good = catalogue(kind, content.as_bytes());
    let signed = |catalogue: &Catalogue| Envelope::sign(catalogue, &key(CONTENT)).unwrap();
    let envelope = signed(&good);
    let sized = |size_bytes| Catalogue { content: ContentReference { size_bytes, ..good.content }, ..good.clone() };
    let mut cases = badly_signed::<Catalogue>(&envelope, "\"version\":1790000200");
    let other = "application/vnd.baken.keydir.v1+json";
    cases.extend(badly_typed::<Catalogue>(&envelope, "application/vnd.baken.catalogue.v2+json", other, &key(CONTENT)));
    cases.extend(otherwise_written::<Catalogue>(&envelope, &key(CONTENT)));
    let hash = HEXLOWER.encode(Digest::of(content.as_bytes()).as_bytes());
    cases.extend(badly_written::<Catalogue>(
        &envelope,
        &key(CONTENT),
        &[
            ("a member more", "\"kind\":", "\"note\":1,\"kind\":"),
            ("a member less", "\"version\":1790000200,", ""),
            ("a version that is a text", "\"version\":1790000200", "\"version\":\"1790000200\""),
            ("a version below nothing", "\"version\":1790000200", "\"version\":-1"),
            ("a kind that is no code", "\"kind\":\"places\"", "\"kind\":\"places \""),
            ("a hash too short", &hash, &hash[2..]),
            ("a time without its zone", "\"issuedAt\":\"", "\"issuedAt\":\"x"),
        ],
    ));
    let elsewhere = Catalogue { tenant: "GM0392".parse().unwrap(), ..good.clone() };
    cases.extend([
        message("signed by the receipt key", "unknown-key", &Envelope::sign(&good, &key(2)).unwrap()),
        message("signed by the root key", "unknown-key", &Envelope::sign(&good, &key(1)).unwrap()),
        message("another municipality's", "tenant", &signed(&elsewhere)),
        message("of no version", "term", &signed(&Catalogue { version: 0, ..good.clone() })),
        message("over when it begins", "term", &signed(&Catalogue { not_after: good.issued_at, ..good.clone() })),
        message("over before it begins", "term", &signed(&Catalogue { not_after: at(100), ..good.clone() })),
        message("of no size", "size", &signed(&sized(0))),
        message("larger than any", "size", &signed(&sized(3 * 1024 * 1024 + 1))),
    ]);
    assert_eq!(Catalogue::TYPE, "application/vnd.baken.catalogue.v1+json");
    let read = |name: &str, kind: CatalogueKind, content: &str| json!({ "name": name, "refused": "content", "kind": kind.name(), "content": content });
    let place = r#"{"kind":"hotel","name":"De Pier"}"#;
    cases.extend([
        read("no list", CatalogueKind::Places, "[]"),
        read("a list of another kind", CatalogueKind::Places, r#"{"cards":[]}"#),
        read("a member twice", CatalogueKind::Places, r#"{"places":[],"places":[]}"#),
        read("a fraction", CatalogueKind::Places, &format!(r#"{{"places":[{place}],"scale":1.5}}"#)),
        read("something after it", CatalogueKind::Places, r#"{"places":[]} {}"#),
        read("a place that says nothing", CatalogueKind::Places, r#"{"places":[{"kind":"hotel"}]}"#),
        read("a place of no kind", CatalogueKind::Places, r#"{"places":[{"name":"De Pier"}]}"#),
        read(
            "a text longer than any",
            CatalogueKind::Places,
            &format!(r#"{{"places":[{{"kind":"hotel","name":"{}"}}]}}"#, "x".repeat(2_001)),
        ),
        read("a card without a text", CatalogueKind::Cards, r#"{"cards":[{"code":"a","group":"show","texts":[]}]}"#),
        read(
            "one that ends before it begins",
            CatalogueKind::Inspections,
            &CONTENTS[1].1.replace("T11:00:00Z", "T06:00:00Z"),
        ),
        read(
            "a number that a dialler obeys",
            CatalogueKind::Settings,
            &CONTENTS[3].1.replace("+31 255 567 200", "*21*0612345678#"),
        ),
        read("a telephone number too long", CatalogueKind::Settings, &CONTENTS[3].1.replace("200", "20012345")),
    ]);
    Value::Array(cases)
}
