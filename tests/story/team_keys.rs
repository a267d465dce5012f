//! A team's key is changed: what was sealed before and after it is opened by those who may, and by nobody else.

use std::collections::BTreeMap;
use std::path::PathBuf;

use baken_backend::access::Role;
use baken_backend::admin::check::{Verdict, check, read_identity};
use baken_backend::admin::dossier::{RecordName, dossier};
use baken_backend::admin::members::MEMBERS;
use baken_backend::admin::renew::{NewTeamKey, RenewError, TeamKeyOrder};
use baken_backend::environment::Environment;
use baken_backend::storage::UnitOfWork;
use baken_companion::sync::SyncOutcome;
use baken_companion::{Clock, RecordState, SystemClock};
use baken_protocol::digest::Digest;
use baken_protocol::ids::RecordId;
use baken_protocol::record::ConfidentialityLevel;
use baken_protocol::seal::{self, Identity, KeyFingerprint, unwrap_with, unwrap_with_passphrase, wrap_with_passphrase};
use reqwest::StatusCode;
use serde_json::Value;

use crate::backups::{backed_up, made_of};
use crate::console::{Browser, attempt, record};
use crate::world::World;

fn secrets(world: &World) -> PathBuf {
    world.folder.path().join("secrets")
}

/// What `init` wrote for a member.
fn secret_of(world: &World, login: &str, name: &str) -> String {
    let text = std::fs::read(secrets(world).join(format!("{login}.json"))).unwrap();
    serde_json::from_slice::<Value>(&text).unwrap()[name].as_str().unwrap().to_owned()
}

fn order(world: &World, teams: &[&str], leaving: &[&str]) -> TeamKeyOrder {
    TeamKeyOrder {
        teams: teams.iter().map(|team| team.parse().unwrap()).collect(),
        leaving: leaving.iter().map(|login| (*login).to_owned()).collect(),
        members: secrets(world).join(MEMBERS),
        joined: Vec::new(),
    }
}

fn changed(world: &World, teams: &[&str], leaving: &[&str]) -> Result<Vec<NewTeamKey>, RenewError> {
    let order = order(world, teams, leaving);
    world.renewing(|renewal| renewal.team_keys(&order)).map(|(_, made)| made)
}

/// `TEAM: LOGIN, LOGIN` for each team.
fn holders(made: &[NewTeamKey]) -> Vec<String> {
    made.iter().map(|key| format!("{}: {}", key.team, key.members.join(", "))).collect()
}

/// What the console's keyring does with a member's passphrase: `team@epoch` and the key.
async fn keyring(world: &World, browser: &Browser, login: &str) -> BTreeMap<String, Identity> {
    let key = browser.json("member-key").await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let wrapped = text(&key["wrappedIdentity"]);
    let member = unwrap_with_passphrase(&wrapped, &secret_of(world, login, "passphrase")).unwrap();
    let member: Identity = member.parse().unwrap();
    let shares = key["teamKeys"].as_array().unwrap().iter();
    shares
        .map(|share| {
            let name = format!("{}@{}", share["team"].as_str().unwrap(), share["epoch"]);
            (name, unwrap_with(&text(&share["sealed"]), &member).unwrap().parse().unwrap())
        })
        .collect()
}

/// The epoch a record was sealed under, and the names of the keys that open it.
async fn opened_by(browser: &Browser, keys: &BTreeMap<String, Identity>, record: &str) -> (u64, Vec<String>) {
    let detail = browser.json(&format!("observations/{record}")).await;
    let sealed = browser.get(&format!("operations/{record}/sealed")).await.bytes().await.unwrap();
    let opening = keys.iter().filter(|(_, key)| seal::open(&sealed, key).is_ok());
    (detail["sealed"]["epoch"].as_u64().unwrap(), opening.map(|(name, _)| name.clone()).collect())
}

/// The records as the console lists them, by operation.
async fn listed(browser: &Browser) -> BTreeMap<String, String> {
    let page = browser.json("observations").await;
    let names = page["items"].as_array().unwrap().iter().map(|item| item["operation"].as_str().unwrap().to_owned());
    names.map(|name| (name.split('.').nth(1).unwrap().to_owned(), name)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sealed_before_and_after_a_team_key_changed_is_opened_each_with_its_own() {
    let world = World::new().await;
    let (device, late) = (world.device("a").await, world.device("b").await);
    let (_, before) = record(&device, ConfidentialityLevel::Team);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let made = changed(&world, &["team"], &[]).unwrap();
    assert_eq!(holders(&made), ["team: agent, coordinator"]);

    // This one has not heard of it yet: what it seals and sends is taken all the same.
    let older = late.record("met de oude sleutel");
    assert_eq!(late.sync().await, SyncOutcome::Done);
    assert_eq!(late.state_of(&older).state, RecordState::Acknowledged);
    assert_eq!(device.sync().await, SyncOutcome::Done, "takes the newer directory");
    let (_, after) = record(&device, ConfidentialityLevel::Team);
    let (_, care) = record(&device, ConfidentialityLevel::Care);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 4);

    for login in ["coordinator", "agent"] {
        let browser = Browser::sign_in(&world, login).await;
        let (keys, records) = (keyring(&world, &browser, login).await, listed(&browser).await);
        for (operation, epoch) in [(&before, 1), (&older.operation.to_string(), 1), (&after, 2)] {
            let expected = (epoch, vec![format!("team@{epoch}")]);
            assert_eq!(opened_by(&browser, &keys, &records[operation]).await, expected, "{login}: {operation}");
        }
        assert_eq!(records.contains_key(&care), login == "coordinator");
    }
    let browser = Browser::sign_in(&world, "coordinator").await;
    let (keys, records) = (keyring(&world, &browser, "coordinator").await, listed(&browser).await);
    let same = vec!["zorg@1".to_owned(), "zorg@2".to_owned()];
    assert_eq!(opened_by(&browser, &keys, &records[&care]).await, (2, same), "no other team's key was changed");

    // The dossier of the older record is checked, and opened, with what it was sealed under.
    let dossier = Dossier::of(&world, &records[&before]);
    assert_eq!(dossier.judged(Some(&keys["team@1"])), (Verdict::Holds, 1));
    assert_ne!(dossier.judged(Some(&keys["team@2"])).0, Verdict::Holds);
}

/// A folder that was handed out, and what the municipality says its root key is.
pub(crate) struct Dossier {
    path: PathBuf,
    root: Digest,
}

impl Dossier {
    pub(crate) fn of(world: &World, record: &str) -> Self {
        let (storage, path) = (world.storage(), world.folder.path().join("dossier"));
        let name = RecordName::Whole(record.parse::<RecordId>().unwrap());
        dossier(&storage, &world.data().join("attachments"), &Environment::system(), name, &path).unwrap();
        Self { path, root: storage.read(|tx| tx.installation()).unwrap().unwrap().root_key.fingerprint() }
    }

    /// The verdict, and how many of its sealed files this key opened.
    pub(crate) fn judged(&self, key: Option<&Identity>) -> (Verdict, usize) {
        let report = check(&self.path, self.root, key);
        (report.verdict, report.opened.len())
    }
}

/// The mistake that `renew` guards against: a register that was restored signs a number that was signed already, and hands
/// out another key under it. What a device sealed under the directory it knows is as good as before, and no member's key
/// opens it; nothing may call that altered.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_sealed_under_another_directory_of_that_number_holds_and_the_recovery_key_opens_it() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let copy = backed_up(&world);
    changed(&world, &["team"], &[]).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done, "takes the second directory");
    let (_, sealed) = record(&device, ConfidentialityLevel::Team);
    assert_eq!(device.sync().await, SyncOutcome::Done);

    let data = world.folder.path().join("restored");
    made_of(&copy, &world, &data, &[]);
    world.stop().await;
    world.point_to(data);
    let order = order(&world, &["team"], &[]);
    let (renewed, _) = world.renewing(|renewal| renewal.with_none_later_than(Some(1)).team_keys(&order)).unwrap();
    assert_eq!(renewed.epoch, 2, "the number that was used");
    world.serve().await;
    device.sync().await;
    assert_eq!(world.verified().operations, 1, "sent again");

    let browser = Browser::sign_in(&world, "coordinator").await;
    let (keys, records) = (keyring(&world, &browser, "coordinator").await, listed(&browser).await);
    assert_eq!(opened_by(&browser, &keys, &records[&sealed]).await, (2, vec![]), "not even the one of that number");
    let dossier = Dossier::of(&world, &records[&sealed]);
    let recovery = read_identity(&secrets(&world).join("recovery.age-identity.txt")).unwrap();
    assert_eq!(dossier.judged(None), (Verdict::Holds, 0));
    assert_eq!(dossier.judged(Some(&keys["team@2"])), (Verdict::CannotCheck, 0), "which says nothing of the record");
    assert_eq!(dossier.judged(Some(&recovery)), (Verdict::Holds, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_is_out_and_gets_no_key_of_what_comes_after() {
    let world = World::new().await;
    let device = world.device("a").await;
    let agent = Browser::sign_in(&world, "agent").await;
    let held = keyring(&world, &agent, "agent").await;
    assert_eq!(held.keys().collect::<Vec<_>>(), ["eigen:politie@1", "team@1"]);
    let made = changed(&world, &[], &["agent"]).unwrap();
    assert_eq!(holders(&made), ["team: coordinator", "eigen:politie: "], "each team the agent was in");

    assert_eq!(agent.get("member-key").await.status(), StatusCode::UNAUTHORIZED, "signed out");
    let password = secret_of(&world, "agent", "password");
    assert_eq!(attempt(&world, "agent", &password).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let (_, after) = record(&device, ConfidentialityLevel::Team);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let browser = Browser::sign_in(&world, "coordinator").await;
    let keys = keyring(&world, &browser, "coordinator").await;
    let name = &listed(&browser).await[&after];
    assert_eq!(opened_by(&browser, &keys, name).await, (2, vec!["team@2".to_owned()]));
    let sealed = browser.get(&format!("operations/{name}/sealed")).await.bytes().await.unwrap();
    assert!(held.values().all(|key| seal::open(&sealed, key).is_err()), "with no key the agent took along");
    let sql = "SELECT group_concat(action || ' ' || object, '; ') FROM audit_lines WHERE actor = 'operator'
               AND action IN ('disable', 'change-team-key', 'renew')";
    let register = world.storage();
    let line: String = register.connection_for_tests().query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(
        line,
        "disable account agent; change-team-key team team key directory 2; \
         change-team-key team eigen:politie key directory 2; renew key-directory 2"
    );

    // And not later either: shares are carried on to those who are still members.
    world.renew();
    assert!(changed(&world, &[], &["coordinator"]).is_err_and(|error| matches!(error, RenewError::NobodyStays)));
    let shares: u64 = rusqlite::Connection::open(world.data().join("register.sqlite"))
        .unwrap()
        .query_row("SELECT count(*) FROM team_key_shares WHERE login = 'agent' AND epoch > 1", [], |row| row.get(0))
        .unwrap();
    assert_eq!(shares, 0);
}

/// Whoever can write to the register puts a recipient of his own, or a level, beside a login: no key goes there.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_handed_out_only_where_the_list_beside_the_root_key_says_what_the_register_says() {
    let world = World::new().await;
    let register = rusqlite::Connection::open(world.data().join("register.sqlite")).unwrap();
    for (change, back) in [
        (r#"levels = '["team","zorg"]'"#.to_owned(), r#"levels = '["team"]'"#.to_owned()),
        ("organisation = 'gemeente-velsen'".to_owned(), "organisation = 'politie'".to_owned()),
    ] {
        register.execute(&format!("UPDATE accounts SET {change} WHERE login = 'agent'"), []).unwrap();
        let refused = changed(&world, &["team"], &[]);
        assert!(matches!(refused, Err(RenewError::OtherMember(login)) if login == "agent"), "{change}");
        register.execute(&format!("UPDATE accounts SET {back} WHERE login = 'agent'"), []).unwrap();
    }
    assert!(matches!(changed(&world, &[], &[]), Err(RenewError::NoTeamNamed)));
    assert!(matches!(changed(&world, &["recovery"], &[]), Err(RenewError::RecoveryKey)));
    assert!(matches!(changed(&world, &["eigen:nergens"], &[]), Err(RenewError::NoTeam(_))));
    assert!(matches!(changed(&world, &["team"], &["niemand"]), Err(RenewError::NoMember(_))));
    let epochs: u64 = register.query_row("SELECT max(epoch) FROM key_directories", [], |row| row.get(0)).unwrap();
    assert_eq!(epochs, 1, "nothing was changed");
    let strange = Identity::generate().recipient().to_string();
    register.execute("UPDATE accounts SET recipient = ?1 WHERE login = 'agent'", [&strange]).unwrap();
    let made = changed(&world, &["team"], &[]).unwrap();
    assert_eq!((holders(&made), &made[0].without), (vec!["team: coordinator".to_owned()], &vec!["agent".to_owned()]));
    let shares = "SELECT count(*) FROM team_key_shares WHERE login = 'agent' AND team = 'team' AND epoch = 2";
    assert_eq!(register.query_row(shares, [], |row| row.get::<_, u64>(0)).unwrap(), 0);
}

/// Whoever made another key of their own gets the next team keys once somebody typed what they read out.
#[tokio::test(flavor = "multi_thread")]
async fn a_member_with_another_key_is_taken_into_the_list_by_what_they_read_out() {
    let world = World::new().await;
    let own = Identity::generate();
    let wrapped = wrap_with_passphrase(&own.to_secret_line(), "wachtzin", 2).unwrap();
    let recipient = own.recipient();
    world.storage().write(|tx| tx.replace_member_key("agent", &recipient.to_string(), &wrapped)).unwrap();
    let list = std::fs::read(secrets(&world).join(MEMBERS)).unwrap();
    let read_out = |login: &str, fingerprint: KeyFingerprint| {
        let order = TeamKeyOrder { joined: vec![(login.to_owned(), fingerprint)], ..order(&world, &["team"], &[]) };
        world.renewing(|renewal| renewal.team_keys(&order)).map(|(_, made)| made)
    };
    let other = KeyFingerprint::of(&Identity::generate().recipient());
    assert!(matches!(read_out("agent", other), Err(RenewError::OtherKey(login)) if login == "agent"));
    assert!(matches!(read_out("niemand", KeyFingerprint::of(&recipient)), Err(RenewError::NoMember(_))));
    assert_eq!(std::fs::read(secrets(&world).join(MEMBERS)).unwrap(), list, "nobody was taken in");

    let made = read_out("agent", KeyFingerprint::of(&recipient)).unwrap();
    assert_eq!(holders(&made), ["team: agent, coordinator"]);
    let shares = world.storage().read(|tx| tx.team_keys("agent")).unwrap();
    let share = shares.iter().find(|key| key.team.to_string() == "team" && key.epoch == 2).unwrap();
    assert!(unwrap_with(&share.sealed, &own).is_ok());
    assert_eq!(holders(&changed(&world, &["team"], &[]).unwrap()), ["team: agent, coordinator"], "and stays in it");
}

/// The first thing that is done in the console is no reason to keep a key that somebody knows.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_a_role_or_their_account_before_leaves_no_key_behind() {
    let world = World::new().await;
    world.storage().write(|tx| tx.give_roles("agent", &[Role::Auditor])).unwrap();
    let made = changed(&world, &[], &["agent"]).unwrap();
    let teams: Vec<_> = made.iter().map(|key| key.team.to_string()).collect();
    assert_eq!(teams, ["team", "eigen:politie"], "all that they were ever given");
    assert!(made.iter().all(|key| !key.members.contains(&"agent".to_owned())));

    let world = World::new().await;
    let now = SystemClock::default().now();
    world.storage().write(|tx| tx.disable_account("agent", now)).unwrap();
    assert_eq!(changed(&world, &[], &["agent"]).unwrap().len(), 2, "also after the account was ended");
}
