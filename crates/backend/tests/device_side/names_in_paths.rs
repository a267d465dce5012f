//! What is no name is the same problem at every endpoint: each parameter of each path of the description, with whatever
//! is not spelt as such names are.

use axum::body::Body;
use axum::http::Request;
use baken_protocol::limits::POCKET_BYTES;
use serde_json::Value;

use crate::backend::{Answer, Backend};
use crate::console::description::{Call, calls, description};
use crate::console::scene::coordinator;
use crate::device::Device;

const ID: &str = "01a217bc-2e0a-74c3-bad4-228a865fac2a";
const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A name that is spelt as it should be, and some that are not.
fn names(parameter: &str) -> (String, Vec<String>) {
    let simple = ID.replace('-', "");
    let ids = |rest: &str| -> Vec<String> {
        let upper = ID.to_uppercase();
        let short = &ID[..35];
        [
            &upper,
            &format!("%7b{ID}%7d"),
            &format!("urn:uuid:{ID}"),
            &simple,
            short,
            &format!("{ID}0"),
            &format!("%20{ID}"),
        ]
        .map(|id| format!("{id}{rest}"))
        .to_vec()
    };
    let (fine, mut wrong) = match parameter {
        "device" | "chain" | "id" => (ID.to_owned(), ids("")),
        "record" => {
            let second = ids("").into_iter().map(|id| format!("{ID}.{id}"));
            let more =
                [ID.to_owned(), format!("{ID}."), format!(".{ID}"), format!("{ID}.{ID}.{ID}"), format!("{ID}-{ID}")];
            (format!("{ID}.{ID}"), ids(&format!(".{ID}")).into_iter().chain(second).chain(more).collect())
        }
        "login" => {
            let wrong = ["Jan", "jan_b", "jan%20", "jan%2f", "ján", "j".repeat(41).as_str()]
                .map(|it| it.replace('á', "%c3%a1"));
            ("jan".to_owned(), wrong.to_vec())
        }
        "sha256" => (
            HASH.to_owned(),
            vec![
                HASH.to_uppercase(),
                HASH[1..].to_owned(),
                format!("{HASH}00"),
                format!("0x{}", &HASH[2..]),
                ID.into(),
            ],
        ),
        "seq" => {
            let wrong = ["0", "-1", "+1", "01", "1.0", "1e3", "%201", "9007199254740993", "18446744073709551617", "²"];
            ("1".to_owned(), wrong.map(|text| text.replace('²', "%c2%b2")).to_vec())
        }
        "report" => (
            "M-2026-031".to_owned(),
            ["m-2026-031", "M-2026-31", "M-2026-000", "M-26-031", "M-2026-031-1", "M-%202026-031", "M-2026-0031"]
                .map(str::to_owned)
                .to_vec(),
        ),
        other => panic!("{other}: say here how it is spelt"),
    };
    wrong.extend(
        ["%ff", "x", "%00", "null", "%e2%80%8b", "<b>"].map(|text| text.replace('<', "%3c").replace('>', "%3e")),
    );
    // Small letters alone may be somebody's login.
    wrong.retain(|name| parameter != "login" || !["x", "null"].contains(&name.as_str()));
    (fine, wrong)
}

fn parameters<'a>(call: &'a Call<'_>, place: &str) -> Vec<&'a str> {
    let parameters = call.operation["parameters"].as_array().into_iter().flatten();
    parameters.filter(|one| one["in"] == place).map(|one| one["name"].as_str().unwrap()).collect()
}

/// Asks it with `value` for one of its parameters.
async fn ask(backend: &Backend, call: &Call<'_>, named: &str, value: &str, headers: &[(&str, String)]) -> Answer {
    let mut path = call.path.clone();
    for parameter in parameters(call, "path") {
        let value = if parameter == named { value.to_owned() } else { names(parameter).0 };
        path = path.replace(&format!("{{{parameter}}}"), &value);
    }
    let required = |one: &&Value| one["in"] == "query" && one["required"] == true;
    let query = call.operation["parameters"].as_array().into_iter().flatten().filter(required);
    let query: Vec<String> = query.map(|one| format!("{}=0", one["name"].as_str().unwrap())).collect();
    let mut request = Request::builder().method(call.method.as_str()).uri(format!("{path}?{}", query.join("&")));
    let kind = call.media_type().map(|kind| ("content-type", kind.to_owned()));
    for (name, value) in headers.iter().cloned().chain(kind) {
        request = request.header(name, value);
    }
    backend.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn whatever_is_not_spelt_as_such_names_are_is_one_problem_everywhere() {
    let backend = Backend::tireless();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let member = coordinator(&backend).await;
    let headers = [
        ("authorization", format!("Bearer {}", device.token)),
        ("cookie", member.cookie.clone()),
        ("x-csrf-token", member.csrf.clone()),
    ];
    let description = description(&backend).await;
    let (mut seen, mut answers) = (0, std::collections::BTreeSet::new());
    for call in calls(&description) {
        let described = &call.operation["responses"]["400"];
        for parameter in parameters(&call, "path") {
            let (fine, wrong) = names(parameter);
            let answer = ask(&backend, &call, parameter, &fine, &headers).await;
            let refused = answer.status == 400 && call.method != "HEAD" && answer.code() == "bad-request";
            assert!(!refused, "{}: {parameter} is spelt as it should be", call.name());
            for value in wrong {
                let answer = ask(&backend, &call, parameter, &value, &headers).await;
                assert_eq!(answer.status, 400, "{} with {value} for {parameter}", call.name());
                if call.method != "HEAD" {
                    assert!(described["content"]["application/problem+json"].is_object(), "{}", call.name());
                    answers.insert(answer.json().to_string());
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 200, "{seen}");
    let answers: Vec<String> = answers.into_iter().collect();
    let [answer] = &answers[..] else { panic!("one answer, not {answers:?}") };
    assert!(answer.contains("\"bad-request\"") && answer.contains("not spelt"), "{answer}");
    backend.assert_holds();
}

/// Room is asked for before anything else of a large body, by the device that the path names.
#[tokio::test]
async fn a_large_body_for_no_device_is_told_the_same() {
    let backend = Backend::new();
    for device in ["x", "%ff", &ID.to_uppercase()] {
        let request = Request::put(format!("/v1/devices/{device}/chains/{ID}/batches/1"))
            .header("content-type", "application/vnd.baken.push.v1")
            .header("content-length", POCKET_BYTES + 1);
        let answer = backend.send(request.body(Body::from(vec![0; POCKET_BYTES + 1])).unwrap()).await;
        assert_eq!(answer.refusal(), (400, "bad-request".into()), "{device}");
    }
}
