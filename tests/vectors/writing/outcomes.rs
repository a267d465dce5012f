//! Outcomes, and those that must be refused: whoever believed one would be asked what nobody asks, or think that somebody
//! dealt with what nobody has seen.

use baken_protocol::dsse::{Envelope, Payload};
use baken_protocol::ids::{DeviceId, OperationId};
use baken_protocol::limits;
use baken_protocol::outcomes::{ClosedAs, Outcome, OutcomeState, Outcomes, Question};
use baken_protocol::receipt::Receipt;
use serde_json::{Value, json};

use super::case::{badly_signed, badly_typed, badly_written, message, otherwise_written};
use super::{at, frozen, id};
use crate::keys::key;

/// `v1-outcomes-good.json` and `v1-outcomes-hostile.json`: a device asks for what comes after 3 in the log `baken-GM0453`.
pub(crate) fn vectors() -> [Value; 2] {
    let outcome = |number: u32, state: OutcomeState| Outcome {
        operation: OperationId(id(number.into())),
        state: state.code(),
        since: at(i64::from(number)),
        question: None,
        closed_as: None,
    };
    let told = Outcomes {
        tenant: "GM0453".parse().unwrap(),
        device: DeviceId(id(3)),
        log_origin: "baken-GM0453".into(),
        after: 3,
        up_to: 9,
        more: true,
        outcomes: vec![
            Outcome { question: Some(Question::WhichPlace.code()), ..outcome(20, OutcomeState::Question) },
            Outcome { closed_as: Some(ClosedAs::PassedOn.code()), ..outcome(21, OutcomeState::Closed) },
            // Of a later version.
            Outcome {
                state: "prosecuted".parse().unwrap(),
                question: Some("when".parse().unwrap()),
                closed_as: Some("judgement".parse().unwrap()),
                ..outcome(22, OutcomeState::Received)
            },
        ],
    };
    let good = Envelope::sign(&told, &key(2)).unwrap();
    [json!({ "device": told.device, "outcomes": frozen(&good) }), hostile(&told, &good)]
}

fn hostile(told: &Outcomes, good: &Envelope) -> Value {
    let receipt = key(2);
    let by = |name: &str, number: u8| message(name, "unknown-key", &Envelope::sign(told, &key(number)).unwrap());
    let mut cases =
        vec![by("signed by a device", 3), by("signed by the root key", 1), by("signed by the content key", 4)];
    cases.extend(badly_signed::<Outcomes>(good, "\"more\":true"));
    let later = "application/vnd.baken.outcomes.v2+json";
    cases.extend(badly_typed::<Outcomes>(good, later, Receipt::TYPE, &receipt));
    let written = [
        ("a state twice", "\"state\":\"question\"", "\"state\":\"closed\",\"state\":\"question\""),
        ("an unknown field", "{\"tenant\":", "{\"lost\":0,\"tenant\":"),
        ("who deals with it", "\"closedAs\":\"passed-on\"", "\"closedAs\":\"passed-on\",\"holder\":\"agent\""),
        ("more in words", "\"more\":true", "\"more\":\"yes\""),
        ("no question", ",\"question\":\"which-place\"", ""),
        ("a question in words", "\"which-place\"", "\"Waar was dat?\""),
    ];
    cases.extend(badly_written::<Outcomes>(good, &receipt, &written));
    cases.extend(otherwise_written::<Outcomes>(good, &receipt));
    let mut signed = |name: &str, refused: &str, told: Outcomes| {
        cases.push(message(name, refused, &Envelope::sign(&told, &receipt).unwrap()));
    };
    signed("of another municipality", "other", Outcomes { tenant: "GM0392".parse().unwrap(), ..told.clone() });
    signed("of another device", "other", Outcomes { device: DeviceId(id(4)), ..told.clone() });
    signed("more than there are numbers for", "uncounted", Outcomes { up_to: 5, ..told.clone() });
    signed("back to before what was known", "uncounted", Outcomes { up_to: 2, ..told.clone() });
    signed("a number without what it tells", "uncounted", Outcomes { outcomes: vec![], ..told.clone() });
    let nothing = Outcomes { outcomes: vec![], up_to: 3, ..told.clone() };
    signed("nothing, and more of it", "uncounted", nothing);
    let many = told.outcomes.iter().cycle().take(limits::OUTCOMES + 1).cloned().collect();
    signed("more than one message tells", "too-many", Outcomes { up_to: 9_000, outcomes: many, ..told.clone() });
    signed("told before", "elsewhere", Outcomes { after: 2, ..told.clone() });
    signed("some left out before it", "elsewhere", Outcomes { after: 4, ..told.clone() });
    signed("of another log", "elsewhere", Outcomes { log_origin: "baken-GM0453-2".into(), ..told.clone() });
    Value::Array(cases)
}
