//! Texts that were sealed well and are no sealed part: written otherwise than one is, or with two meanings. Whoever
//! opens them with the console and whoever opens them with the backend's program must not read different things.

use serde_json::{Value, json};

use super::case::replaced;
use super::records::Records;
use crate::spellings::spellings;

/// A kind of text, a good one, and what is written otherwise in it: a name, from, to.
type Texts<'a> = (&'a str, &'a Vec<u8>, &'a [(&'a str, &'a str, &'a str)]);

/// `v1-sealed-text-hostile.json`.
pub(crate) fn hostile(records: &Records) -> Value {
    let texts = [
        ("observation", &records.observation_text, OBSERVATION.as_slice()),
        ("inspection", &records.inspection_text, INSPECTION.as_slice()),
    ];
    let of = |(of, text, written): Texts<'_>| {
        let text = std::str::from_utf8(text).unwrap();
        let written = written.iter().map(|(name, from, to)| ((*name).to_owned(), replaced(text, from, to)));
        let case = |(name, text): (String, String)| json!({ "name": format!("{of}: {name}"), "of": of, "text": text });
        written.chain(spellings(text)).map(case).collect::<Vec<Value>>()
    };
    Value::Array(texts.into_iter().flat_map(of).collect())
}

const OBSERVATION: [(&str, &str, &str); 8] = [
    ("the narrative twice", "\"narrative\":", "\"narrative\":\"een\",\"narrative\":"),
    ("the narrative twice, once escaped", "\"narrative\":", "\"n\\u0061rrative\":\"een\",\"narrative\":"),
    ("an unknown member", "\"narrative\":", "\"mood\":\"een\",\"narrative\":"),
    ("half a surrogate pair", "\"pseudonym\":\"P1\"", "\"pseudonym\":\"\\ud83d\""),
    ("minus nothing", "\"longitudeE6\":0", "\"longitudeE6\":-0"),
    ("an answer that is no text", "\"state\":\"gegeven\"", "\"state\":null"),
    ("no persons", ",\"persons\":[", ",\"people\":["),
    ("a source that is none", "\"source\":\"typed\"", "\"source\":{\"typed\":null}"),
];

const INSPECTION: [(&str, &str, &str); 6] = [
    ("a place with an exponent", "\"latitudeE6\":52460812", "\"latitudeE6\":5.2460812e7"),
    ("a place with a fraction", "\"latitudeE6\":52460812", "\"latitudeE6\":52460812.0"),
    ("a place beyond 32 bits", "\"latitudeE6\":52460812", "\"latitudeE6\":4294967296"),
    ("an accuracy below nothing", "\"accuracyMetres\":8", "\"accuracyMetres\":-8"),
    ("an accuracy beyond 32 bits", "\"accuracyMetres\":8", "\"accuracyMetres\":4294967296"),
    ("a name with a line break in it", "\"name\":\"IJM 204\"", "\"name\":\"IJM\n204\""),
];
