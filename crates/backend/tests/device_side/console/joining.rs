//! Members who are made in the console: invited, joined, let in by somebody who reads; and what a member changes of their own.

use axum::body::Body;
use axum::http::Request;
use baken_backend::access::Role;
use baken_backend::storage::{TeamKey, UnitOfWork};
use baken_protocol::record::ConfidentialityLevel::{Care, Team};
use baken_protocol::seal::{Identity, KeyFingerprint, wrap_to, wrap_with_passphrase};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::browser::{Browser, PASSWORD, attempt_from, backend};
use super::scene::{account_with, audited, text};
use crate::backend::{Answer, Backend};

const CHOSEN: &str = "mosterd trapt zachtjes";

/// What whoever is invited is to be.
fn order(login: &str) -> Value {
    json!({ "login": login, "organisation": "gemeente-velsen", "levels": ["team"], "roles": ["coordinator"] })
}

async fn invited(boss: &Browser<'_>, order: &Value) -> String {
    let invited = boss.post("/v1/member-invitations", order).await;
    assert_eq!(invited.status, 201, "{}", invited.json());
    let invited = invited.json();
    assert!(text(&invited["link"]).ends_with(&format!("/join#{}", text(&invited["code"]))));
    text(&invited["code"])
}

async fn posted(backend: &Backend, path: &str, body: &Value) -> Answer {
    let request = Request::post(path).header("content-type", "application/json").header("x-forwarded-for", "10.0.0.9");
    backend.send(request.body(Body::from(body.to_string())).unwrap()).await
}

fn joining(code: &str, identity: &Identity) -> Value {
    let wrapped = wrap_with_passphrase(&identity.to_secret_line(), "wachtzin", 2).unwrap();
    let recipient = identity.recipient().to_string();
    json!({ "code": code, "password": PASSWORD, "recipient": recipient, "wrappedIdentity": wrapped })
}

async fn joined(backend: &Backend, boss: &Browser<'_>, order: &Value) -> Identity {
    let (code, identity) = (invited(boss, order).await, Identity::generate());
    let answer = posted(backend, "/v1/joinings", &joining(&code, &identity)).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (201, json!({ "login": order["login"], "waits": true })));
    identity
}

/// Hands `login` the key of `team`, as `init` does.
fn holds(backend: &Backend, login: &str, team: &str, epoch: u64) {
    let key = TeamKey {
        team: team.parse().unwrap(),
        epoch,
        recipient: format!("recipient of {team}"),
        sealed: "an age file".to_owned(),
    };
    backend.storage.write(|tx| tx.hand_team_key(login, &key)).unwrap();
}

fn given(to: &Identity, keys: &[(&str, u64)]) -> Value {
    let sealed = wrap_to("AGE-SECRET-KEY-1", &to.recipient()).unwrap();
    let share = |(team, epoch): &(&str, u64)| json!({ "team": team, "epoch": epoch, "recipient": format!("recipient of {team}"), "sealed": sealed });
    json!({
        "password": PASSWORD,
        "recipient": to.recipient().to_string(),
        "teamKeys": keys.iter().map(share).collect::<Vec<_>>(),
    })
}

fn wrong(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.refusal(), (400, "invalid".into()));
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    errors.iter().map(|error| format!("{} {}", text(&error["field"]), text(&error["code"]))).collect()
}

#[tokio::test]
async fn whoever_is_invited_joins_and_reads_once_a_member_let_them_in() {
    let backend = backend();
    let boss = Browser::sign_in(&backend).await;
    for team in ["team", "eigen:gemeente-velsen"] {
        holds(&backend, "coordinator", team, 1);
    }
    let code = invited(&boss, &order("nieuw")).await;
    assert_eq!(boss.json("/v1/members").await["invitations"][0]["login"], "nieuw");
    let what =
        posted(&backend, "/v1/joinings/readings", &json!({ "code": format!(" {} ", code.to_uppercase()) })).await;
    assert_eq!(
        (what.status.as_u16(), &what.json()["login"], &what.json()["roles"]),
        (201, &json!("nieuw"), &json!(["coordinator"]))
    );

    let identity = Identity::generate();
    assert_eq!(posted(&backend, "/v1/joinings", &joining(&code, &identity)).await.status, 201);
    assert_eq!(boss.json("/v1/members").await["invitations"], json!([]));
    let new = Browser::sign_in_as(&backend, "nieuw").await;
    let session = new.json("/v1/sessions/current").await;
    assert_eq!((&session["waits"], &session["permissions"]), (&json!(true), &json!(["read-devices"])));
    assert_eq!(new.get("/v1/observations").await.refusal(), (403, "not-permitted".into()));
    assert_eq!(new.json("/v1/member-key").await["teamKeys"], json!([]));

    let waiting = boss.json("/v1/admissions").await["waiting"].clone();
    let lacks = json!([
        { "team": "eigen:gemeente-velsen", "epoch": 1, "recipient": "recipient of eigen:gemeente-velsen" },
        { "team": "team", "epoch": 1, "recipient": "recipient of team" },
    ]);
    assert_eq!((&waiting[0]["lacks"], &waiting[0]["mayBeAdmitted"]), (&lacks, &json!(true)));
    assert_eq!(waiting[0]["recipient"], json!(identity.recipient().to_string()));
    let keys = given(&identity, &[("team", 1), ("eigen:gemeente-velsen", 1)]);
    let admitted = boss.put("/v1/admissions/nieuw", &keys).await;
    assert_eq!((admitted.status.as_u16(), &admitted.json()["keys"]), (200, &json!(2)));
    assert_eq!(new.get("/v1/observations").await.status, 200, "from the next request on");
    assert_eq!(new.json("/v1/member-key").await["teamKeys"].as_array().unwrap().len(), 2);
    assert_eq!(boss.json("/v1/admissions").await["waiting"], json!([]));
    assert_eq!(boss.put("/v1/admissions/nieuw", &keys).await.refusal(), (404, "not-found".into()), "waits no more");
    assert_eq!(
        audited(&backend, "invite-member", 1),
        ["coordinator account nieuw gemeente-velsen team coordinator ok"]
    );
    assert_eq!(
        audited(&backend, "join", 1),
        [format!("nieuw account nieuw {} ok", KeyFingerprint::of(&identity.recipient()))]
    );
    let fingerprint = KeyFingerprint::of(&identity.recipient());
    assert_eq!(
        audited(&backend, "admit", 2),
        [
            format!("coordinator account nieuw {fingerprint} team@1,eigen:gemeente-velsen@1 ok"),
            format!("coordinator account nieuw {fingerprint} not-found"),
        ]
    );
}

#[tokio::test]
async fn an_invitation_says_all_that_is_wrong_with_it_and_takes_no_login_that_there_ever_was() {
    let backend = backend();
    let boss = Browser::sign_in(&backend).await;
    let nothing = boss.post("/v1/member-invitations", &json!({})).await;
    assert_eq!(wrong(&nothing), ["login required", "organisation required", "roles required"]);
    let care = json!({ "login": "Jan", "organisation": "politie", "levels": ["zorg"], "roles": ["care-coordinator"] });
    assert_eq!(
        wrong(&boss.post("/v1/member-invitations", &care).await),
        ["login invalid", "levels unknown", "roles unknown"]
    );
    account_with(&backend, "weg", "gemeente-velsen", &[Role::Analyst], vec![Team]);
    assert_eq!(boss.delete("/v1/members/weg").await.status, 200);
    assert_eq!(wrong(&boss.post("/v1/member-invitations", &order("weg")).await), ["login taken"]);
    let unknown = boss.post("/v1/member-invitations", &json!({ "admitted": true })).await;
    assert_eq!(unknown.refusal(), (400, "malformed".into()));
}

#[tokio::test]
async fn a_code_counts_once_for_a_week_until_it_is_withdrawn_or_made_anew() {
    let backend = backend();
    let boss = Browser::sign_in(&backend).await;
    let reading = |code: String| posted_owned(&backend, code);
    let (first, second) = (invited(&boss, &order("nieuw")).await, invited(&boss, &order("nieuw")).await);
    assert_eq!(reading(first).await.refusal(), (403, "code-unknown".into()), "made anew");
    assert_eq!(reading(second.clone()).await.status, 201);
    assert_eq!(boss.delete("/v1/member-invitations/nieuw").await.status, 204);
    assert_eq!(boss.delete("/v1/member-invitations/nieuw").await.refusal(), (404, "not-found".into()));
    let withdrawn = posted(&backend, "/v1/joinings", &joining(&second, &Identity::generate())).await;
    assert_eq!(withdrawn.refusal(), (403, "code-unknown".into()));

    let late = invited(&boss, &order("nieuw")).await;
    backend.pass(TimeDelta::days(7));
    assert_eq!(reading(late.clone()).await.refusal(), (410, "code-expired".into()));
    let late = posted(&backend, "/v1/joinings", &joining(&late, &Identity::generate())).await;
    assert_eq!(late.refusal(), (410, "code-expired".into()));

    let boss = Browser::sign_in(&backend).await;
    let code = invited(&boss, &order("nieuw")).await;
    assert_eq!(posted(&backend, "/v1/joinings", &joining(&code, &Identity::generate())).await.status, 201);
    let again = posted(&backend, "/v1/joinings", &joining(&code, &Identity::generate())).await;
    assert_eq!(again.refusal(), (403, "code-unknown".into()), "used");
    assert_eq!(audited(&backend, "join", 1), ["unknown invitation code-unknown"]);
}

async fn posted_owned(backend: &Backend, code: String) -> Answer {
    posted(backend, "/v1/joinings/readings", &json!({ "code": code })).await
}

#[tokio::test]
async fn whoever_guesses_codes_is_told_to_wait_and_a_slip_beside_a_good_code_is_no_guess() {
    let backend = backend();
    let boss = Browser::sign_in(&backend).await;
    let code = invited(&boss, &order("nieuw")).await;
    for _ in 0..40 {
        let mut slip = joining(&code, &Identity::generate());
        slip["password"] = "kort".into();
        assert_eq!(wrong(&posted(&backend, "/v1/joinings", &slip).await), ["password out-of-range"]);
    }
    let mut answers = Vec::new();
    for _ in 0..40 {
        answers.push(posted(&backend, "/v1/joinings/readings", &json!({ "code": "nietsnut" })).await.status.as_u16());
    }
    assert_eq!((answers[0], answers[39]), (403, 429));
    let good = posted(&backend, "/v1/joinings", &joining(&code, &Identity::generate())).await;
    assert_eq!(good.status, 201, "a good code is still taken");
}

#[tokio::test]
async fn what_joins_is_a_password_that_nobody_guesses_and_a_key_that_a_passphrase_opens() {
    let backend = backend();
    let boss = Browser::sign_in(&backend).await;
    let code = invited(&boss, &order("nieuw")).await;
    let tries = |body: Value| {
        let backend = &backend;
        async move { wrong(&posted(backend, "/v1/joinings", &body).await) }
    };
    let empty = tries(json!({ "code": code })).await;
    assert_eq!(empty, ["password required", "recipient required", "wrappedIdentity required"]);
    let identity = Identity::generate();
    let good = joining(&code, &identity);
    let with = |field: &str, value: &str| {
        let mut body = good.clone();
        body[field] = value.into();
        body
    };
    assert_eq!(tries(with("password", "Wachtwoord2026!")).await, ["password guessable"]);
    assert_eq!(tries(with("password", &"kraan lepel ".repeat(20))).await, ["password too-long"]);
    let recipient = identity.recipient().to_string();
    for other in ["age1", &recipient.to_uppercase(), &format!("{recipient} "), &identity.to_secret_line()] {
        assert_eq!(tries(with("recipient", other)).await, ["recipient invalid"], "{other}");
    }
    let to_keys = wrap_to("AGE-SECRET-KEY-1", &identity.recipient()).unwrap();
    for other in ["geheim", &identity.to_secret_line(), &to_keys] {
        assert_eq!(tries(with("wrappedIdentity", other)).await, ["wrappedIdentity invalid"], "{other}");
    }
    assert_eq!(tries(with("wrappedIdentity", &"x".repeat(3000))).await, ["wrappedIdentity too-long"]);
    assert_eq!(posted(&backend, "/v1/joinings", &good).await.status, 201, "nothing of it was used up");
}

#[tokio::test]
async fn nobody_lets_in_whoever_is_to_see_more_or_under_another_key_or_with_a_key_they_may_not_have() {
    let backend = backend();
    let boss = Browser::sign_in(&backend).await;
    for (login, team) in [("coordinator", "team"), ("coordinator", "zorg")] {
        holds(&backend, login, team, 1);
    }
    let care = json!({ "login": "zorg", "organisation": "gemeente-velsen", "levels": ["team", "zorg"], "roles": ["care-coordinator"] });
    let carer = joined(&backend, &boss, &care).await;
    let beyond = boss.put("/v1/admissions/zorg", &given(&carer, &[("team", 1)])).await;
    assert_eq!(beyond.refusal(), (409, "beyond-yours".into()), "the coordinator sees no care");

    let new = joined(&backend, &boss, &order("nieuw")).await;
    let stale = boss.put("/v1/admissions/nieuw", &given(&Identity::generate(), &[("team", 1)])).await;
    assert_eq!(stale.refusal(), (409, "changed-meanwhile".into()));
    for keys in [&[("zorg", 1)][..], &[("team", 2)], &[("team", 1), ("team", 1)], &[("team", 1), ("recovery", 1)]] {
        let refused = boss.put("/v1/admissions/nieuw", &given(&new, keys)).await;
        assert_eq!(wrong(&refused), ["teamKeys unknown"], "{keys:?}");
    }
    let mut bare = given(&new, &[("team", 1)]);
    bare["teamKeys"][0]["sealed"] = "AGE-SECRET-KEY-1".into();
    assert_eq!(wrong(&boss.put("/v1/admissions/nieuw", &bare).await), ["teamKeys invalid"]);
    let many: Vec<(&str, u64)> = (0..61).map(|epoch| ("team", epoch)).collect();
    assert_eq!(wrong(&boss.put("/v1/admissions/nieuw", &given(&new, &many)).await), ["teamKeys out-of-range"]);
    let reads_nothing = Browser::sign_in_as(&backend, "nieuw").await;
    assert_eq!(reads_nothing.json("/v1/member-key").await["teamKeys"], json!([]), "nothing of it was kept");
    let own = reads_nothing.put("/v1/admissions/nieuw", &given(&new, &[])).await;
    assert_eq!(own.refusal(), (403, "not-permitted".into()), "nobody lets themselves in");
    assert_eq!(
        boss.put("/v1/admissions/niemand", &given(&new, &[("team", 1)])).await.refusal(),
        (404, "not-found".into())
    );
}

#[tokio::test]
async fn another_passphrase_leaves_the_team_keys_and_another_key_waits_for_them_anew() {
    let backend = backend();
    let boss = Browser::sign_in(&backend).await;
    holds(&backend, "coordinator", "team", 1);
    let identity = joined(&backend, &boss, &order("nieuw")).await;
    assert_eq!(boss.put("/v1/admissions/nieuw", &given(&identity, &[("team", 1)])).await.status, 200);
    let (here, elsewhere) =
        (Browser::sign_in_as(&backend, "nieuw").await, Browser::sign_in_as(&backend, "nieuw").await);
    let key = |identity: &Identity, password: &str| {
        let mut body = joining("", identity);
        body.as_object_mut().unwrap().remove("code");
        body["password"] = password.into();
        body
    };
    let guessed = here.put("/v1/member-key", &key(&identity, "geraden")).await;
    assert_eq!(wrong(&guessed), ["password invalid"]);
    let changed = here.put("/v1/member-key", &key(&identity, PASSWORD)).await;
    assert_eq!(changed.status, 204);
    assert_eq!(here.get("/v1/sessions/current").await.status, 401, "whoever copied the cookie has nothing by it");
    let here = here.with_cookie_of(&changed).await;
    assert_eq!(here.json("/v1/member-key").await["teamKeys"].as_array().unwrap().len(), 1);
    assert_eq!(elsewhere.get("/v1/sessions/current").await.status, 401);

    let other = Identity::generate();
    let changed = here.put("/v1/member-key", &key(&other, PASSWORD)).await;
    assert_eq!(changed.status, 204);
    let here = here.with_cookie_of(&changed).await;
    let mine = here.json("/v1/member-key").await;
    assert_eq!((&mine["recipient"], &mine["teamKeys"]), (&json!(other.recipient().to_string()), &json!([])));
    let given_before = backend.storage.read(|tx| tx.teams_ever_given("nieuw")).unwrap();
    assert_eq!(given_before.len(), 1, "whoever leaves has had it");
    assert_eq!(here.get("/v1/observations").await.status, 200, "they were let in before");
    let waiting = boss.json("/v1/admissions").await["waiting"].clone();
    assert_eq!((&waiting[0]["admitted"], &waiting[0]["lacks"][0]["team"]), (&json!(true), &json!("team")));
    assert_eq!(boss.put("/v1/admissions/nieuw", &given(&other, &[("team", 1)])).await.status, 200);
    let fingerprint = KeyFingerprint::of(&other.recipient());
    assert_eq!(audited(&backend, "change-member-key", 1), [format!("nieuw account nieuw {fingerprint} ok")]);
    assert_eq!(
        audited(&backend, "change-passphrase", 2),
        [
            "nieuw account nieuw refused".to_owned(),
            format!("nieuw account nieuw {} ok", KeyFingerprint::of(&identity.recipient()))
        ]
    );
}

#[tokio::test]
async fn another_password_signs_out_every_other_browser() {
    let backend = backend();
    let (here, elsewhere) = (Browser::sign_in(&backend).await, Browser::sign_in(&backend).await);
    let change = |password: &str, chosen: &str| json!({ "password": password, "newPassword": chosen });
    assert_eq!(wrong(&here.put("/v1/password", &json!({})).await), ["password required", "newPassword required"]);
    assert_eq!(wrong(&here.put("/v1/password", &change(PASSWORD, "coordinator2026")).await), ["newPassword guessable"]);
    assert_eq!(wrong(&here.put("/v1/password", &change("geraden", CHOSEN)).await), ["password invalid"]);
    let changed = here.put("/v1/password", &change(PASSWORD, CHOSEN)).await;
    assert_eq!(changed.status, 204);
    let here = here.with_cookie_of(&changed).await;
    assert_eq!(here.get("/v1/sessions/current").await.status, 200);
    assert_eq!(elsewhere.get("/v1/sessions/current").await.status, 401);
    assert_eq!(attempt_from(&backend, "127.0.0.1", "coordinator", PASSWORD).await.status, 401);
    assert_eq!(attempt_from(&backend, "127.0.0.1", "coordinator", CHOSEN).await.status, 201);
}

#[tokio::test]
async fn a_role_that_is_given_later_makes_its_keys_lacking() {
    let backend = backend();
    account_with(&backend, "zorg", "gemeente-velsen", &[Role::CareCoordinator], vec![Team, Care]);
    account_with(&backend, "jan", "gemeente-velsen", &[Role::Coordinator], vec![Team, Care]);
    for (login, team) in [("zorg", "team"), ("zorg", "zorg"), ("jan", "team"), ("coordinator", "team")] {
        holds(&backend, login, team, 1);
    }
    let (boss, carer) = (Browser::sign_in(&backend).await, Browser::sign_in_as(&backend, "zorg").await);
    assert_eq!(carer.json("/v1/admissions").await["waiting"], json!([]));
    assert_eq!(boss.put("/v1/members/jan/roles", &json!({ "roles": ["care-coordinator"] })).await.status, 200);
    let waiting = carer.json("/v1/admissions").await["waiting"].clone();
    assert_eq!((&waiting[0]["login"], &waiting[0]["lacks"][0]["team"]), (&json!("jan"), &json!("zorg")));
    let seen = boss.json("/v1/admissions").await["waiting"].clone();
    assert_eq!((&seen[0]["lacks"], &seen[0]["lacksElsewhere"]), (&json!([]), &json!(["zorg"])), "the boss has it not");
}

#[tokio::test]
async fn whoever_reads_nothing_waits_for_nobody() {
    let backend = backend();
    let boss = Browser::sign_in(&backend).await;
    let order = json!({ "login": "helpdesk", "organisation": "gemeente-velsen", "roles": ["device-manager"] });
    let code = invited(&boss, &order).await;
    let joins = posted(&backend, "/v1/joinings", &joining(&code, &Identity::generate())).await;
    assert_eq!(joins.json()["waits"], json!(false));
    let helpdesk = Browser::sign_in_as(&backend, "helpdesk").await;
    assert_eq!(helpdesk.json("/v1/sessions/current").await["waits"], json!(false));
    assert_eq!(boss.json("/v1/admissions").await["waiting"], json!([]));
    assert_eq!(boss.put("/v1/members/helpdesk/roles", &json!({ "roles": ["coordinator"] })).await.status, 200);
    assert_eq!(helpdesk.get("/v1/observations").await.refusal(), (403, "not-permitted".into()), "nor reads by a role");
    assert_eq!(boss.json("/v1/admissions").await["waiting"][0]["login"], "helpdesk");
}

/// Whoever manages the members makes a second self, and that one gives the first a role that reads.
#[tokio::test]
async fn an_administrator_reads_nothing_by_a_second_self_nor_by_a_role_that_comes_later() {
    let backend = backend();
    let admin = [Role::Administrator];
    account_with(&backend, "beheer", "gemeente-velsen", &admin, vec![Team, Care]);
    let first = Browser::sign_in_as(&backend, "beheer").await;
    let order = json!({ "login": "tweede", "organisation": "gemeente-velsen", "roles": ["administrator"] });
    let code = invited(&first, &order).await;
    let joins = posted(&backend, "/v1/joinings", &joining(&code, &Identity::generate())).await;
    assert_eq!(joins.json()["waits"], json!(true), "for what devices are given to work with");
    let second = Browser::sign_in_as(&backend, "tweede").await;
    let roles = json!({ "roles": ["administrator", "coordinator", "care-coordinator"] });
    let raised = second.put("/v1/members/beheer/roles", &roles).await;
    assert_eq!((raised.status.as_u16(), &raised.json()["waits"]), (200, &json!(true)));
    assert_eq!(first.get("/v1/observations").await.refusal(), (403, "not-permitted".into()));
    assert_eq!(first.get("/v1/admissions").await.refusal(), (403, "not-permitted".into()), "nor lets anybody in");
    assert_eq!(first.get("/v1/members").await.status, 200, "and does what they did");

    // An analyst with the level of care is raised to who reads it: nobody who sees it has vouched for that.
    account_with(&backend, "cijfers", "gemeente-velsen", &[Role::Analyst], vec![Team, Care]);
    let analyst = Browser::sign_in_as(&backend, "cijfers").await;
    assert_eq!(analyst.get("/v1/observations").await.status, 200);
    let raised = second.put("/v1/members/cijfers/roles", &json!({ "roles": ["analyst", "care-coordinator"] })).await;
    assert_eq!(raised.json()["waits"], json!(true));
    assert_eq!(analyst.get("/v1/observations").await.refusal(), (403, "not-permitted".into()));

    // Another task that reads no more than before is nobody's to vouch for.
    account_with(&backend, "jan", "gemeente-velsen", &[Role::Coordinator], vec![Team]);
    let same = second.put("/v1/members/jan/roles", &json!({ "roles": ["coordinator", "device-manager"] })).await;
    assert_eq!(same.json()["waits"], json!(false));
}

#[tokio::test]
async fn an_invitation_is_worth_as_much_as_whoever_made_it() {
    let backend = backend();
    account_with(&backend, "beheer", "gemeente-velsen", &[Role::Administrator], vec![Team]);
    let (boss, leaving) = (Browser::sign_in(&backend).await, Browser::sign_in_as(&backend, "beheer").await);
    let code = invited(&leaving, &order("nieuw")).await;
    assert_eq!(boss.delete("/v1/members/beheer").await.status, 200);
    let joins = posted(&backend, "/v1/joinings", &joining(&code, &Identity::generate())).await;
    assert_eq!(joins.refusal(), (403, "code-unknown".into()));
    assert_eq!(posted_owned(&backend, code).await.refusal(), (403, "code-unknown".into()));
}

#[tokio::test]
async fn letting_in_asks_whether_it_is_still_them_and_gives_what_there_is_to_give() {
    let backend = backend();
    let boss = Browser::sign_in(&backend).await;
    holds(&backend, "coordinator", "team", 1);
    let new = joined(&backend, &boss, &order("nieuw")).await;
    let mut guessed = given(&new, &[("team", 1)]);
    guessed["password"] = "geraden".into();
    assert_eq!(wrong(&boss.put("/v1/admissions/nieuw", &guessed).await), ["password invalid"]);
    guessed.as_object_mut().unwrap().remove("password");
    assert_eq!(wrong(&boss.put("/v1/admissions/nieuw", &guessed).await), ["password required"]);
    let nothing = boss.put("/v1/admissions/nieuw", &given(&new, &[])).await;
    assert_eq!(wrong(&nothing), ["teamKeys unknown"], "there is a key to give");
    assert_eq!(boss.put("/v1/admissions/nieuw", &given(&new, &[("team", 1)])).await.status, 200);
}
