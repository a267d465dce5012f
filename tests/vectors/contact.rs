//! A contact moment and its correction: read as they were published, in no other spelling, and with no photo.

use std::collections::BTreeSet;

use baken_protocol::batch::{CORRECTIONS_SCHEMA, FULL_SCHEMA, SCHEMA, may_list};
use baken_protocol::record::{Action, OpenPart, Operation, RecordKind, SealedContact};
use baken_protocol::seal;
use serde_json::Value;

use super::records::{identity, operation};
use super::{bytes, envelope};

fn good() -> Value {
    serde_json::from_str(include_str!("v1-contact-good.json")).unwrap()
}

fn hostile() -> Value {
    serde_json::from_str(include_str!("v1-contact-hostile.json")).unwrap()
}

#[test]
fn reads_a_contact_moment_and_its_correction() {
    let good = good();
    let names: BTreeSet<&str> = good.as_object().unwrap().keys().map(String::as_str).collect();
    let read = ["keys", "first", "firstSealed", "amended", "amendedSealed"];
    assert_eq!(names, BTreeSet::from(read), "nothing but what is read here");
    for (name, action, reason, schema) in [
        ("first", Action::Create, "", SCHEMA),
        ("amended", Action::Amend, "Het was een andere dag.", CORRECTIONS_SCHEMA),
    ] {
        let operation = operation(&good, name);
        assert_eq!(operation.action, action);
        let OpenPart::Contact(open) = &operation.open else { panic!("a contact moment") };
        assert_eq!(open.follow_up.as_str(), "morgen");
        let text = seal::open(&bytes(&good[format!("{name}Sealed")]), &identity(&good, "careIdentity")).unwrap();
        let said = SealedContact::parse(&text).unwrap();
        assert_eq!((said.reason.as_str(), said.person.id.0.as_u128()), (reason, 7), "the same person in both");
        assert_eq!(said.header.schema, RecordKind::Contact.schema(schema));
        RecordKind::Contact.check_sealed(schema, &text).unwrap();
        assert!(may_list(schema, RecordKind::Contact, action));
        assert!(!may_list(FULL_SCHEMA, RecordKind::Contact, action), "of observations alone there is more to say");
    }
}

#[test]
fn refuses_each_other_spelling_of_a_contact_moment() {
    let hostile = hostile();
    assert!(SealedContact::parse(hostile["text"].as_str().unwrap().as_bytes()).is_ok());
    let cases = hostile["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 7);
    for case in cases {
        assert!(SealedContact::parse(case["text"].as_str().unwrap().as_bytes()).is_err(), "{}", case["name"]);
    }
}

#[test]
fn refuses_a_contact_moment_that_says_what_it_cannot() {
    let hostile = hostile();
    let cases = hostile["operations"].as_array().unwrap();
    assert_eq!(cases.len(), 2);
    for case in cases {
        let operation: Operation = envelope(&case["operation"]).peek().unwrap();
        assert!(operation.check().is_err(), "{}", case["name"]);
    }
}
