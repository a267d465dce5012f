//! libFuzzer over one target, which `BAKEN_FUZZ_TARGET` names. One program for all of them, so that it is linked once.
//! `scripts/fuzz.sh` builds it with the compiler's instrumentation, which no other program is built with.

#![no_main]

use std::sync::LazyLock;

use baken_fuzz::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("BAKEN_FUZZ_TARGET").unwrap_or_default();
    if name == "photo" {
        // A decoder that gives up is caught where photos are taken in; libFuzzer's hook would end the program first.
        drop(std::panic::take_hook());
    }
    let known = TARGETS.iter().find(|(known, _)| *known == name);
    known.map_or_else(
        || panic!("BAKEN_FUZZ_TARGET names a target: {:?}", TARGETS.map(|(name, _)| name)),
        |known| known.1,
    )
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));
