//! A target for each decoder: it takes any bytes, must not panic, and must hold what is said of it. `make test` runs each
//! over its seeds and some thousand changes of them (`tests/corpus.rs`); `make fuzz` lets libFuzzer look further, by what
//! it sees the code do (`libfuzzer.rs`, ADR 31).
//!
//! Deliberately absent: the libraries below (age, zstd, the image decoders) by themselves. They are reached through what
//! calls them here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a target says what it found by panicking"
)]

mod files;
mod messages;
pub mod seeds;
mod texts;

/// What is done with some bytes.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Target); 20] = [
    ("push", messages::push),
    ("push-payloads", messages::push_payloads),
    ("envelope", messages::envelope),
    ("payload", messages::payload),
    ("key-directory", messages::key_directory),
    ("sealed", messages::sealed),
    ("sealed-text", messages::sealed_text),
    ("attachment-container", messages::attachment_container),
    ("join-code", messages::join_code),
    ("vocabulary", messages::vocabulary),
    ("catalogue-content", messages::catalogue_content),
    ("invitation", texts::invitation),
    ("coordinates", texts::coordinates),
    ("identifiers", texts::identifiers),
    ("free-text", texts::free_text),
    ("cursor", texts::cursor),
    ("dossier", files::dossier),
    ("backup-manifest", files::backup_manifest),
    ("photo", files::photo),
    ("sound", files::sound),
];
