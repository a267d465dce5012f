//! Operations that must be refused: an observation with a photo, or an inspection, with one thing wrong.

use baken_protocol::batch::Batch;
use baken_protocol::dsse::{Envelope, Payload};
use baken_protocol::ids::Code;
use baken_protocol::keydir::Team;
use baken_protocol::limits;
use baken_protocol::record::{OpenInspection, OpenObservation, OpenPart, Operation};
use baken_protocol::signature::SigningKey;
use serde_json::Value;

use super::case::{badly_signed, badly_typed, badly_written, message, otherwise_written};
use super::records::Records;
use super::signed;
use crate::keys::key;
use crate::spellings::{TIMES, UUIDS, with};

/// `v1-operation-hostile.json`.
pub(crate) fn hostile(records: &Records) -> Value {
    let device = key(3);
    let good = Envelope::sign(&records.observation, &device).unwrap();
    let later = "application/vnd.baken.operation.v2+json";
    let mut cases = badly_signed::<Operation>(&good, "\"personCount\":1");
    cases.extend(badly_typed::<Operation>(&good, later, Batch::TYPE, &device));
    cases.extend(badly_written::<Operation>(&good, &device, &WRITTEN));
    cases.extend(otherwise_written::<Operation>(&good, &device));
    cases.extend(other_times_and_names(&good, &device));
    let inspection = Envelope::sign(&records.inspection, &device).unwrap();
    cases.extend(badly_written::<Operation>(&inspection, &device, &WRITTEN_INSPECTION));
    cases.extend(out_of_bounds(records));
    cases.extend(inconsistent(records));
    cases.extend(sealed_to_others(records));
    Value::Array(cases)
}

/// Times and ids as general readers of them take them.
fn other_times_and_names(good: &Envelope, device: &SigningKey) -> Vec<Value> {
    let text = std::str::from_utf8(&good.payload).unwrap();
    let case =
        |name: String, text: String| message(&name, "payload", &signed(Operation::TYPE, text.as_bytes(), device));
    let times = TIMES.iter().map(|time| case(format!("seen at {time:?}"), with(text, "observedAt", time)));
    let names = UUIDS.iter().map(|id| case(format!("about {id:?}"), with(text, "operation", id)));
    times.chain(names).collect()
}

const WRITTEN: [(&str, &str, &str); 24] = [
    ("a key twice", "{\"tenant\":", "{\"vocabularyVersion\":2,\"tenant\":"),
    ("a key twice in the open part", "\"personCount\":1", "\"personCount\":1,\"personCount\":0"),
    ("a key twice in the sealed part's reference", "\"epoch\":2", "\"epoch\":2,\"epoch\":1"),
    ("a key twice in an attachment", "\"class\":\"photo\"", "\"class\":\"photo\",\"class\":\"photo\""),
    ("the kind twice", "\"kind\":\"observation\"", "\"kind\":\"observation\",\"kind\":\"inspection\""),
    ("an unknown field", "{\"tenant\":", "{\"extra\":1,\"tenant\":"),
    ("an unknown field in the open part", "\"personCount\":1", "\"personCount\":1,\"name\":\"Piet\""),
    ("an unknown field in the sealed part's reference", "\"epoch\":2", "\"epoch\":2,\"extra\":1"),
    ("an unknown field in an attachment", "\"class\":\"photo\"", "\"class\":\"photo\",\"name\":\"ruim.jpg\""),
    ("an unknown kind", "\"kind\":\"observation\"", "\"kind\":\"contact\""),
    ("another kind's fields", "\"kind\":\"observation\"", "\"kind\":\"inspection\""),
    ("an unknown action", "\"action\":\"create\"", "\"action\":\"delete\""),
    ("an unknown class of attachment", "\"class\":\"photo\"", "\"class\":\"video\""),
    ("an unknown level", "\"level\":\"zorg\"", "\"level\":\"openbaar\""),
    ("sealed to a team that is none", "\"recipients\":[\"zorg\"", "\"recipients\":[\"iedereen\""),
    ("markup for a code", "\"basis\":\"verklaring\"", "\"basis\":\"<b>\""),
    ("a sentence for a code", "\"basis\":\"verklaring\"", "\"basis\":\"Piet zei het\""),
    ("a code too long", "\"basis\":\"verklaring\"", "\"basis\":\"a1234567890123456789012345678901234567890\""),
    ("a negative count", "\"personCount\":1", "\"personCount\":-1"),
    ("a count that is a float", "\"personCount\":1", "\"personCount\":1.0"),
    ("an integer beyond 2^53", "\"epoch\":2", "\"epoch\":9007199254740993"),
    ("a field that is missing", "\"personCount\":1,", ""),
    ("a hash of one digit too many", "\"sealed\":{\"sha256\":\"", "\"sealed\":{\"sha256\":\"0"),
    ("a municipality's code that is none", "\"GM0453\"", "\"gm0453\""),
];

const WRITTEN_INSPECTION: [(&str, &str, &str); 3] = [
    ("a key twice in the open part of an inspection", "\"ground\":", "\"ground\":\"nla\",\"ground\":"),
    ("an unknown field in the open part of an inspection", "\"ground\":", "\"inspector\":\"Piet\",\"ground\":"),
    ("no attachments, not even an empty list", ",\"attachments\":[]", ""),
];

/// Well written, but with sizes or lists that are not allowed.
fn out_of_bounds(records: &Records) -> Vec<Value> {
    let observation = |name: &str, refused: &str, change: &dyn Fn(&mut Operation)| {
        changed(&records.observation, name, refused, change)
    };
    let codes = |count: usize| vec!["a".parse::<Code>().unwrap(); count];
    vec![
        observation("a sealed part of no bytes", "part-size", &|it| it.sealed.size_bytes = 0),
        observation("a sealed part too large", "part-size", &|it| {
            it.sealed.size_bytes = limits::SEALED_PART_BYTES as u64 + 1;
        }),
        observation("an attachment of no bytes", "part-size", &|it| it.attachments[0].size_bytes = 0),
        observation("an attachment too large", "part-size", &|it| {
            it.attachments[0].size_bytes = limits::ATTACHMENT_BYTES + 1;
        }),
        observation("too many attachments, and as many counted", "too-many", &|it| {
            let count = limits::OPERATION_ATTACHMENTS + 1;
            it.attachments = vec![it.attachments[0].clone(); count];
            open_observation(it).attachment_count = u32::try_from(count).unwrap();
        }),
        observation("too many persons", "too-many", &|it| {
            open_observation(it).person_count = u32::try_from(limits::PERSONS).unwrap() + 1;
        }),
        observation("too many forms", "too-many", &|it| open_observation(it).forms = codes(201)),
        observation("too many indicators", "too-many", &|it| open_observation(it).indicators = codes(201)),
        observation("too many actions", "too-many", &|it| open_observation(it).actions = codes(201)),
        changed(&records.inspection, "too many organisations", "too-many", &|it| {
            open_inspection(it).organisations = codes(51);
        }),
    ]
}

/// Each part is allowed, but they do not fit each other.
fn inconsistent(records: &Records) -> Vec<Value> {
    let inspection =
        |name: &str, change: &dyn Fn(&mut Operation)| changed(&records.inspection, name, "inconsistent", change);
    let observation =
        |name: &str, change: &dyn Fn(&mut Operation)| changed(&records.observation, name, "inconsistent", change);
    vec![
        observation("an attachment that is not counted", &|it| open_observation(it).attachment_count = 0),
        observation("an attachment counted that is not there", &|it| open_observation(it).attachment_count = 2),
        observation("counted but none there", &|it| it.attachments.clear()),
        inspection("an inspection with an attachment", &|it| {
            it.attachments.clone_from(&records.observation.attachments);
        }),
        inspection("an inspection that belongs to another", &|it| it.inspection = Some(records.observation.entity())),
        observation("an observation that belongs to itself", &|it| it.inspection = Some(it.entity())),
        observation("an attachment twice, and counted twice", &|it| {
            it.attachments.push(it.attachments[0].clone());
            open_observation(it).attachment_count = 2;
        }),
    ]
}

/// The observation is for care coordinators: sealed to anybody else, it would be read by others or by nobody.
fn sealed_to_others(records: &Records) -> Vec<Value> {
    let case = |name: &str, recipients: Vec<Team>| {
        changed(&records.observation, name, "recipients", &|it| it.sealed.recipients.clone_from(&recipients))
    };
    vec![
        case("sealed to nobody", vec![]),
        case("sealed without the recovery key", vec![Team::Care]),
        case("sealed to the recovery key alone", vec![Team::Recovery]),
        case("sealed to the team of another level", vec![Team::Coordinators, Team::Recovery]),
        case("sealed to another team as well", vec![Team::Care, Team::Coordinators, Team::Recovery]),
        case("sealed to a team twice", vec![Team::Care, Team::Care, Team::Recovery]),
        changed(&records.observation, "sealed under no key directory", "recipients", &|it| it.sealed.epoch = 0),
    ]
}

fn changed(good: &Operation, name: &str, refused: &str, change: &dyn Fn(&mut Operation)) -> Value {
    let mut operation = good.clone();
    change(&mut operation);
    message(name, refused, &Envelope::sign(&operation, &key(3)).unwrap())
}

fn open_observation(operation: &mut Operation) -> &mut OpenObservation {
    match &mut operation.open {
        OpenPart::Observation(open) => open,
        OpenPart::Inspection(_) | OpenPart::Participation(_) | OpenPart::Contact(_) => panic!("an observation"),
    }
}

fn open_inspection(operation: &mut Operation) -> &mut OpenInspection {
    match &mut operation.open {
        OpenPart::Inspection(open) => open,
        OpenPart::Observation(_) | OpenPart::Participation(_) | OpenPart::Contact(_) => panic!("an inspection"),
    }
}
