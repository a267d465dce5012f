//! What each target begins with: the vectors and photos that other tests hold the code to, and what was found since
//! (`fuzz/corpus/TARGET`).

use std::fs;
use std::path::{Path, PathBuf};

use baken_backend::admin::backup::{Manifest, Piece};
use baken_backend::admin::verifier;
use baken_protocol::catalogue::CatalogueKind;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::invitation::{Invitation, InvitationCode, OrganisationMark, RootFingerprint, parse_address};
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::vocabulary::Vocabulary;
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use serde_json::Value;

/// No seed is larger: of what is larger most of a run would be spent on copying.
const LARGEST: usize = 64 * 1024;

/// The seeds of a target.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    let mut seeds = match target {
        "push" => members(&vector("v1-push-hostile.json")["cases"], "bytes"),
        "push-payloads" => envelopes().iter().map(|envelope| compact(envelope)).collect(),
        "envelope" | "key-directory" => envelopes(),
        "payload" => envelopes().iter().filter_map(|envelope| payload(envelope)).collect(),
        "sealed" => members(&vector("v1-sealed-hostile.json"), "bytes"),
        "sealed-text" => texts(&vector("v1-sealed-text-hostile.json"), "text"),
        "attachment-container" => members(&vector("v1-attachment-hostile.json"), "bytes"),
        "join-code" => {
            let good = vector("v1-join-good.json")["text"].as_str().unwrap().as_bytes().to_vec();
            texts(&vector("v1-join-hostile.json"), "text").into_iter().chain([good]).collect()
        }
        "catalogue-content" => {
            let good = vector("v1-catalogue-good.json");
            let good =
                CatalogueKind::ALL.map(|kind| good[kind.name()]["content"].as_str().unwrap().as_bytes().to_vec());
            texts(&vector("v1-catalogue-hostile.json"), "content").into_iter().chain(good).collect()
        }
        "vocabulary" => vec![Vocabulary::BUILT_IN_JSON.to_vec()],
        "invitation" => invitations(),
        "coordinates" => lines(&[
            "52.4636, 4.5847",
            "N 52° 27.816' E 004° 35.082'",
            "52°27'49\"N 4°35'05\"E",
            "geo:52.4636,4.5847;u=10",
            "https://www.openstreetmap.org/#map=17/52.4636/4.5847",
            "52,4636 4,5847",
        ]),
        "identifiers" => lines(&[
            "IMO 9074729",
            "ENI 02324957",
            "MMSI 244660000",
            "KvK 68750110",
            "NL.IMBAG.Nummeraanduiding.0453200000000001",
            "1976 EF",
        ]),
        "free-text" => lines(&[
            "BSN 111222333, en 1112.22.333 nog eens",
            "zijn nummer: 1 1 1 2 2 2 3 3 3",
            "tel. 0255 567 200; paspoort NX1234567",
            "\u{661}\u{661}\u{661}\u{662}\u{662}\u{662}\u{663}\u{663}\u{663}",
            "a\u{200b}b\u{202e}c",
        ]),
        "cursor" => cursors(),
        "dossier" => dossier_seeds(),
        "backup-manifest" => vec![manifest(), b"{}".to_vec()],
        "photo" => photos(),
        "sound" => vec![wav(&[0; 400]), wav(&[1, -1, i16::MIN, i16::MAX]), wav(&(0..700).collect::<Vec<_>>())],
        other => panic!("{other} has no seeds"),
    };
    seeds.extend(found(target));
    seeds.retain(|seed| seed.len() <= LARGEST);
    seeds
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// What a run found and was mended since, or leads somewhere new.
fn found(target: &str) -> Vec<Vec<u8>> {
    files(&here().join("corpus").join(target))
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().filter(|path| path.is_file()).map(|path| fs::read(path).unwrap()).collect()
}

fn vector(name: &str) -> Value {
    serde_json::from_slice(&fs::read(here().join("../tests/vectors").join(name)).unwrap()).unwrap()
}

fn lines(lines: &[&str]) -> Vec<Vec<u8>> {
    lines.iter().map(|line| line.as_bytes().to_vec()).collect()
}

fn texts(cases: &Value, name: &str) -> Vec<Vec<u8>> {
    let cases = cases.as_array().unwrap().iter();
    cases.filter_map(|case| case[name].as_str()).map(|text| text.as_bytes().to_vec()).collect()
}

fn members(cases: &Value, name: &str) -> Vec<Vec<u8>> {
    texts(cases, name).iter().filter_map(|hex| HEXLOWER.decode(hex).ok()).collect()
}

/// The good messages, and those that differ from them in one thing.
fn envelopes() -> Vec<Vec<u8>> {
    let good = vector("v1-good.json");
    let good = good.as_object().unwrap().values();
    let hostile = vector("v1-hostile.json");
    let hostile = hostile.as_array().unwrap().iter();
    let envelope = |case: &Value| case.get("dsse").map(|dsse| serde_json::to_vec(dsse).unwrap());
    good.chain(hostile).filter_map(envelope).collect()
}

pub(crate) fn key_directory() -> Vec<u8> {
    serde_json::to_vec(&vector("v1-good.json")["keydir"]["dsse"]).unwrap()
}

fn payload(envelope: &[u8]) -> Option<Vec<u8>> {
    let envelope: Value = serde_json::from_slice(envelope).ok()?;
    BASE64.decode(envelope["payload"].as_str()?.as_bytes()).ok()
}

/// As a push has it before it is packed: the signature, then the payload with its size (PROTOCOL, *The push*).
fn compact(envelope: &[u8]) -> Vec<u8> {
    let payload = payload(envelope).unwrap_or_default();
    let size = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&size[..], &payload, &[7; 64]].concat()
}

/// As it is shown, as it is typed, and an address alone.
fn invitations() -> Vec<Vec<u8>> {
    let root = KeyDirectory::named_root(&Envelope::from_json(&key_directory()).unwrap()).unwrap();
    let address = "https://baken.velsen.example:8443/";
    let invitation = Invitation {
        address: parse_address(address).unwrap(),
        code: InvitationCode::from_random([7; 11]),
        root: RootFingerprint::of(&root),
        organisation: OrganisationMark::of(&"politie".parse().unwrap()),
        epoch: 33,
    };
    lines(&[
        &invitation.to_string(),
        &invitation.typed(),
        &invitation.typed().to_lowercase().replace('-', " "),
        address,
    ])
}

/// The list of a backup of which nothing is there.
fn manifest() -> Vec<u8> {
    let directory = Envelope::from_json(&key_directory()).unwrap().peek::<KeyDirectory>().unwrap();
    let attachment = format!("attachments/{}", Digest::of(b"a sealed photo"));
    let pieces = ["register.sqlite.age", "keys/receipt.pkcs8.age", "keys/content.pkcs8.age", &attachment];
    let files = pieces.map(|name| (name.parse::<Piece>().unwrap(), Digest::of(name.as_bytes())));
    let sealed_to = directory.recipients[0].recipient.clone();
    serde_json::to_vec(&Manifest { version: 2, sealed_to, files: files.into() }).unwrap()
}

fn cursors() -> Vec<Vec<u8>> {
    let id = "01a217bc-2e0a-74c3-bad4-228a865fac2a";
    let written = [
        format!("due 1790000000000 1 1790000000000 {id} {id}"),
        format!("received 1790000000000 0 -7 {id} {id}"),
        format!("arrived 1790000000000 {id}.{id}"),
    ];
    written.iter().map(|text| BASE64URL_NOPAD.encode(text.as_bytes()).into_bytes()).collect()
}

/// The root key's fingerprint, and every file by its name.
pub(crate) fn dossier() -> (Digest, Vec<(String, Vec<u8>)>) {
    let good = vector("dossiers/v1-good.json");
    let files = good["files"].as_object().unwrap().iter();
    let file =
        |(name, bytes): (&String, &Value)| (name.clone(), BASE64.decode(bytes.as_str().unwrap().as_bytes()).unwrap());
    let page = ("CHECK.html".to_owned(), verifier::page().into_bytes());
    (good["root"].as_str().unwrap().parse().unwrap(), files.map(file).chain([page]).collect())
}

fn dossier_seeds() -> Vec<Vec<u8>> {
    let files = dossier().1;
    (0..).zip(&files).map(|(which, (_, bytes))| [&[which], bytes.as_slice()].concat()).collect()
}

/// A piece of what somebody says, as the page gives it.
fn wav(samples: &[i16]) -> Vec<u8> {
    let sound: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let length = u32::try_from(sound.len()).unwrap();
    let format = b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\x00\x7d\0\0\x02\0\x10\0data";
    [&b"RIFF"[..], &(length + 36).to_le_bytes(), format, &length.to_le_bytes(), &sound].concat()
}

fn photos() -> Vec<Vec<u8>> {
    let mut photos = files(&here().join("../crates/companion/tests/photos"));
    photos.retain(|photo| photo.len() < 16 * 1024);
    photos
}
