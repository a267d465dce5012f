//! Writes the frozen vectors, once. A published format never changes: for a new version, or for what was forgotten,
//! write new files beside these. `cargo run -p baken-tests --example freeze-vectors` writes what is missing and
//! never overwrites.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a tool for maintainers, not for users"
)]

mod keys;
mod spellings;
mod writing;

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use serde_json::Value;
use writing::records::Records;
use writing::{
    attachment, attachment_receipt, catalogue, contact, corrections, device_certificate, first, full, join, keydir,
    log_continuation, operation, outcomes, push, receipt, revocations, sealed, sealed_text,
};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    freeze(&folder, ["v1-good.json", "v1-hostile.json"], first::vectors);
    let names = [
        "v1-records-good.json",
        "v1-operation-hostile.json",
        "v1-receipt-hostile.json",
        "v1-attachment-receipt-hostile.json",
        "v1-keydir-hostile.json",
        "v1-sealed-hostile.json",
        "v1-sealed-text-hostile.json",
        "v1-attachment-hostile.json",
        "v1-push-hostile.json",
        "v1-device-certificate-hostile.json",
        "v1-log-continuation-hostile.json",
    ];
    freeze(&folder, names, || {
        let first = serde_json::from_slice(&std::fs::read(folder.join("v1-good.json")).unwrap()).unwrap();
        let records = Records::after(&first);
        [
            records.vectors(),
            operation::hostile(&records),
            receipt::hostile(&records),
            attachment_receipt::hostile(&records),
            keydir::hostile(&records, &first),
            sealed::hostile(&records),
            sealed_text::hostile(&records),
            attachment::hostile(&records),
            push::hostile(),
            device_certificate::hostile(&records),
            log_continuation::hostile(&records),
        ]
    });
    freeze(&folder, ["v1-join-good.json", "v1-join-hostile.json"], || {
        let read = |name: &str| serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap();
        join::vectors(&Records::frozen(&read("v1-good.json"), &read("v1-records-good.json")))
    });
    freeze(&folder, ["v1-revocations-good.json", "v1-revocations-hostile.json"], revocations::vectors);
    freeze(&folder, ["v1-outcomes-good.json", "v1-outcomes-hostile.json"], outcomes::vectors);
    freeze(&folder, ["v1-catalogue-good.json", "v1-catalogue-hostile.json"], catalogue::vectors);
    freeze(&folder, ["v2-corrections-good.json"], || {
        let frozen = |name| serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap();
        [corrections::good(&frozen("v1-records-good.json"), &Records::after(&frozen("v1-good.json")))]
    });
    freeze(&folder, ["v3-observations-good.json", "v3-observations-hostile.json"], || {
        let frozen = |name| serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap();
        let records = Records::after(&frozen("v1-good.json"));
        full::vectors(&frozen("v1-records-good.json"), &frozen("v2-corrections-good.json"), &records)
    });
    freeze(&folder, ["v1-contact-good.json", "v1-contact-hostile.json"], || {
        let frozen = |name| serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap();
        let (first, after) = (frozen("v1-good.json"), frozen("v1-records-good.json"));
        contact::vectors(&after, &Records::frozen(&first, &after))
    });
}

/// Writes the files of one set, which belong together: all of them, or none where they are there already.
fn freeze<const N: usize>(folder: &Path, names: [&str; N], vectors: impl FnOnce() -> [Value; N]) {
    let there = names.iter().filter(|name| folder.join(name).exists()).count();
    if there == N {
        println!("frozen: {}", names.join(", "));
        return;
    }
    assert_eq!(there, 0, "of {} some are there: a set is frozen as a whole", names.join(", "));
    for (name, vectors) in names.into_iter().zip(vectors()) {
        let mut file = OpenOptions::new().write(true).create_new(true).open(folder.join(name)).unwrap();
        file.write_all((serde_json::to_string_pretty(&vectors).unwrap() + "\n").as_bytes()).unwrap();
        println!("written: {name}");
    }
}
