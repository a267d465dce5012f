//! Who looks, and what there is to see.

use baken_backend::access::Role;
use baken_backend::accounts::hash_password;
use baken_backend::storage::{Account, UnitOfWork};
use baken_protocol::ids::{ChainId, EntityReference};
use baken_protocol::join_code::JoinSecret;
use baken_protocol::record::{ConfidentialityLevel, OpenInspection, OpenObservation, OpenPart, OpenParticipation};
use serde_json::Value;

use super::browser::{Browser, PASSWORD};
use crate::backend::Backend;
use crate::device::{Device, Record};

/// Sees `team` and `zorg`.
pub async fn coordinator(backend: &Backend) -> Browser<'_> {
    let levels = vec![ConfidentialityLevel::Team, ConfidentialityLevel::Care];
    signed_in(backend, "coordinator", "gemeente-velsen", levels).await
}

/// Sees `team`.
pub async fn agent(backend: &Backend) -> Browser<'_> {
    signed_in(backend, "agent", "politie", vec![ConfidentialityLevel::Team]).await
}

async fn signed_in<'a>(
    backend: &'a Backend,
    login: &str,
    organisation: &str,
    levels: Vec<ConfidentialityLevel>,
) -> Browser<'a> {
    account(backend, login, organisation, levels);
    Browser::sign_in_as(backend, login).await
}

pub fn account(backend: &Backend, login: &str, organisation: &str, levels: Vec<ConfidentialityLevel>) {
    let roles = [Role::Coordinator, Role::CareCoordinator, Role::DeviceManager, Role::Administrator];
    account_with(backend, login, organisation, &roles, levels);
}

pub fn account_with(
    backend: &Backend,
    login: &str,
    organisation: &str,
    roles: &[Role],
    levels: Vec<ConfidentialityLevel>,
) {
    let account = Account {
        login: login.to_owned(),
        organisation: organisation.parse().unwrap(),
        roles: roles.to_vec(),
        levels,
        admitted: true,
        recipient: String::new(),
        wrapped_identity: String::new(),
    };
    let hash = hash_password(PASSWORD).unwrap();
    backend.storage.write(|tx| tx.create_account(&account, &hash, &[], backend.environment.clock.now())).unwrap();
}

impl Browser<'_> {
    pub async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json());
        answer.json()
    }

    /// The operations of a list, in its order.
    pub async fn operations(&self, path: &str) -> Vec<String> {
        let page = self.json(path).await;
        page["items"].as_array().unwrap().iter().map(|item| text(&item["operation"])).collect()
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

pub fn operation(record: &Record) -> String {
    record.operation.id().to_string()
}

/// Sends `records` in a batch on a chain of their own.
pub async fn bring(backend: &Backend, device: &mut Device, records: &[&Record]) {
    device.chain = ChainId(backend.environment.uuid());
    let records: Vec<Record> = records.iter().copied().cloned().collect();
    let answer = device.send(backend, &device.batch(1, None, &records), &records).await;
    assert!(answer.status.is_success(), "{}", answer.json());
}

pub fn at_level(device: &Device, level: ConfidentialityLevel) -> Record {
    device.record(&[]).at_level(level)
}

pub fn observation(device: &Device, change: impl FnOnce(&mut OpenObservation)) -> Record {
    let mut record = device.record(&[]);
    let OpenPart::Observation(open) = &mut record.operation.open else { panic!("an observation") };
    change(open);
    record
}

pub fn inspection(device: &Device) -> Record {
    let mut record = device.record(&[]);
    record.operation.open = OpenPart::Inspection(OpenInspection {
        place_kind: "hotel".parse().unwrap(),
        district: Some("WK045305".parse().unwrap()),
        organisations: vec!["politie".parse().unwrap(), "nla".parse().unwrap()],
        ground: "toestemming".parse().unwrap(),
    });
    record
}

/// The secret of a join code.
pub fn join_secret() -> JoinSecret {
    JoinSecret::from_random([3; 16])
}

/// A step of a device in taking part in an inspection, as whoever saw `secret` signs it.
pub fn step(device: &Device, inspection: EntityReference, secret: &JoinSecret, closed_with: Option<u32>) -> Record {
    let mut record = within(device.record(&[]), inspection);
    let tenant = record.operation.tenant.clone();
    let started = inspection.device == device.id;
    record.operation.open = OpenPart::Participation(OpenParticipation {
        organisation: "gemeente-handhaving".parse().unwrap(),
        role: "handhaving".parse().unwrap(),
        closed_with,
        join_key: started.then(|| secret.key().unwrap()),
        proof: (!started).then(|| secret.prove(&tenant, inspection, device.id).unwrap()),
    });
    record
}

pub fn within(mut record: Record, inspection: EntityReference) -> Record {
    record.operation.inspection = Some(inspection);
    record
}

/// The last lines of the audit log on `action`, the first of them first.
pub fn audited(backend: &Backend, action: &str, last: u32) -> Vec<String> {
    let sql = format!(
        "SELECT coalesce(group_concat(line, char(10) ORDER BY id), '') FROM (
            SELECT id, actor || ' ' || object || ' ' || result AS line FROM audit_lines WHERE action = '{action}'
            ORDER BY id DESC LIMIT {last}) AS lines"
    );
    backend.one::<String>(&sql).lines().map(str::to_owned).collect()
}
