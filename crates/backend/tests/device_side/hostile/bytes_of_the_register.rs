//! One byte of anything signed or sealed, changed in the file by somebody's hand: `verify` finds every one.

use baken_protocol::dsse::Envelope;
use rusqlite::Connection;

use crate::backend::Backend;
use crate::device::Device;

const COLUMNS: [(&str, &str, bool); 7] = [
    ("operation_contents", "envelope", true),
    ("operation_contents", "sealed", false),
    ("batches", "envelope", true),
    ("batches", "receipt_envelope", true),
    ("devices", "enrolment_envelope", true),
    ("devices", "certificate_envelope", true),
    ("key_directories", "envelope", true),
];

#[tokio::test]
async fn every_changed_byte_of_every_envelope_and_sealed_part_is_found() {
    let backend = Backend::new();
    Device::enrolled(&backend, "Boa 1").await.send_chain(&backend, 1).await;
    backend.assert_holds();
    let connection = Connection::open(backend.data().register()).unwrap();
    connection.pragma_update(None, "synchronous", "OFF").unwrap();
    for (table, column, is_envelope) in COLUMNS {
        let original: Vec<u8> =
            connection.query_row(&format!("SELECT {column} FROM {table}"), [], |row| row.get(0)).unwrap();
        let write = |bytes: &[u8]| {
            assert_eq!(connection.execute(&format!("UPDATE {table} SET {column} = ?1"), [bytes]).unwrap(), 1);
        };
        for place in 0..original.len() {
            let mut flipped = original.clone();
            flipped[place] ^= 1 << (place % 8);
            assert!(
                !is_envelope || Envelope::from_json(&flipped).ok() != Envelope::from_json(&original).ok(),
                "{table}.{column}, byte {place} says the same in other words"
            );
            write(&flipped);
            assert!(!backend.report().faults.is_empty(), "{table}.{column}, byte {place}");
        }
        write(&original);
        backend.assert_holds();
    }
}

/// A device's key and its proof exchanged for a sound pair of somebody else's: what it signed no longer holds.
#[tokio::test]
async fn a_device_exchanged_for_another_sound_one_is_found() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_chain(&backend, 1).await;
    let other = Device::enrolled(&backend, "Boa 2").await;
    backend.assert_holds();
    for (from, to) in
        [(device.id.to_string(), uuid::Uuid::nil().to_string()), (other.id.to_string(), device.id.to_string())]
    {
        assert_eq!(backend.tamper(&format!("UPDATE devices SET device = '{to}' WHERE device = '{from}'")), 1);
    }
    let faults = backend.report().faults;
    assert!(faults.iter().any(|fault| fault.contains("not signed by its device")), "{faults:?}");
}
