#![allow(clippy::unwrap_used, reason = "tests")]
use ring::rand::SystemRandom;
use uuid::Uuid;

use super::*;
use crate::digest::Digest;
use crate::ids::{ChainId, ChainReference, DeviceId, OperationId, RecordId};

fn code() -> CarryCode {
    CarryCode::generate(&SystemRandom::new()).unwrap()
}

fn parts() -> Vec<Part> {
    let device = DeviceId(Uuid::from_u128(1));
    let chain = ChainReference { device, chain: ChainId(Uuid::from_u128(2)) };
    let record = RecordId { device, operation: OperationId(Uuid::from_u128(3)) };
    let sha256 = Digest::of(b"photo");
    let names = [
        PartName::Push(chain, 1),
        PartName::Attachment(record, sha256),
        PartName::Receipt(chain, 12),
        PartName::AttachmentReceipt(record, sha256),
        PartName::KeyDirectory,
        PartName::Vocabulary,
        PartName::Revocations,
        PartName::LogContinuations,
    ];
    names.into_iter().enumerate().map(|(number, name)| Part { name, bytes: vec![7; number * 700] }).collect()
}

#[test]
fn what_is_sealed_is_opened_by_its_code_and_by_no_other() {
    let code = code();
    let file = seal(&parts(), &code).unwrap();
    assert_eq!(open(&file, &code).unwrap(), parts());
    assert_eq!(open(&file, &self::code()), Err(CarriedError::Unopenable));
    assert!(!file.windows(10).any(|window| window == [7; 10]), "nothing stands there in clear");
}

#[test]
fn a_file_that_was_cut_off_or_altered_anywhere_is_refused_whole() {
    let code = code();
    let file = seal(&parts(), &code).unwrap();
    for length in (0..file.len()).step_by(97).chain([file.len() - 1]) {
        assert!(open(&file[..length], &code).is_err(), "cut at {length}");
    }
    for place in (0..file.len()).step_by(61) {
        let mut altered = file.clone();
        altered[place] ^= 1;
        assert!(open(&altered, &code).is_err(), "altered at {place}");
    }
    assert!(open(b"no such file", &code).is_err());
}

/// Whoever knows the code can put anything in.
fn with_entry(path: &str, bytes: &[u8], code: &CarryCode) -> Vec<u8> {
    let mut recipient = age::scrypt::Recipient::new(secret(code));
    recipient.set_work_factor(WORK_FACTOR);
    let encryptor = age::Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient)).unwrap();
    let mut archive = tar::Builder::new(encryptor.wrap_output(Vec::new()).unwrap());
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
    header.set_cksum();
    archive.append(&header, bytes).unwrap();
    archive.into_inner().unwrap().finish().unwrap()
}

#[test]
fn a_part_of_a_later_version_is_passed_over_and_one_that_is_misnamed_is_refused() {
    let code = code();
    assert_eq!(open(&with_entry("something-new/1", b"x", &code), &code), Ok(vec![]));
    for path in ["pushes/x/1", "pushes/../1", "receipts//1", "attachments/a.b/c"] {
        assert_eq!(open(&with_entry(path, b"x", &code), &code), Err(CarriedError::Malformed), "{path}");
    }
    let zero = "pushes/00000000-0000-0000-0000-000000000001.00000000-0000-0000-0000-000000000002/0";
    assert_eq!(open(&with_entry(zero, b"x", &code), &code), Err(CarriedError::Malformed));
}

#[test]
fn a_file_that_asks_for_hours_of_work_is_refused_at_once() {
    let code = code();
    let mut recipient = age::scrypt::Recipient::new(secret(&code));
    recipient.set_work_factor(MOST_WORK + 1);
    let encryptor = age::Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient)).unwrap();
    let file = encryptor.wrap_output(Vec::new()).unwrap().finish().unwrap();
    assert_eq!(open(&file, &code), Err(CarriedError::Unopenable));
}

/// Whoever swaps the stick needs no code for this one.
#[test]
fn a_head_without_an_end_is_refused_before_it_is_read() {
    let mut file = b"age-encryption.org/v1\n-> scrypt ".to_vec();
    file.resize(8 * 1024 * 1024, b'a');
    assert_eq!(open(&file, &code()), Err(CarriedError::Unopenable));
}

#[test]
fn an_entry_that_is_no_plain_file_is_refused() {
    let code = code();
    let name = "key-directory";
    for kind in
        [tar::EntryType::GNUSparse, tar::EntryType::GNULongName, tar::EntryType::XHeader, tar::EntryType::Symlink]
    {
        let mut recipient = age::scrypt::Recipient::new(secret(&code));
        recipient.set_work_factor(WORK_FACTOR);
        let encryptor = age::Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient)).unwrap();
        let mut archive = tar::Builder::new(encryptor.wrap_output(Vec::new()).unwrap());
        let mut header = tar::Header::new_gnu();
        header.set_size(0);
        header.set_entry_type(kind);
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        if let Some(gnu) = header.as_gnu_mut() {
            // A hole of a pebibyte.
            gnu.realsize = *b"00000000000\0";
            gnu.sparse[0].offset = *b"77777777777\0";
            gnu.sparse[0].numbytes = *b"00000000000\0";
        }
        header.set_cksum();
        archive.append(&header, &b""[..]).unwrap();
        let file = archive.into_inner().unwrap().finish().unwrap();
        assert_eq!(open(&file, &code), Err(CarriedError::Malformed), "{kind:?}");
    }
}
