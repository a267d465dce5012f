//! What coordinators' browsers hear.

use axum::body::Body;
use axum::http::{Method, Request};
use baken_backend::access::Role;
use baken_backend::accounts::hash_password;
use baken_backend::admin::sign_in;
use baken_backend::storage::{Account, Credential, CredentialKind, InvitedMember, TeamKey, UnitOfWork};
use baken_protocol::digest::Digest;
use baken_protocol::keydir::Team;
use baken_protocol::record::{Action, ConfidentialityLevel, OpenContact, OpenPart};
use baken_protocol::seal::{Identity, wrap_to, wrap_with_passphrase};
use chrono::TimeDelta;
use serde_json::json;
use tower::ServiceExt;

use super::kept::{Answers, Side, ask, named, until_too_many};
use crate::backend::{Answer, Backend};
use crate::console::browser::{Browser, PASSWORD, attempt_from};
use crate::console::casework::{padded, sealed_to};
use crate::console::description::{calls, description};
use crate::console::provider::played::Played;
use crate::console::provider::{as_set, comes_back, left, post};
use crate::console::scene::{account_with, bring, inspection, join_secret, operation, step, within};
use crate::console::second_factor::{code_now, in_force};
use crate::device::{Device, Record};

const PHOTO: &[u8] = b"age file of a photo";
const NOBODYS: &str = "01a217bc-2e0a-74c3-bad4-228a865fac2a";

#[tokio::test]
async fn every_answer_that_browsers_hear_is_as_its_file_says() {
    let backend = Backend::new();
    let mut answers = Answers::of(Side::Console, &backend).await;
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let records = records(&backend, &mut device).await;
    member(&backend);
    let browser = Browser::sign_in_as(&backend, "coordinator").await;
    lists(&mut answers, &browser).await;
    events(&mut answers, &backend, &browser).await;
    one_record(&mut answers, &browser, &records).await;
    acts(&mut answers, &browser, &records).await;
    reports(&mut answers, &browser).await;
    photos(&mut answers, &browser).await;
    invitations(&mut answers, &browser).await;
    devices(&mut answers, &browser, &device).await;
    joining(&mut answers, &backend, &browser).await;
    device_lists(&mut answers, &browser).await;
    members(&mut answers, &browser).await;
    second_factor(&mut answers, &backend, &browser).await;
    provider(&mut answers, &backend).await;
    // Everybody was signed out by that.
    let browser = Browser::sign_in_as(&backend, "coordinator").await;
    not_permitted(&mut answers, &backend).await;
    let signed_in = [("cookie", browser.cookie.clone()), ("x-csrf-token", browser.csrf.clone())];
    answers.keep_refusals(&backend, &signed_in).await;
    account_with(&backend, "derde", "gemeente-velsen", &[Role::Coordinator], vec![ConfidentialityLevel::Team]);
    let other = Browser::sign_in_as(&backend, "derde").await;
    sessions(&mut answers, &backend, &browser).await;
    guessed_too_often(&mut answers, &other).await;
    answers.hold();
}

/// Sees `team` and `zorg`, and has the key of one.
fn member(backend: &Backend) {
    let account = Account {
        login: "coordinator".to_owned(),
        organisation: "gemeente-velsen".parse().unwrap(),
        roles: vec![Role::Coordinator, Role::CareCoordinator, Role::DeviceManager, Role::Administrator],
        levels: vec![ConfidentialityLevel::Team, ConfidentialityLevel::Care],
        admitted: true,
        recipient: "the member's own recipient".to_owned(),
        wrapped_identity: "the member's own age file".to_owned(),
    };
    let (recipient, sealed) = ("the team's recipient".to_owned(), "the team's age file".to_owned());
    let key = TeamKey { team: Team::Coordinators, epoch: 1, recipient, sealed };
    let (hash, now) = (hash_password(PASSWORD).unwrap(), backend.environment.clock.now());
    account_with(backend, "tweede", "gemeente-velsen", &[Role::Coordinator], vec![ConfidentialityLevel::Team]);
    backend.storage.write(|tx| tx.create_account(&account, &hash, &[key], now)).unwrap();
}

/// An inspection, an observation in it with two photos of which one arrived, and one that was taken back.
async fn records(backend: &Backend, device: &mut Device) -> [Record; 3] {
    let visit = inspection(device);
    bring(backend, device, &[&visit]).await;
    backend.pass(TimeDelta::minutes(10));
    let seen = within(device.record(&[PHOTO, b"awaited"]), visit.operation.entity());
    let takes_part = step(device, visit.operation.entity(), &join_secret(), None);
    bring(backend, device, &[&seen, &takes_part]).await;
    assert_eq!(device.patch(backend, Digest::of(PHOTO), 0, PHOTO).await.status, 204);
    backend.pass(TimeDelta::minutes(10));
    let taken_back = device.record(&[]);
    bring(backend, device, &[&taken_back]).await;
    backend.pass(TimeDelta::minutes(10));
    let mut retracts = device.record(&[]);
    retracts.operation.action = Action::Retract;
    retracts.operation.entity = taken_back.operation.entity;
    bring(backend, device, &[&retracts]).await;
    let mut met = device.record(&[]);
    met.operation.open =
        OpenPart::Contact(OpenContact { follow_up: "deze-week".parse().unwrap(), level: ConfidentialityLevel::Team });
    bring(backend, device, &[&met]).await;
    [visit, seen, met]
}

async fn lists(answers: &mut Answers, browser: &Browser<'_>) {
    for path in ["/v1/observations", "/v1/inspections", "/v1/contacts", "/v1/alerts"] {
        answers.keep("GET", path, &browser.get(path).await);
    }
    let pages = "/v1/observations?limit=1&urgency=spoed&order=received";
    answers.keep_as("GET", pages, "a-page", &browser.get(pages).await);
    answers.keep("GET", "/v1/sealed-parts", &browser.get("/v1/sealed-parts?limit=1").await);
    answers.keep("GET", "/v1/records", &browser.get("/v1/records?number=0000-0000").await);
    for path in [
        "/v1/sealed-parts?limit=51&cursor=x&words=x",
        "/v1/records?number=x&order=due",
        "/v1/observations?limit=0&order=urgent&from=gisteren&level=x",
        "/v1/inspections?entity=x&cursor=x",
        "/v1/contacts?limit=0&cursor=x",
    ] {
        answers.keep("GET", path, &browser.get(path).await);
    }
}

async fn events(answers: &mut Answers, backend: &Backend, browser: &Browser<'_>) {
    let path = "/v1/events";
    answers.keep("GET", path, &browser.get(path).await);
    let mut listening = vec![];
    loop {
        let request = Request::get(path).header("cookie", &browser.cookie).body(Body::empty()).unwrap();
        let answer = backend.router().oneshot(request).await.unwrap();
        if answer.status() == 429 {
            break;
        }
        listening.push(answer);
    }
    answers.keep("GET", path, &browser.get(path).await);
}

async fn one_record(answers: &mut Answers, browser: &Browser<'_>, [visit, seen, met]: &[Record; 3]) {
    let (visit, seen, met) = (operation(visit), operation(seen), operation(met));
    let nobodys = format!("{NOBODYS}.{NOBODYS}");
    for (before, record, after) in [
        ("/v1/observations/", &seen, ""),
        ("/v1/inspections/", &visit, ""),
        ("/v1/contacts/", &met, ""),
        ("/v1/operations/", &seen, "/sealed"),
        ("/v1/operations/", &seen, "/evidence"),
    ] {
        for record in [record, &nobodys] {
            let path = format!("{before}{record}{after}");
            answers.keep("GET", &path, &browser.get(&path).await);
        }
    }
}

async fn second_factor(answers: &mut Answers, backend: &Backend, browser: &Browser<'_>) {
    let (path, endings, unread) = ("/v1/second-factor", "/v1/second-factor/endings", json!({ "pin": "1" }));
    answers.keep_as("GET", path, "none", &browser.get(path).await);
    let first = json!({ "code": "123456" });
    answers.keep("PUT", path, &browser.put(path, &first).await);
    answers.keep("PUT", path, &browser.put(path, &json!({})).await);
    answers.keep("PUT", path, &browser.put(path, &unread).await);
    let ending = json!({ "password": PASSWORD, "code": "123456" });
    answers.keep("POST", endings, &browser.post(endings, &ending).await);
    answers.keep("POST", endings, &browser.post(endings, &json!({})).await);
    answers.keep("POST", endings, &browser.post(endings, &unread).await);
    answers.keep("POST", path, &browser.post(path, &json!({ "password": "mis" })).await);
    answers.keep("POST", path, &browser.post(path, &unread).await);
    let password = json!({ "password": PASSWORD });
    let begun = browser.post(path, &password).await;
    answers.keep("POST", path, &begun);
    let secret = begun.json()["secret"].as_str().unwrap().to_owned();
    let code = || json!({ "code": code_now(backend, &secret) });
    answers.keep("PUT", path, &browser.put(path, &code()).await);
    answers.keep("POST", path, &browser.post(path, &password).await);
    answers.keep("GET", path, &browser.get(path).await);
    let without = attempt_from(backend, "127.0.0.1", "coordinator", PASSWORD).await;
    answers.keep("POST", "/v1/sessions", &without);
    backend.pass(TimeDelta::minutes(1));
    let ended = browser.post(endings, &json!({ "password": PASSWORD, "code": code()["code"] })).await;
    answers.keep("POST", endings, &ended);
    let of_another = "/v1/members/tweede/second-factor";
    answers.keep("DELETE", of_another, &browser.delete(of_another).await);
    let held = Credential { secret: String::new(), created_at: backend.environment.clock.now() };
    backend.storage.write(|tx| tx.keep_credential("tweede", CredentialKind::SecondFactor, &held)).unwrap();
    answers.keep("DELETE", of_another, &browser.delete(of_another).await);
    let own = "/v1/members/coordinator/second-factor";
    answers.keep("DELETE", own, &browser.delete(own).await);
}

async fn guessed_too_often(answers: &mut Answers, browser: &Browser<'_>) {
    for (path, guess) in [
        ("/v1/second-factor", json!({ "password": "mis" })),
        ("/v1/second-factor/endings", json!({ "password": "mis", "code": "123456" })),
    ] {
        answers.keep("POST", path, &until_too_many(async || browser.post(path, &guess).await).await);
    }
}

async fn acts(answers: &mut Answers, browser: &Browser<'_>, [_, seen, _]: &[Record; 3]) {
    let path = format!("/v1/observations/{}/acts", operation(seen));
    let takes_on = json!({ "act": "take-on", "expectedActs": 0 });
    answers.keep("POST", &path, &browser.post(&path, &takes_on).await);
    answers.keep("POST", &path, &browser.post(&path, &takes_on).await);
    let passed_on = json!({ "act": "handle", "reason": "passed-on", "passedTo": "nla", "expectedActs": 1 });
    answers.keep_as("POST", &path, "handled", &browser.post(&path, &passed_on).await);
    let again = json!({ "act": "take-on", "expectedActs": 2 });
    answers.keep("POST", &path, &browser.post(&path, &again).await);
    answers.keep("POST", &path, &browser.post(&path, &json!({ "act": "handle", "passedTo": "x" })).await);
    answers.keep("POST", &path, &browser.send(Method::POST, &path, Body::from("{")).await);
    let nobodys = format!("/v1/observations/{NOBODYS}.{NOBODYS}/acts");
    answers.keep("POST", &nobodys, &browser.post(&nobodys, &takes_on).await);
    let listed = "/v1/observations?handling=handled";
    answers.keep_as("GET", listed, "handled", &browser.get(listed).await);
}

async fn reports(answers: &mut Answers, browser: &Browser<'_>) {
    let path = "/v1/reports";
    let by_hand = json!({
        "source": "telephone", "level": "team", "form": "arbeid", "placeKind": "hotel", "urgency": "spoed",
    });
    let made = browser.post(path, &by_hand).await;
    answers.keep("POST", path, &made);
    answers.keep("POST", path, &browser.post(path, &json!({ "source": "dream" })).await);
    answers.keep("POST", path, &browser.send(Method::POST, path, Body::from("[1]")).await);
    let open = browser.get("/v1/observations?handling=all").await.json()["items"].clone();
    let of = |item: &serde_json::Value, expected: u64| {
        let observations = json!([{ "record": item["operation"], "expectedActs": expected }]);
        json!({
            "source": "observations", "form": "arbeid", "placeKind": "hotel", "urgency": "spoed",
            "observations": observations,
        })
    };
    let handled = open.as_array().unwrap().iter().find(|item| item["handling"]["handledAt"].is_string()).unwrap();
    answers.keep("POST", path, &browser.post(path, &of(handled, 0)).await);
    answers.keep("POST", path, &browser.post(path, &of(handled, 2)).await);
    let one = format!("{path}/{}", made.json()["summary"]["report"].as_str().unwrap());
    let steps = format!("{one}/steps");
    let begun = json!({ "state": "assessment", "reason": "begun", "expectedSteps": 0 });
    answers.keep("POST", &steps, &browser.post(&steps, &begun).await);
    answers.keep("POST", &steps, &browser.post(&steps, &begun).await);
    let skips = json!({ "state": "closed", "reason": "confirmed", "expectedSteps": 1 });
    answers.keep("POST", &steps, &browser.post(&steps, &skips).await);
    answers.keep("POST", &steps, &browser.post(&steps, &json!({ "assignTo": "niemand", "reason": "begun" })).await);
    answers.keep("POST", &steps, &browser.send(Method::POST, &steps, Body::from("{")).await);
    answers.keep("GET", &one, &browser.get(&one).await);
    answers.keep("GET", path, &browser.get(path).await);
    answers.keep("GET", path, &browser.get("/v1/reports?state=x").await);
    tasks(answers, browser, &one).await;
    casework(answers, browser, &one).await;
    readers(answers, browser, &one, open[0]["operation"].as_str().unwrap()).await;
    let nobodys = format!("{path}/M-2026-999");
    answers.keep("GET", &nobodys, &browser.get(&nobodys).await);
    answers.keep("POST", &format!("{nobodys}/steps"), &browser.post(&format!("{nobodys}/steps"), &begun).await);
}

async fn tasks(answers: &mut Answers, browser: &Browser<'_>, report: &str) {
    let (plan, end) = (format!("{report}/tasks"), format!("{report}/task-endings"));
    let call = json!({ "expectedSteps": 1, "task": "call", "due": "2027-01-04", "assignTo": "coordinator" });
    let done = json!({ "expectedSteps": 2, "task": 2, "how": "done" });
    let over = json!({ "expectedSteps": 3, "task": 2, "how": "done" });
    answers.keep("POST", &plan, &browser.post(&plan, &call).await);
    answers.keep("POST", &plan, &browser.post(&plan, &call).await);
    answers.keep("POST", &plan, &browser.post(&plan, &json!({ "task": "dream", "due": "morgen" })).await);
    answers.keep("GET", "/v1/tasks", &browser.get("/v1/tasks").await);
    answers.keep("GET", "/v1/tasks", &browser.get("/v1/tasks?of=x").await);
    answers.keep("POST", &end, &browser.post(&end, &done).await);
    answers.keep("POST", &end, &browser.post(&end, &done).await);
    answers.keep("POST", &end, &browser.post(&end, &over).await);
    answers.keep("POST", &end, &browser.post(&end, &json!({ "how": "forgotten" })).await);
    for path in [&plan, &end] {
        answers.keep("POST", path, &browser.send(Method::POST, path, Body::from("{")).await);
        let nobodys = path.replace("M-2026-001", "M-2026-999");
        let order = if path == &plan { &call } else { &done };
        answers.keep("POST", &nobodys, &browser.post(&nobodys, order).await);
    }
}

async fn casework(answers: &mut Answers, browser: &Browser<'_>, report: &str) {
    let (notes, referrals) = (format!("{report}/notes"), format!("{report}/referrals"));
    let (said, texts) = (format!("{report}/referral-answers"), format!("{report}/texts"));
    let text = sealed_to(&Identity::generate(), 2, &padded("x"));
    let note = json!({ "expectedSteps": 3, "note": "note", "text": text });
    let refer = json!({ "expectedSteps": 4, "body": "comensha", "persons": 1, "ground": "consent-registration" });
    let answer = json!({ "expectedSteps": 5, "referral": 5, "answer": "accepted" });
    for (path, order, wrong) in [
        (&notes, &note, json!({ "note": "poem" })),
        (&referrals, &refer, json!({ "body": "geen", "persons": 0, "ground": "wens" })),
        (&said, &answer, json!({ "answer": "perhaps" })),
    ] {
        answers.keep("POST", path, &browser.post(path, order).await);
        answers.keep("POST", path, &browser.post(path, order).await);
        answers.keep("POST", path, &browser.post(path, &wrong).await);
        answers.keep("POST", path, &browser.send(Method::POST, path, Body::from("{")).await);
        let nobodys = path.replace("M-2026-001", "M-2026-999");
        answers.keep("POST", &nobodys, &browser.post(&nobodys, order).await);
    }
    answers.keep("GET", &texts, &browser.get(&texts).await);
    let nobodys = texts.replace("M-2026-001", "M-2026-999");
    answers.keep("GET", &nobodys, &browser.get(&nobodys).await);
}

async fn readers(answers: &mut Answers, browser: &Browser<'_>, report: &str, operation: &str) {
    let of_observation = format!("/v1/observations/{operation}/readers");
    let nobodys = format!("/v1/observations/{NOBODYS}.{NOBODYS}/readers");
    for path in [format!("{report}/readers"), "/v1/reports/M-2026-999/readers".to_owned(), of_observation, nobodys] {
        answers.keep("GET", &path, &browser.get(&path).await);
    }
}

async fn device_lists(answers: &mut Answers, browser: &Browser<'_>) {
    let (planned, settings, lists) = ("/v1/planned-inspections", "/v1/device-settings", "/v1/device-lists");
    let place = json!({
        "kind": "hotel", "district": null, "neighbourhood": "", "name": "Hotel De Pier", "address": "", "postcode": "",
        "berth": "", "imo": "", "mmsi": "", "eni": "", "fishingMark": "", "kvk": "", "bag": "",
    });
    let pier = json!({
        "code": "pier", "name": "Hotels aan zee", "startsAt": "2026-12-03T08:00:00Z", "endsAt": "2026-12-03T12:00:00Z",
        "place": place, "organisations": ["politie"], "ground": "awb-5-15", "note": "",
    });
    let mut wrong = json!({ "expectedVersion": 0, "inspections": [pier, pier] });
    wrong["inspections"][1]["endsAt"] = "2026-12-03T07:00:00Z".into();
    wrong["inspections"][1]["place"]["kind"] = "kasteel".into();
    let right = json!({ "expectedVersion": 0, "inspections": [pier] });
    let phone = |number: &str| json!({ "code": "zorg", "nl": "Zorg", "en": "Care", "number": number, "checked": "" });
    let of =
        |number: &str| json!({ "expectedVersion": 0, "purgeAfterDays": 30, "leaseDays": 0, "phones": [phone(number)] });
    for (path, right, wrong) in [(planned, right, wrong), (settings, of("0255 567 200"), of("*21#"))] {
        answers.keep_as("GET", path, "none", &browser.get(path).await);
        answers.keep("PUT", path, &browser.put(path, &json!([1])).await);
        answers.keep("PUT", path, &browser.put(path, &wrong).await);
        answers.keep("PUT", path, &browser.put(path, &right).await);
        answers.keep("PUT", path, &browser.put(path, &right).await);
        answers.keep("GET", path, &browser.get(path).await);
    }
    answers.keep("GET", lists, &browser.get(lists).await);
}

async fn photos(answers: &mut Answers, browser: &Browser<'_>) {
    for bytes in [PHOTO, b"awaited", b"nobody's"] {
        let path = format!("/v1/attachments/{}/content", Digest::of(bytes));
        answers.keep("GET", &path, &browser.get(&path).await);
    }
}

async fn invitations(answers: &mut Answers, browser: &Browser<'_>) {
    let path = "/v1/invitations";
    let made = browser.post(path, &json!({ "label": "Boa 2", "organisation": "politie" })).await;
    answers.keep("POST", path, &made);
    answers.keep("POST", path, &browser.post(path, &json!({ "label": " ", "organisation": "nergens" })).await);
    answers.keep("POST", path, &browser.send(Method::POST, path, Body::from("[1]")).await);
    answers.keep("GET", path, &browser.get(path).await);
    let one = format!("{path}/{}", made.json()["id"].as_str().unwrap());
    for _ in 0..2 {
        answers.keep("DELETE", &one, &browser.delete(&one).await);
    }
}

/// Somebody without a role is refused whatever needs one.
async fn not_permitted(answers: &mut Answers, backend: &Backend) {
    account_with(backend, "nieuw", "gemeente-velsen", &[], vec![ConfidentialityLevel::Team]);
    let browser = Browser::sign_in_as(backend, "nieuw").await;
    let signed_in = [("cookie", browser.cookie.clone()), ("x-csrf-token", browser.csrf.clone())];
    let description = description(backend).await;
    for call in calls(&description).iter().filter(|call| call.operation["x-permission"].is_string()) {
        let path = named(&call.path);
        answers.keep(&call.method, &path, &ask(backend, call, &path, &signed_in).await);
    }
}

/// Somebody is invited, joins and is let in; then a member changes what is theirs.
async fn joining(answers: &mut Answers, backend: &Backend, browser: &Browser<'_>) {
    let (invitations, joinings, readings) = ("/v1/member-invitations", "/v1/joinings", "/v1/joinings/readings");
    let order = json!({ "login": "vers", "organisation": "nla", "levels": ["team", "zorg"], "roles": ["coordinator"] });
    let enforcement = json!({ "login": "vers", "organisation": "nla", "levels": ["team"], "roles": ["coordinator"] });
    let care = json!({
        "login": "zorg", "organisation": "gemeente-velsen", "levels": ["team", "zorg"], "roles": ["care-coordinator"],
    });
    answers.keep("POST", invitations, &browser.post(invitations, &order).await);
    answers.keep("POST", invitations, &browser.post(invitations, &json!([1])).await);
    let identity = Identity::generate();
    let code = browser.post(invitations, &care).await.json()["code"].clone();
    let joins = own_key(&identity, json!({ "code": code, "password": PASSWORD }));
    assert_eq!(posted(backend, joinings, &joins).await.status, 201);
    let invited = browser.post(invitations, &enforcement).await;
    answers.keep("POST", invitations, &invited);
    answers.keep_as("GET", "/v1/members", "invited", &browser.get("/v1/members").await);
    let code = invited.json()["code"].clone();
    answers.keep("POST", readings, &posted(backend, readings, &json!({ "code": code })).await);
    let joins = own_key(&identity, json!({ "code": code, "password": PASSWORD }));
    answers.keep("POST", joinings, &posted(backend, joinings, &json!({ "code": code })).await);
    answers.keep("POST", joinings, &posted(backend, joinings, &joins).await);
    for path in [joinings, readings] {
        answers.keep("POST", path, &posted(backend, path, &json!([1])).await);
        let unknown = own_key(&identity, json!({ "code": "x", "password": PASSWORD }));
        let unknown = if path == readings { json!({ "code": "x" }) } else { unknown };
        answers.keep("POST", path, &posted(backend, path, &unknown).await);
        let late = json!({ "login": "laat", "organisation": "nla", "levels": [], "roles": ["auditor"] });
        let late = browser.post(invitations, &late).await.json()["code"].clone();
        backend
            .storage
            .write(|tx| tx.invite_member(Digest::of(late.as_str().unwrap().as_bytes()), &run_out()))
            .unwrap();
        let late = if path == readings { json!({ "code": late }) } else { own_key(&identity, json!({ "code": late })) };
        answers.keep("POST", path, &posted(backend, path, &late).await);
    }
    for (path, unknown) in [(readings, json!({ "code": "x" })), (joinings, own_key(&identity, json!({ "code": "x" })))]
    {
        answers.keep("POST", path, &until_too_many(async || posted(backend, path, &unknown).await).await);
    }
    let withdrawn = format!("{invitations}/laat");
    for _ in 0..2 {
        answers.keep("DELETE", &withdrawn, &browser.delete(&withdrawn).await);
    }

    let (admissions, vers) = ("/v1/admissions", "/v1/admissions/vers");
    let admissions_of = vers;
    answers.keep("GET", admissions, &browser.get(admissions).await);
    let sealed = wrap_to("AGE-SECRET-KEY-1", &identity.recipient()).unwrap();
    let share = json!({ "team": "team", "epoch": 1, "recipient": "the team's recipient", "sealed": sealed });
    let given = json!({ "password": PASSWORD, "recipient": identity.recipient().to_string(), "teamKeys": [share] });
    answers.keep(
        "PUT",
        vers,
        &browser.put(vers, &json!({ "password": PASSWORD, "recipient": "age1", "teamKeys": [] })).await,
    );
    answers.keep("PUT", vers, &browser.put(vers, &json!([1])).await);
    let mut unsealed = given.clone();
    unsealed["teamKeys"][0]["sealed"] = "AGE-SECRET-KEY-1".into();
    answers.keep("PUT", vers, &browser.put(vers, &unsealed).await);
    answers.keep("PUT", vers, &browser.put(vers, &given).await);
    answers.keep("PUT", vers, &browser.put(vers, &given).await);
    let sees_less = Browser::sign_in_as(backend, "tweede").await;
    let none = json!({ "password": PASSWORD, "recipient": identity.recipient().to_string(), "teamKeys": [] });
    answers.keep("PUT", "/v1/admissions/zorg", &sees_less.put("/v1/admissions/zorg", &none).await);

    let mut vers = Browser::sign_in_as(backend, "vers").await;
    let (key, password) = ("/v1/member-key", "/v1/password");
    let changed = json!({ "password": PASSWORD, "newPassword": "mosterd trapt zachtjes" });
    for (path, right) in [(key, own_key(&identity, json!({ "password": PASSWORD }))), (password, changed)] {
        let mut wrong = right.clone();
        wrong["password"] = "mis".into();
        answers.keep("PUT", path, &vers.put(path, &json!([1])).await);
        answers.keep("PUT", path, &vers.put(path, &wrong).await);
        let changed = vers.put(path, &right).await;
        answers.keep("PUT", path, &changed);
        vers = vers.with_cookie_of(&changed).await;
    }
    let changing = json!({ "password": "mis", "newPassword": "mosterd trapt zachtjes" });
    let mut guess = given.clone();
    guess["password"] = "mis".into();
    let derde = Browser::sign_in_as(backend, "tweede").await;
    answers.keep("PUT", admissions_of, &until_too_many(async || derde.put(admissions_of, &guess).await).await);
    for (path, wrong) in [(key, own_key(&identity, json!({ "password": "mis" }))), (password, changing)] {
        answers.keep("PUT", path, &until_too_many(async || vers.put(path, &wrong).await).await);
    }
}

/// An invitation that nobody can use any more.
fn run_out() -> InvitedMember {
    InvitedMember {
        login: "laat".to_owned(),
        organisation: "nla".parse().unwrap(),
        roles: vec![Role::Auditor],
        levels: Vec::new(),
        invited_by: "coordinator".to_owned(),
        invited_at: chrono::DateTime::UNIX_EPOCH,
        expires_at: chrono::DateTime::UNIX_EPOCH,
    }
}

fn own_key(identity: &Identity, mut body: serde_json::Value) -> serde_json::Value {
    body["recipient"] = identity.recipient().to_string().into();
    body["wrappedIdentity"] = wrap_with_passphrase(&identity.to_secret_line(), "wachtzin", 2).unwrap().into();
    body
}

/// From a browser in which nobody is signed in.
async fn posted(backend: &Backend, path: &str, body: &serde_json::Value) -> Answer {
    let request = Request::post(path).header("content-type", "application/json");
    backend.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn members(answers: &mut Answers, browser: &Browser<'_>) {
    answers.keep("GET", "/v1/members", &browser.get("/v1/members").await);
    let (own, other, nobodys) = ("/v1/members/coordinator", "/v1/members/tweede", "/v1/members/niemand");
    let roles = |member: &str| format!("{member}/roles");
    for (member, body) in [
        (other, json!({ "roles": ["analyst", "auditor"] })),
        (other, json!({ "roles": ["chef"] })),
        (nobodys, json!({ "roles": ["analyst"] })),
        (own, json!({ "roles": ["analyst"] })),
        (own, json!({ "roles": ["device-manager"] })),
    ] {
        answers.keep("PUT", &roles(member), &browser.put(&roles(member), &body).await);
    }
    answers.keep("PUT", &roles(other), &browser.send(Method::PUT, &roles(other), Body::from("[]")).await);
    for member in [other, nobodys] {
        let sessions = format!("{member}/sessions");
        answers.keep("DELETE", &sessions, &browser.delete(&sessions).await);
    }
    for member in [other, nobodys, own] {
        answers.keep("DELETE", member, &browser.delete(member).await);
    }
}

async fn devices(answers: &mut Answers, browser: &Browser<'_>, device: &Device) {
    answers.keep("GET", "/v1/devices", &browser.get("/v1/devices").await);
    answers.keep("GET", "/v1/devices", &browser.get("/v1/devices?limit=0&cursor=x&order=due").await);
    let path = format!("/v1/devices/{}/revocation", device.id);
    answers.keep("POST", &path, &browser.post(&path, &json!({ "reason": "" })).await);
    answers.keep("POST", &path, &browser.send(Method::POST, &path, Body::from("{")).await);
    answers.keep("POST", &path, &browser.post(&path, &json!({ "reason": "verloren in de haven" })).await);
    let nobodys = format!("/v1/devices/{NOBODYS}/revocation");
    answers.keep("POST", &nobodys, &browser.post(&nobodys, &json!({ "reason": "verloren" })).await);
    let wipe = format!("/v1/devices/{}/wipe-order", device.id);
    answers.keep("POST", &wipe, &browser.post(&wipe, &json!({ "reason": " " })).await);
    answers.keep("POST", &wipe, &browser.send(Method::POST, &wipe, Body::from("{")).await);
    answers.keep("POST", &wipe, &browser.post(&wipe, &json!({ "reason": "gestolen" })).await);
    let nobodys = format!("/v1/devices/{NOBODYS}/wipe-order");
    answers.keep("POST", &nobodys, &browser.post(&nobodys, &json!({ "reason": "gestolen" })).await);
}

/// There and back over a provider, and all that it may come to.
async fn provider(answers: &mut Answers, backend: &Backend) {
    let [ways, departures, returns, codes] =
        ["", "/departures", "/returns", "/codes"].map(|it| format!("/v1/sign-in{it}"));
    let (ways, departures, returns, codes) = (ways.as_str(), departures.as_str(), returns.as_str(), codes.as_str());
    let empty = json!({});
    answers.keep("POST", departures, &post(backend, departures, "", &empty).await);
    let played = Played::start(backend.environment.clock.now()).await;
    let mut set = as_set(&played, backend);
    sign_in::set(&*backend.storage, &backend.environment, &set).await.unwrap();
    let give = |login: &str, name: &str| sign_in::give(&*backend.storage, &backend.environment, login, name).unwrap();
    let asked = Request::get(ways).body(Body::empty()).unwrap();
    answers.keep("GET", ways, &backend.send(asked).await);
    answers.keep("POST", departures, &post(backend, departures, "", &json!({ "x": 1 })).await);
    answers.keep("POST", departures, &post(backend, departures, "", &empty).await);

    let (cookie, with) = left(backend, &played).await;
    answers.keep("POST", returns, &comes_back(backend, &cookie, &empty).await);
    answers.keep("POST", returns, &comes_back(backend, "", &with).await);
    answers.keep("POST", returns, &comes_back(backend, &cookie, &with).await);
    let (cookie, with) = left(backend, &played).await;
    let turned = json!({ "state": with["state"], "error": "access_denied" });
    answers.keep("POST", returns, &comes_back(backend, &cookie, &turned).await);
    let (cookie, mut with) = left(backend, &played).await;
    with["iss"] = "https://elders.example".into();
    answers.keep("POST", returns, &comes_back(backend, &cookie, &with).await);

    account_with(backend, "vierde", "gemeente-velsen", &[Role::Coordinator], vec![ConfidentialityLevel::Team]);
    account_with(backend, "vijfde", "gemeente-velsen", &[Role::Coordinator], vec![ConfidentialityLevel::Team]);
    give("vierde", "248289761001");
    let browser = Browser::sign_in_as(backend, "vierde").await;
    let secret = in_force(backend, &browser).await;
    let (cookie, with) = left(backend, &played).await;
    answers.keep("POST", returns, &comes_back(backend, &cookie, &with).await);
    answers.keep("POST", codes, &post(backend, codes, &cookie, &empty).await);
    answers.keep("POST", codes, &post(backend, codes, "", &json!({ "code": "000000" })).await);
    answers.keep("POST", codes, &post(backend, codes, &cookie, &json!({ "code": "" })).await);
    answers.keep("POST", codes, &post(backend, codes, &cookie, &json!({ "code": "000000" })).await);
    let code = json!({ "code": code_now(backend, &secret) });
    answers.keep("POST", codes, &post(backend, codes, &cookie, &code).await);
    sign_in::take(&*backend.storage, &backend.environment, "vierde").unwrap();
    give("vijfde", "248289761001");
    let (cookie, with) = left(backend, &played).await;
    answers.keep("POST", returns, &comes_back(backend, &cookie, &with).await);
    give("vierde", "een ander");
    *played.says.lock().unwrap() = json!({ "sub": "een ander" });
    let (cookie, with) = left(backend, &played).await;
    comes_back(backend, &cookie, &with).await;
    let guessed = async || post(backend, codes, &cookie, &json!({ "code": "000000" })).await;
    answers.keep("POST", codes, &until_too_many(guessed).await);

    set.only = true;
    sign_in::set(&*backend.storage, &backend.environment, &set).await.unwrap();
    answers.keep("POST", "/v1/sessions", &attempt_from(backend, "127.0.0.1", "vijfde", PASSWORD).await);
    let (cookie, with) = left(backend, &played).await;
    sign_in::end(&*backend.storage, &backend.environment).unwrap();
    answers.keep("POST", returns, &comes_back(backend, &cookie, &with).await);
    sign_in::set(&*backend.storage, &backend.environment, &set).await.unwrap();
    answers.keep("POST", departures, &until_too_many(async || post(backend, departures, "", &empty).await).await);
    sign_in::end(&*backend.storage, &backend.environment).unwrap();
}

async fn sessions(answers: &mut Answers, backend: &Backend, browser: &Browser<'_>) {
    let (path, current) = ("/v1/sessions", "/v1/sessions/current");
    answers.keep("GET", current, &browser.get(current).await);
    answers.keep("GET", "/v1/member-key", &browser.get("/v1/member-key").await);
    answers.keep("DELETE", current, &browser.delete(current).await);
    let leaving = Browser::sign_in_as(backend, "vijfde").await;
    answers.keep("DELETE", path, &leaving.delete(path).await);
    let again = attempt_from(backend, "192.0.2.1", "coordinator", PASSWORD).await;
    answers.keep("POST", path, &again);
    answers.keep("POST", path, &browser.send(Method::POST, path, Body::from("{}")).await);
    answers.keep("POST", path, &attempt_from(backend, "192.0.2.1", "niemand", "geraden").await);
    let guessed = async || attempt_from(backend, "192.0.2.1", "niemand", "geraden").await;
    answers.keep("POST", path, &until_too_many(guessed).await);
}
