//! Who may do what: every call of the console with every role, and every record with every role, organisation and level.

use baken_backend::access::{Permission, Role, may};
use baken_backend::storage::UnitOfWork;
use baken_protocol::record::ConfidentialityLevel::{self, Care, Own, Team};
use serde_json::json;

use super::browser::Browser;
use super::description::{calls, description};
use super::scene::{account_with, at_level, audited, bring, operation};
use crate::backend::Backend;
use crate::device::Device;

/// What everybody may who is signed in: their own session, their own key and password.
const OF_EVERYBODY: [&str; 10] = [
    "readSession",
    "signOut",
    "signOutEverywhere",
    "readMemberKey",
    "replaceMemberKey",
    "replacePassword",
    "readSecondFactor",
    "beginSecondFactor",
    "confirmSecondFactor",
    "endSecondFactor",
];

async fn member<'a>(backend: &'a Backend, login: &str, organisation: &str, roles: &[Role]) -> Browser<'a> {
    account_with(backend, login, organisation, roles, vec![Team, Care, Own]);
    Browser::sign_in_as(backend, login).await
}

#[tokio::test]
async fn every_call_of_a_session_says_what_it_needs_and_no_role_without_that_may() {
    let backend = Backend::new();
    let description = description(&backend).await;
    let calls = calls(&description);
    let calls: Vec<_> = calls.iter().filter(|call| call.schemes().contains(&"session")).collect();
    assert!(calls.len() > 20);
    for role in Role::ALL {
        let login = role.code();
        let mut member = member(&backend, login, "gemeente-velsen", &[role]).await;
        for call in &calls {
            let name = format!("{role}: {}", call.name());
            let id = call.operation["operationId"].as_str().unwrap();
            let headers = [("cookie", member.cookie.clone()), ("x-csrf-token", member.csrf.clone())];
            let answer = call.ask(&backend, "00000000-0000-0000-0000-000000000000", &headers).await;
            if ["signOut", "signOutEverywhere"].contains(&id) {
                member = Browser::sign_in_as(&backend, login).await;
            }
            let refused = answer.status == 403;
            if refused {
                assert_eq!(answer.code(), "not-permitted", "{name}");
            }
            let Some(needed) = call.operation["x-permission"].as_str() else {
                assert!(OF_EVERYBODY.contains(&id), "{} has no rule", call.name());
                assert!(!refused, "{name}");
                continue;
            };
            let needed = Permission::ALL.into_iter().find(|it| it.code() == needed).unwrap();
            assert_eq!(refused, !may(&[role], needed), "{name}");
        }
    }
}

#[tokio::test]
async fn a_record_is_shown_by_role_organisation_and_level_alike_in_a_list_and_by_itself() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let levels = [Team, Care, Own];
    let records: Vec<_> = levels.iter().map(|level| (*level, at_level(&device, *level))).collect();
    bring(&backend, &mut device, &records.iter().map(|(_, record)| record).collect::<Vec<_>>()).await;
    for role in Role::ALL {
        for organisation in ["gemeente-velsen", "gemeente-handhaving", "nla"] {
            let member = member(&backend, &format!("{role}.{organisation}"), organisation, &[role]).await;
            for (level, record) in &records {
                let name = format!("{role} of {organisation}, {level:?}");
                let sees = may(&[role], Permission::ReadRecords) && reaches(role, organisation, *level);
                let operation = operation(record);
                let alone = member.get(&format!("/v1/observations/{operation}")).await;
                assert_eq!(alone.status == 200, sees, "{name}: {}", alone.status);
                let list = member.get("/v1/observations").await;
                assert_eq!(list.json().to_string().contains(&operation), sees, "{name}");
                let sealed = member.get(&format!("/v1/operations/{operation}/sealed")).await;
                let opens = sees && may(&[role], Permission::ReadSealed);
                assert_eq!(sealed.status == 200, opens, "{name}: {}", sealed.status);
            }
        }
    }
}

/// The device is the enforcers'.
fn reaches(role: Role, organisation: &str, level: ConfidentialityLevel) -> bool {
    match level {
        Team => true,
        Care => role == Role::CareCoordinator,
        Own => organisation == "gemeente-handhaving",
    }
}

#[tokio::test]
async fn a_role_is_gone_with_the_next_request() {
    let backend = Backend::new();
    let boss = member(&backend, "beheer", "gemeente-velsen", &[Role::Administrator]).await;
    let jan = member(&backend, "jan", "gemeente-velsen", &[Role::Coordinator]).await;
    assert_eq!(jan.get("/v1/observations").await.status, 200);
    let path = "/v1/members/jan/roles";
    let given = boss.put(path, &json!({ "roles": ["auditor", "device-manager", "auditor"] })).await;
    assert_eq!(given.status, 200, "{}", given.json());
    assert_eq!(given.json()["roles"], json!(["device-manager", "auditor"]), "each once, in one order");
    assert_eq!(jan.get("/v1/observations").await.refusal(), (403, "not-permitted".into()));
    assert_eq!(jan.get("/v1/devices").await.status, 200);
    assert_eq!(audited(&backend, "give-roles", 1), ["beheer account jan device-manager,auditor ok"]);
    assert_eq!(audited(&backend, "overstep", 1), ["jan permission read-records not-permitted"]);
}

#[tokio::test]
async fn whoever_is_ended_is_signed_out_everywhere_and_cannot_come_back() {
    let backend = Backend::new();
    let boss = member(&backend, "beheer", "gemeente-velsen", &[Role::Administrator]).await;
    let jan = member(&backend, "jan", "gemeente-velsen", &[Role::Coordinator]).await;
    let ended = boss.delete("/v1/members/jan").await;
    assert_eq!(ended.status, 200);
    assert!(ended.json()["disabledAt"].is_string());
    assert_eq!(jan.get("/v1/observations").await.refusal(), (401, "not-signed-in".into()));
    let again = super::browser::attempt_from(&backend, "127.0.0.1", "jan", super::browser::PASSWORD).await;
    assert_eq!(again.refusal(), (401, "wrong-credentials".into()));
    let roles = boss.put("/v1/members/jan/roles", &json!({ "roles": ["coordinator"] })).await;
    assert_eq!(roles.refusal(), (404, "not-found".into()), "and is given nothing any more");
    assert_eq!(boss.delete("/v1/members/jan").await.status, 200, "once is as good as twice");
}

#[tokio::test]
async fn every_browser_of_somebody_is_signed_out_and_nobody_elses() {
    let backend = Backend::new();
    let boss = member(&backend, "beheer", "gemeente-velsen", &[Role::Administrator]).await;
    let jan = member(&backend, "jan", "gemeente-velsen", &[Role::Coordinator]).await;
    let at_home = Browser::sign_in_as(&backend, "jan").await;
    assert_eq!(boss.delete("/v1/members/jan/sessions").await.status, 204);
    for browser in [&jan, &at_home] {
        assert_eq!(browser.get("/v1/sessions/current").await.status, 401);
    }
    assert_eq!(boss.get("/v1/members").await.status, 200);
    assert_eq!(boss.delete("/v1/members/niemand/sessions").await.status, 404);
    Browser::sign_in_as(&backend, "jan").await;
}

#[tokio::test]
async fn what_cannot_be_given_is_refused_and_nothing_is_changed() {
    let backend = Backend::new();
    let boss = member(&backend, "beheer", "gemeente-velsen", &[Role::Administrator]).await;
    account_with(&backend, "agent", "politie", &[Role::Coordinator], vec![Team]);
    let put = async |login: &str, body: serde_json::Value| boss.put(&format!("/v1/members/{login}/roles"), &body).await;
    for (login, body, refusal) in [
        ("agent", json!({ "roles": [] }), (400, "invalid")),
        ("agent", json!({ "roles": ["chef"] }), (400, "invalid")),
        ("agent", json!({ "roles": ["care-coordinator"] }), (400, "invalid")),
        ("agent", json!({ "roles": "coordinator" }), (400, "malformed")),
        ("agent", json!({ "roles": ["analyst"], "levels": ["zorg"] }), (400, "malformed")),
        ("Agent", json!({ "roles": ["analyst"] }), (400, "bad-request")),
        ("niemand", json!({ "roles": ["analyst"] }), (404, "not-found")),
        ("beheer", json!({ "roles": ["administrator", "coordinator"] }), (409, "own-roles")),
        ("beheer", json!({ "roles": ["device-manager"] }), (409, "last-administrator")),
    ] {
        let answer = put(login, body.clone()).await;
        assert_eq!(answer.refusal(), (refusal.0, refusal.1.into()), "{login} {body}");
    }
    let ended = boss.delete("/v1/members/beheer").await;
    assert_eq!(ended.refusal(), (409, "last-administrator".into()));
    let lines = audited(&backend, "give-roles", 4);
    assert!(lines[3].ends_with("last-administrator") && lines[2].ends_with("own-roles"), "{lines:?}");
    assert!(lines[0].ends_with("invalid"), "{lines:?}");
    let members = backend.storage.read(|tx| tx.members()).unwrap();
    let roles: Vec<_> = members.iter().map(|row| row.roles.clone()).collect();
    assert_eq!(roles, [vec![Role::Coordinator], vec![Role::Administrator]]);
}
