//! One device as it grows: what a person waits for with few and with many records.
//!
//! Its vault has full strength, everything is synced before it is measured, and the look at the file that each unlock
//! begins runs meanwhile, as it does on a device. Nothing of it is judged here.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;
use baken_companion::{DraftForm, FailureCode, RecordKind, Store, Wanted, WantedState};

use crate::device::Device;
use crate::load::PASSPHRASE;
use crate::scenario::Scenario;
use crate::times::Times;
use crate::unlock::PAGE;

/// Unlocks at each size.
const UNLOCKS: usize = 5;
/// Pages at random places of the list, and times *Vastleggen*, after each unlock.
const EACH: usize = 40;

/// Records up to each of `sizes`, syncs, and prints a line.
pub(crate) async fn run(invitation: &str, sizes: &[usize]) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let home = folder.path().join("home");
    let device = Device::open(&home, None)?;
    device.enrol(invitation, PASSPHRASE).await?;
    let mut scenario = Scenario::new(1);
    let mut records = 0;
    for size in sizes {
        if records > 0 {
            device.companion().unlock(PASSPHRASE)?;
        }
        for _ in records..*size {
            device.record(None, |form| scenario.fill(form))?;
        }
        device.sync().await?;
        device.companion().lock();
        println!("{}", measured(&device, &home, &mut scenario)?);
        device.companion().unlock(PASSPHRASE)?;
        for line in found(&*device.store()?)? {
            println!("{line}");
        }
        device.companion().lock();
        records = size + UNLOCKS * EACH;
    }
    Ok(())
}

fn measured(device: &Device, home: &Path, scenario: &mut Scenario) -> anyhow::Result<String> {
    let bytes = fs::metadata(home.join("store.sqlite"))?.len();
    let mut random = fastrand::Rng::with_seed(1);
    let (mut argon, mut unlock, mut home_screen) = (Vec::new(), Vec::new(), Vec::new());
    let (mut first, mut any, mut finalise, mut look) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut total = 0;
    for _ in 0..UNLOCKS {
        argon.push(wrong_try(home)?);
        let started = Instant::now();
        device.companion().unlock(PASSPHRASE)?;
        unlock.push(started.elapsed());
        let unlocked = Instant::now();
        let store = device.store()?;
        home_screen.push(timed(|| store.home())?.0);
        let (took, page) = timed(|| store.record_page(&Wanted::default(), None, PAGE))?;
        first.push(took);
        total = page.total;
        for _ in 0..EACH {
            let before = random.u64(u64::from(PAGE)..=total.max(u64::from(PAGE)));
            any.push(timed(|| store.record_page(&Wanted::default(), Some(before), PAGE))?.0);
            finalise.push(vastleggen(&store, scenario)?);
        }
        store.await_look();
        look.push(unlocked.elapsed());
        drop(store);
        device.companion().lock();
    }
    Ok(format!(
        "{total} records, {} MB: Argon2id {}, unlock {}, home {}, first page {}, any page {}, Vastleggen {}, looked at \
         whole after {}",
        bytes / 1_000_000,
        Times(argon),
        Times(unlock),
        Times(home_screen),
        Times(first),
        Times(any),
        Times(finalise),
        Times(look)
    ))
}

/// How long it takes to find records again: the first page of each, with the count beside it.
fn found(store: &Store) -> anyhow::Result<Vec<String>> {
    let words = |words: &str| Wanted { words: words.into(), ..Wanted::default() };
    let hotel = Some("hotel".parse()?);
    let day = chrono::TimeDelta::days(1);
    let asked = [
        ("a word that most have", words("paspoorten")),
        ("the beginning of many words", words("d")),
        ("three words", words("paspoorten tolk deur")),
        ("a number that one has", words("12345")),
        ("a word that none has", words("zeppelin")),
        ("a kind of place", Wanted { place_kind: hotel.clone(), ..Wanted::default() }),
        ("a word at a kind of place", Wanted { place_kind: hotel, ..words("tolk") }),
        (
            "a day",
            Wanted {
                from: Some(baken_companion::Clock::now(&baken_companion::SystemClock::default()) - day),
                ..Wanted::default()
            },
        ),
        ("what waits", Wanted { state: Some(WantedState::Waiting), ..Wanted::default() }),
        ("what was received", Wanted { state: Some(WantedState::Acknowledged), ..Wanted::default() }),
    ];
    asked
        .iter()
        .map(|(what, wanted)| {
            let mut took = Vec::new();
            let mut fit = 0;
            for _ in 0..EACH {
                let (time, page) = timed(|| store.record_page(wanted, None, PAGE))?;
                took.push(time);
                fit = page.total;
            }
            Ok(format!("found again by {what}: {}, {fit} fit", Times(took)))
        })
        .collect()
}

/// A wrong try at a copy of the vault: Argon2id and nothing of the store.
fn wrong_try(home: &Path) -> anyhow::Result<Duration> {
    let folder = tempfile::tempdir()?;
    for name in ["vault.json", "tries"] {
        fs::copy(home.join(name), folder.path().join(name))?;
    }
    let device = Device::open(folder.path(), None)?;
    let started = Instant::now();
    let refused = device.companion().unlock("een verkeerde wachtzin");
    let took = started.elapsed();
    // Any other refusal comes before Argon2id.
    ensure!(refused.is_err_and(|failure| failure.code() == FailureCode::WrongSecret), "a wrong try opens nothing");
    Ok(took)
}

fn vastleggen(store: &Store, scenario: &mut Scenario) -> anyhow::Result<Duration> {
    let draft = store.start_draft(RecordKind::Observation)?;
    let DraftForm::Observation(mut form) = draft.form else { anyhow::bail!("not an observation") };
    scenario.fill(&mut form);
    store.save_draft(draft.id, &DraftForm::Observation(form))?;
    Ok(timed(|| store.finalise(draft.id))?.0)
}

fn timed<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<(Duration, T), E> {
    let started = Instant::now();
    let done = work()?;
    Ok((started.elapsed(), done))
}
