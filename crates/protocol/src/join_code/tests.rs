#![allow(clippy::unwrap_used, reason = "tests")]
use super::*;
use crate::ids::EntityId;
use crate::signature::SigningKey;
use chrono::TimeZone;
use ring::rand::SystemRandom;
use uuid::Uuid;

struct Scene {
    receipt: SigningKey,
    device: SigningKey,
    tenant: TenantId,
}

fn key() -> SigningKey {
    SigningKey::generate(&SystemRandom::new()).unwrap()
}

fn at(hour: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 26, hour, 0, 0).unwrap()
}

impl Scene {
    fn new() -> Self {
        Self { receipt: key(), device: key(), tenant: "GM0453".parse().unwrap() }
    }

    fn certificate(&self) -> DeviceCertificate {
        DeviceCertificate {
            tenant: self.tenant.clone(),
            device: DeviceId(Uuid::from_u128(3)),
            public_key: self.device.public(),
            organisation: "gemeente-velsen".parse().unwrap(),
            enrolment: Digest::of(b"enrolment"),
            enrolled_at: at(1),
        }
    }

    fn code(&self) -> JoinCode {
        JoinCode {
            tenant: self.tenant.clone(),
            inspection: EntityReference { device: DeviceId(Uuid::from_u128(3)), entity: EntityId(Uuid::from_u128(4)) },
            place_kind: "zeeschip".parse().unwrap(),
            district: Some("WK045301".parse().unwrap()),
            place: ExactPlace { name: "Noordster".into(), imo: "9074729".into(), ..ExactPlace::default() },
            organisations: vec!["gemeente-velsen".parse().unwrap(), "scharlaken-koord".parse().unwrap()],
            ground: "awb-5-15".parse().unwrap(),
            started_at: at(8),
            made_at: at(9),
            expires_at: at(13),
            secret: JoinSecret::from_random([9; 16]),
        }
    }

    fn shown(&self, certificate: &DeviceCertificate, code: &JoinCode) -> ShownCode {
        let certificate = Envelope::sign(certificate, &self.receipt).unwrap();
        ShownCode::new(&certificate, &Envelope::sign(code, &self.device).unwrap())
    }

    fn refused(&self, shown: ShownCode, now: DateTime<Utc>, revoked: &[DeviceId]) -> Option<JoinCodeError> {
        let keys = ReceiptKeys::new(self.receipt.public());
        shown.verify(&Known { tenant: &self.tenant, keys: &keys, now, revoked }).err()
    }
}

#[test]
fn is_believed_until_it_expires_and_shown_again_to_the_byte() {
    let scene = Scene::new();
    let shown = scene.shown(&scene.certificate(), &scene.code());
    let text = shown.to_text().unwrap();
    let groups: Vec<&[u8]> = text.as_bytes().chunks(8).collect();
    let sloppy =
        groups.iter().map(|it| std::str::from_utf8(it).unwrap().to_lowercase()).collect::<Vec<_>>().join(" \n");
    for written in [&text, &sloppy] {
        let read = ShownCode::parse(written).unwrap();
        let keys = ReceiptKeys::new(scene.receipt.public());
        let known = Known { tenant: &scene.tenant, keys: &keys, now: at(12), revoked: &[] };
        let believed = read.verify(&known).unwrap();
        assert!(believed.code.payload == scene.code());
        assert_eq!(believed.shown().to_text().unwrap(), text);
    }
    assert!(matches!(scene.refused(shown, at(13), &[]), Some(JoinCodeError::Expired)));
}

/// A QR code of version 20 with the lowest correction holds 1249 such characters: 97 modules a side.
#[test]
fn fits_a_qr_code_that_a_phone_shows() {
    let scene = Scene::new();
    let text = scene.shown(&scene.certificate(), &scene.code()).to_text().unwrap();
    assert!((700..=1249).contains(&text.len()), "{} characters", text.len());
    assert!(text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-:".contains(&byte)));
}

#[test]
fn is_refused_for_each_reason_by_its_name() {
    let scene = Scene::new();
    let (certificate, code) = (scene.certificate(), scene.code());
    let refused = |certificate: &DeviceCertificate, code: &JoinCode| {
        scene.refused(scene.shown(certificate, code), at(12), &[]).map(|error| error.to_string())
    };
    let says = |error: JoinCodeError| Some(error.to_string());
    let elsewhere: TenantId = "GM0392".parse().unwrap();
    let of_elsewhere = DeviceCertificate { tenant: elsewhere.clone(), ..certificate.clone() };
    assert_eq!(refused(&of_elsewhere, &code), says(JoinCodeError::Tenant));
    assert_eq!(refused(&certificate, &JoinCode { tenant: elsewhere, ..code.clone() }), says(JoinCodeError::Tenant));
    let other = DeviceCertificate { device: DeviceId(Uuid::from_u128(7)), ..certificate.clone() };
    assert_eq!(refused(&other, &code), says(JoinCodeError::OtherDevice));
    let not_its_key = DeviceCertificate { public_key: key().public(), ..certificate.clone() };
    assert_eq!(refused(&not_its_key, &code), says(JoinCodeError::Altered));
    for expires_at in [at(9), at(8), at(22)] {
        assert_eq!(refused(&certificate, &JoinCode { expires_at, ..code.clone() }), says(JoinCodeError::Term));
    }
    let stranger = Scene { receipt: key(), ..Scene::new() };
    let forged = ShownCode::new(
        &Envelope::sign(&certificate, &stranger.receipt).unwrap(),
        &Envelope::sign(&code, &scene.device).unwrap(),
    );
    assert!(matches!(scene.refused(forged, at(12), &[]), Some(JoinCodeError::Certificate)));
    let shown = scene.shown(&certificate, &code);
    assert!(matches!(scene.refused(shown.clone(), at(12), &[certificate.device]), Some(JoinCodeError::Revoked)));
    let mut altered = shown.clone();
    let place = altered.code.payload.windows(9).position(|it| it == b"Noordster").unwrap();
    altered.code.payload[place] = b'M';
    assert!(matches!(scene.refused(altered, at(12), &[]), Some(JoinCodeError::Altered)));
    let closed = ReceiptKeys::new(scene.receipt.public()).succeeded_by(key().public()).unwrap();
    let known = Known { tenant: &scene.tenant, keys: &closed, now: at(12), revoked: &[] };
    assert!(matches!(shown.verify(&known), Err(JoinCodeError::Certificate)));
}

#[test]
fn what_is_cut_off_garbage_or_too_large_is_none() {
    let scene = Scene::new();
    let text = scene.shown(&scene.certificate(), &scene.code()).to_text().unwrap();
    for length in 0..text.len() {
        assert!(ShownCode::parse(&text[..length]).is_err(), "cut at {length}");
    }
    for garbage in
        ["", "BAKEN-JOIN:", "baken:https://baken.example#7TJC", "https://example.org", "\u{e9}\u{e9}", "BAKEN-JOIN:U"]
    {
        assert!(matches!(ShownCode::parse(garbage), Err(JoinCodeError::Malformed)), "{garbage}");
    }
    let long = format!("BAKEN-JOIN:{}", "0".repeat(limits::JOIN_CODE_CHARS));
    assert!(matches!(ShownCode::parse(&long), Err(JoinCodeError::TooLarge)));
    let bomb = zstd::bulk::compress(&vec![0; limits::JOIN_CODE_BYTES + 1], 3).unwrap();
    let bomb = format!("BAKEN-JOIN:{}", crate::crockford::encode(&bomb));
    assert!(matches!(ShownCode::parse(&bomb), Err(JoinCodeError::TooLarge)));
    let mut code = scene.code();
    // Hashes do not compress.
    let endless: String = (0..60_u32).map(|number| Digest::of(&number.to_be_bytes()).to_string()).collect();
    code.place.name = endless;
    assert!(matches!(scene.shown(&scene.certificate(), &code).to_text(), Err(JoinCodeError::TooLarge)));
}

#[test]
fn the_proof_is_of_one_device_in_one_inspection_by_whoever_saw_the_secret() {
    let scene = Scene::new();
    let (secret, guessed) = (JoinSecret::from_random([9; 16]), JoinSecret::from_random([8; 16]));
    let (inspection, joiner) = (scene.code().inspection, DeviceId(Uuid::from_u128(5)));
    let key = secret.key().unwrap();
    let proof = secret.prove(&scene.tenant, inspection, joiner).unwrap();
    assert!(has_seen(&key, &proof, &scene.tenant, inspection, joiner));
    assert!(!has_seen(&key, &proof, &scene.tenant, inspection, DeviceId(Uuid::from_u128(6))), "another device");
    let other = EntityReference { entity: EntityId(Uuid::from_u128(9)), ..inspection };
    assert!(!has_seen(&key, &proof, &scene.tenant, other, joiner), "another inspection");
    let made_up = guessed.prove(&scene.tenant, inspection, joiner).unwrap();
    assert!(!has_seen(&key, &made_up, &scene.tenant, inspection, joiner), "a guess");
}
