#![allow(clippy::unwrap_used, reason = "tests")]
use super::*;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{DeviceId, EntityId, OperationId};
use baken_protocol::join_code::JoinSecret;
use baken_protocol::keydir::Team;
use baken_protocol::record::{Action, SealedReference};
use baken_protocol::signature::SigningKey;
use ring::rand::SystemRandom;

const STARTER: u128 = 1;

fn tenant() -> TenantId {
    "GM0453".parse().unwrap()
}

fn inspection() -> EntityReference {
    EntityReference { device: DeviceId(Uuid::from_u128(STARTER)), entity: EntityId(Uuid::from_u128(100)) }
}

fn secret() -> JoinSecret {
    JoinSecret::from_random([5; 16])
}

/// A step of `device` at this minute.
fn step(device: u128, minute: i64, closed_with: Option<u32>, seen: &JoinSecret) -> Step {
    let (id, started) = (DeviceId(Uuid::from_u128(device)), device == STARTER);
    let at = DateTime::from_timestamp(1_790_000_000 + minute * 60, 0).unwrap();
    let proof = seen.prove(&tenant(), inspection(), id).unwrap();
    let organisation = if started { "politie" } else { "nla" };
    let open = OpenParticipation {
        organisation: organisation.parse().unwrap(),
        role: "handhaving".parse().unwrap(),
        closed_with,
        join_key: started.then(|| seen.key().unwrap()),
        proof: (!started).then_some(proof),
    };
    let sealed = SealedReference {
        sha256: Digest::of(b"sealed"),
        size_bytes: 1,
        recipients: vec![Team::Coordinators, Team::Recovery],
        epoch: 1,
    };
    let signed = Operation {
        tenant: tenant(),
        device: id,
        operation: OperationId(Uuid::from_u128(device * 1000 + u128::try_from(minute).unwrap())),
        action: Action::Create,
        entity: EntityId(Uuid::from_u128(device * 1000 + 500)),
        inspection: Some(inspection()),
        vocabulary_version: 1,
        finalised_at: at,
        clock_offset_seconds: None,
        observed_at: at,
        open: OpenPart::Participation(open.clone()),
        sealed,
        attachments: vec![],
    };
    let key = SigningKey::generate(&SystemRandom::new()).unwrap();
    let record = StepRecord {
        envelope: Envelope::sign(&signed, &key).unwrap(),
        device: id.0,
        device_label: format!("Toestel {device}"),
        organisation: organisation.to_owned(),
        quarantined: false,
    };
    Step { record, signed, open }
}

fn folded(steps: Vec<Step>, held: &[(u128, u64)]) -> Participants {
    let counts = |of: &[(u128, u64)]| of.iter().map(|(device, count)| (Uuid::from_u128(*device), *count)).collect();
    let open = OpenInspection {
        place_kind: "hotel".parse().unwrap(),
        district: None,
        organisations: ["politie", "nla", "scharlaken-koord"].map(|code| code.parse().unwrap()).to_vec(),
        ground: "toestemming".parse().unwrap(),
    };
    fold(&tenant(), inspection(), &open, steps, &Counts { held: counts(held), seen: counts(held) })
}

fn standings(participants: &Participants) -> Vec<ParticipantStanding> {
    participants.devices.iter().map(|device| device.standing).collect()
}

#[test]
fn whoever_is_done_is_complete_once_all_it_recorded_is_held() {
    use ParticipantStanding::{Complete, Missing, TakingPart};
    let steps =
        || vec![step(STARTER, 0, None, &secret()), step(2, 5, None, &secret()), step(2, 60, Some(2), &secret())];
    assert_eq!(standings(&folded(steps(), &[])), [TakingPart, Missing]);
    assert_eq!(standings(&folded(steps(), &[(2, 1)])), [TakingPart, Missing]);
    assert_eq!(standings(&folded(steps(), &[(2, 2)])), [TakingPart, Complete]);
    assert_eq!(standings(&folded(steps(), &[(2, 3)])), [TakingPart, Complete], "one signed after it was done");
}

#[test]
fn whoever_is_silent_is_missing_once_whoever_started_is_done() {
    use ParticipantStanding::{Complete, Missing};
    let steps =
        vec![step(STARTER, 0, None, &secret()), step(STARTER, 90, Some(0), &secret()), step(2, 5, None, &secret())];
    assert_eq!(standings(&folded(steps, &[(2, 4)])), [Complete, Missing]);
}

#[test]
fn the_last_step_counts_in_whatever_order_they_came() {
    let steps = vec![
        step(2, 90, None, &secret()),
        step(2, 60, Some(0), &secret()),
        step(2, 5, None, &secret()),
        step(STARTER, 0, None, &secret()),
    ];
    let participants = folded(steps, &[]);
    assert_eq!(participants.devices.len(), 2);
    let joined = &participants.devices[1];
    assert_eq!((joined.standing, joined.done_at), (ParticipantStanding::TakingPart, None));
    assert_eq!(joined.joined_at, DateTime::from_timestamp(1_790_000_300, 0).unwrap(), "when it first joined");
}

#[test]
fn who_saw_the_code_is_told_from_who_guessed_and_from_who_cannot_be_judged_yet() {
    let guessed = JoinSecret::from_random([6; 16]);
    let seen = |steps| folded(steps, &[]).devices.iter().map(|device| device.code_seen).collect::<Vec<_>>();
    let start = || step(STARTER, 0, None, &secret());
    let (honest, liar) = (step(2, 1, None, &secret()), step(3, 2, None, &guessed));
    assert_eq!(seen(vec![start(), honest, liar]), [CodeSeen::Started, CodeSeen::Proven, CodeSeen::Unproven]);
    assert_eq!(seen(vec![step(2, 1, None, &secret())]), [CodeSeen::NotYetKnown]);
    let mut borrowed = step(2, 1, None, &secret());
    borrowed.signed.device = DeviceId(Uuid::from_u128(3));
    assert_eq!(seen(vec![start(), borrowed]), [CodeSeen::Started, CodeSeen::Unproven], "a proof of another device");
    let mut elsewhere = step(2, 1, None, &secret());
    elsewhere.record.organisation = "politie".to_owned();
    assert_eq!(seen(vec![start(), elsewhere]), [CodeSeen::Started, CodeSeen::Unproven], "an organisation not its own");
}

#[test]
fn organisations_that_said_nothing_are_awaited_and_what_strangers_brought_is_counted_apart() {
    let participants = folded(vec![step(STARTER, 0, None, &secret())], &[(STARTER, 3), (7, 2)]);
    assert_eq!(participants.awaited, ["nla", "scharlaken-koord"]);
    assert_eq!((participants.devices[0].observations, participants.from_others), (3, 2));
}
