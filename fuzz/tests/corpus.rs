//! Each target over its seeds, over what earlier runs found, and over changes of them: the same ones at each run, so that
//! what fails fails again. `make fuzz` looks further.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::Instant;

use baken_fuzz::{TARGETS, Target, seeds};

/// What makes the changes of each run.
const SEED: u64 = 20_261_126;

/// Changes of all seeds of a target together; of what reads and writes files, or decodes pixels, fewer.
fn changes(target: &str) -> usize {
    match target {
        "dossier" => 400,
        "photo" => 150,
        "sealed" | "backup-manifest" | "vocabulary" => 600,
        _ => 4_000,
    }
}

/// Some of what happens to bytes on the way or in the hands of somebody with bad intentions.
fn changed(seeds: &[Vec<u8>], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = random.choice(seeds).unwrap().clone();
    for _ in 0..random.usize(1..=4) {
        let at = random.usize(0..=bytes.len());
        let until = random.usize(at..=bytes.len().min(at + 64));
        match random.u8(0..7) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..until)),
            2 => drop(bytes.splice(at..at, std::iter::repeat_with(|| random.u8(..)).take(8).collect::<Vec<_>>())),
            3 => bytes.extend_from_within(at..until),
            4 => {
                let other = random.choice(seeds).unwrap();
                let from = random.usize(0..=other.len());
                drop(bytes.splice(at..until, other[from..other.len().min(from + 64)].to_vec()));
            }
            5 if at < bytes.len() => bytes[at] = *random.choice(b"\0\xff\x7f\x80\"\\{[0-9.,: \n").unwrap(),
            _ if at < bytes.len() => bytes[at] ^= 1 << random.u8(0..8),
            _ => bytes.push(random.u8(..)),
        }
    }
    bytes
}

/// Runs it, and keeps what failed where `make fuzz` and this test find it again.
fn run(name: &str, target: Target, bytes: &[u8]) {
    let failed = catch_unwind(AssertUnwindSafe(|| target(bytes))).is_err();
    if failed {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("failed");
        fs::write(&file, bytes).unwrap();
        panic!("{name} fails on {}: mend it, and keep that file in fuzz/corpus/{name}", file.display());
    }
}

#[test]
fn no_target_fails_on_its_seeds_or_on_changes_of_them() {
    for (name, target) in TARGETS {
        let began = Instant::now();
        let seeds = seeds::of(name);
        assert!(!seeds.is_empty(), "{name} has no seeds");
        run(name, target, b"");
        for seed in &seeds {
            run(name, target, seed);
        }
        let mut random = fastrand::Rng::with_seed(SEED);
        for _ in 0..changes(name) {
            run(name, target, &changed(&seeds, &mut random));
        }
        println!("{name}: {} seeds, {} ms", seeds.len(), began.elapsed().as_millis());
    }
}

/// That a failure is seen: a target that fails on one byte of its seed.
#[test]
fn a_target_that_fails_is_named_with_what_it_failed_on() {
    let target: Target = |bytes| assert!(!bytes.contains(&b'!'), "found");
    let named = catch_unwind(|| run("nothing", target, b"all well!")).unwrap_err();
    assert!(named.downcast_ref::<String>().unwrap().contains("nothing fails on"));
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("nothing/failed");
    assert_eq!(fs::read(file).unwrap(), b"all well!");
}

/// For `make fuzz`: `BAKEN_WRITE_SEEDS=DIR`.
#[test]
fn seeds_are_written_where_asked() {
    let Some(folder) = std::env::var_os("BAKEN_WRITE_SEEDS").map(PathBuf::from) else { return };
    for (name, _) in TARGETS {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).unwrap();
        for (number, seed) in seeds::of(name).iter().enumerate() {
            fs::write(folder.join(format!("seed-{number}")), seed).unwrap();
        }
    }
}
