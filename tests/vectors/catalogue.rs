//! What devices are given to work with, as it was published: read, and what must be refused.

use baken_protocol::catalogue::{self, Catalogue, CatalogueError, CatalogueKind};
use baken_protocol::dsse::{DsseEnvelope, Envelope};
use baken_protocol::signature::VerifyingKey;
use data_encoding::BASE64;
use serde_json::Value;

use super::envelope;
use super::hostile::of_envelope;

fn good() -> Value {
    serde_json::from_str(include_str!("v1-catalogue-good.json")).unwrap()
}

fn read(envelope: Envelope) -> Result<Catalogue, &'static str> {
    let key = BASE64.decode(good()["contentKey"].as_str().unwrap().as_bytes()).unwrap();
    let key = VerifyingKey::parse(&key).unwrap();
    let verified = Catalogue::verify(envelope, &key, &"GM0453".parse().unwrap());
    verified.map(|verified| verified.payload).map_err(|error| reason(&error))
}

fn reason(error: &CatalogueError) -> &'static str {
    match error {
        CatalogueError::Tenant => "tenant",
        CatalogueError::Term => "term",
        CatalogueError::Size => "size",
        CatalogueError::OtherContent => "other-content",
        CatalogueError::Content => "content",
        CatalogueError::Older => "older",
        CatalogueError::Envelope(error) => of_envelope(error),
    }
}

#[test]
fn reads_a_list_of_each_kind_with_its_content() {
    for kind in CatalogueKind::ALL {
        let one = &good()[kind.name()];
        let said = read(envelope(one)).unwrap();
        assert_eq!(envelope(one).digest().to_string(), one["sha256"].as_str().unwrap());
        assert_eq!(said.known_kind(), Some(kind));
        assert_eq!(serde_json::to_vec(&said).unwrap(), envelope(one).payload);
        let content = one["content"].as_str().unwrap().as_bytes();
        said.check_content(content).unwrap();
        assert!(catalogue::check(kind, content).unwrap() > 0);
        let other = CatalogueKind::ALL.into_iter().find(|it| *it != kind).unwrap();
        assert!(said.check_content(good()[other.name()]["content"].as_str().unwrap().as_bytes()).is_err());
    }
}

#[test]
fn refuses_hostile_lists_and_contents() {
    let cases: Value = serde_json::from_str(include_str!("v1-catalogue-hostile.json")).unwrap();
    let cases = cases.as_array().unwrap();
    for case in cases {
        let refused = if let Some(content) = case["content"].as_str() {
            let kind = case["kind"].as_str().unwrap().parse().unwrap();
            catalogue::check(kind, content.as_bytes()).map(drop).map_err(|error| reason(&error))
        } else {
            let dsse: DsseEnvelope = serde_json::from_value(case["dsse"].clone()).unwrap();
            Envelope::try_from(dsse).map_err(|error| of_envelope(&error)).and_then(read).map(drop)
        };
        assert_eq!(refused.err(), case["refused"].as_str(), "{}", case["name"]);
    }
    assert_eq!(cases.len(), 53);
}
