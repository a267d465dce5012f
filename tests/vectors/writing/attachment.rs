//! What must be refused inside an attachment's age file: the photo's container with one thing wrong. The age file
//! around it is as that of a sealed part.

use serde_json::Value;

use super::case::{bytes, replaced};
use super::records::Records;
use crate::spellings::spellings;

/// `v1-attachment-hostile.json`.
pub(crate) fn hostile(records: &Records) -> Value {
    let good = records.attachment_container.as_slice();
    let length = u32::from_be_bytes(*good.first_chunk().unwrap()) as usize;
    let (header, content) = good[4..].split_at(length);
    let case = |name: &str, container: &[u8]| bytes(name, "container", container);
    let mut cases = vec![
        case("nothing", &[]),
        case("cut off in the length", &good[..3]),
        case("cut off after the length", &good[..4]),
        case("cut off in the header", &good[..4 + length / 2]),
        case("cut off after the header", &good[..4 + length]),
        case("cut off by one byte", &good[..good.len() - 1]),
        case("a byte left over", &[good, &[0]].concat()),
        case("a header length beyond the end", &container(good.len(), header, content)),
        case("the largest header length", &container(u32::MAX as usize, header, content)),
        case("a header length of nothing", &container(0, header, content)),
        case("a header length one too small", &container(length - 1, header, content)),
        case("a header length one too large", &container(length + 1, header, content)),
        case("the content without a header", content),
    ];
    let text = std::str::from_utf8(header).unwrap();
    let size = format!("\"sizeBytes\":{}", content.len());
    let sized = |bytes: usize| format!("\"sizeBytes\":{bytes}");
    let twice = |first: usize| format!("{},{size}", sized(first));
    for (name, from, to) in [
        ("a size one too small", size.as_str(), sized(content.len() - 1)),
        ("a size one too large", &size, sized(content.len() + 1)),
        ("a size of nothing", &size, sized(0)),
        ("a size that is a float", &size, format!("{size}.0")),
        ("a negative size", &size, "\"sizeBytes\":-1".into()),
        ("no size", &size, "\"size\":1".into()),
        ("the size twice, the last of them true", &size, twice(1)),
        ("the size twice, both of them true", &size, twice(content.len())),
        ("the tenant twice", "{\"tenant\"", "{\"tenant\":\"GM0392\",\"tenant\"".into()),
        (
            "the operation twice, once escaped",
            "\"class\"",
            format!("\"\\u006fperation\":\"{}\",\"class\"", super::id(2)),
        ),
        ("a field nobody knows, twice", "{\"tenant\"", "{\"x\":1,\"x\":2,\"tenant\"".into()),
        ("a municipality's code that is none", "\"GM0453\"", "\"GM453\"".into()),
        ("an unknown class", "\"photo\"", "\"video\"".into()),
        ("bytes after the header, within its length", "}", "}{}".into()),
        ("an unknown member", "}", ",\"taken\":1}".into()),
        ("a word on what is not incomplete", "}", ",\"incomplete\":false}".into()),
    ] {
        let header = replaced(text, from, &to);
        cases.push(case(name, &container(header.len(), header.as_bytes(), content)));
    }
    for (name, header) in spellings(text) {
        cases.push(case(&name, &container(header.len(), header.as_bytes(), content)));
    }
    Value::Array(cases)
}

fn container(length: usize, header: &[u8], content: &[u8]) -> Vec<u8> {
    [&u32::try_from(length).unwrap().to_be_bytes(), header, content].concat()
}
