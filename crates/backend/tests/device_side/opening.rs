//! Starting: a folder that is not as it must be is refused with what to do, and left as it was.

use std::fs;

use baken_backend::files::data_folder::{DataFolder, LockError};
use baken_backend::http::state::{AppState, StartError};
use baken_backend::storage::StorageError;
use baken_protocol::signature::SigningKey;

use crate::backend::Backend;
use crate::device::Device;

#[tokio::test]
async fn refuses_a_register_of_a_newer_version_and_leaves_it_alone() {
    let backend = Backend::new();
    backend.tamper_batch("PRAGMA user_version = 99");
    let opened = AppState::open(&backend.data(), backend.environment.clone());
    assert!(matches!(opened.err(), Some(StartError::Storage(StorageError::TooNew))));
    assert_eq!(backend.one::<u64>("PRAGMA user_version"), 99);
    assert_eq!(backend.count("installation"), 1);
}

#[tokio::test]
async fn refuses_a_folder_without_register_or_with_an_empty_one() {
    let backend = Backend::new();
    let empty = DataFolder::new(backend.data().path().join("elsewhere"));
    let opened = AppState::open(&empty, backend.environment.clone());
    assert!(matches!(opened.err(), Some(StartError::NotInitialised)));
    assert!(!empty.path().exists(), "nothing was made");
    backend.tamper("DELETE FROM installation");
    let opened = AppState::open(&backend.data(), backend.environment.clone());
    assert!(matches!(opened.err(), Some(StartError::NotInitialised)));
}

#[tokio::test]
async fn refuses_to_sign_receipts_with_any_key_but_the_registers() {
    let backend = Backend::new();
    let other = SigningKey::generate(backend.environment.secure_random()).unwrap();
    for wrong in [other.pkcs8(), b"no key".as_slice(), b""] {
        fs::write(backend.data().receipt_key(), wrong).unwrap();
        let opened = AppState::open(&backend.data(), backend.environment.clone());
        assert!(matches!(opened.err(), Some(StartError::ReceiptKey)));
    }
    fs::remove_file(backend.data().receipt_key()).unwrap();
    let opened = AppState::open(&backend.data(), backend.environment.clone());
    assert!(matches!(opened.err(), Some(StartError::ReceiptKey)));
}

#[tokio::test]
async fn one_process_at_a_time_holds_the_folder() {
    let backend = Backend::new();
    let held = backend.data().lock().unwrap();
    assert!(matches!(backend.data().lock().err(), Some(LockError::InUse)));
    drop(held);
    assert!(backend.data().lock().is_ok());
}

/// A page in the middle goes bad while the backend is down. What can be read still is; what cannot is said.
#[tokio::test]
async fn a_damaged_page_is_reported_and_the_file_is_never_touched() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let sent = device.send_chain(&backend, 1).await;
    let page: usize = backend.one("SELECT rootpage FROM sqlite_schema WHERE name = 'batches'");
    let size: usize = backend.one("PRAGMA page_size");
    backend.tamper_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    let register = backend.data().register();
    let mut bytes = fs::read(&register).unwrap();
    bytes[(page - 1) * size..page * size].fill(0xaa);
    fs::write(&register, &bytes).unwrap();

    let backend = backend.restarted();
    let records = [device.record(&[])];
    let batch = device.batch(2, Some(sent[0].1), &records);
    let answer = device.send(&backend, &batch, &records).await;
    assert_eq!(answer.refusal(), (500, "internal".into()), "no receipt for what cannot be placed");
    let detail = answer.json().to_string().to_lowercase();
    assert!(!detail.contains("sql") && !detail.contains("batches"), "{detail}");
    let report = baken_backend::admin::verify::verify(
        &backend.storage,
        &backend.data().attachments(),
        &backend.state.installation,
    );
    assert!(matches!(report.err(), Some(StorageError::Damaged)));
    assert_eq!(fs::read(&register).unwrap()[(page - 1) * size..page * size], bytes[(page - 1) * size..page * size]);
}
