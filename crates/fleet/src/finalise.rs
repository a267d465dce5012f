//! Figures of the device: *Vastleggen* beside its floor.

use std::path::Path;
use std::time::{Duration, Instant};

use baken_companion::{DraftForm, KdfCost, RecordKind};
use baken_protocol::seal::{self, Identity};
use baken_protocol::signature::SigningKey;
use ring::rand::SystemRandom;
use rusqlite::{Connection, params};

use crate::device::Device;
use crate::load::PASSPHRASE;
use crate::scenario::Scenario;

/// Bytes a record of this scenario takes in the store: signed, sealed, and the copy its author can read.
const ROW_BYTES: usize = 4700;

/// Seal, sign and commit durably, one by one, alternating with the two parts it cannot do without: a raw single-row
/// commit of the same size into SQLCipher with the same settings, and sealing and signing as many bytes alone.
/// The seal's key agreement is done when the draft is saved, so that save is a figure of its own, and so is the sum.
pub(crate) async fn run(invitation: &str, observations: usize) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let device = Device::open(&folder.path().join("home"), Some(KdfCost::TEST))?;
    device.enrol(invitation, PASSPHRASE).await?;
    let raw = raw_store(&folder.path().join("raw.sqlite"))?;
    let store = device.store()?;
    let mut scenario = Scenario::new(1);
    let recipients = [Identity::generate().recipient(), Identity::generate().recipient()];
    let key = SigningKey::generate(&SystemRandom::new())?;
    let (mut ours, mut saves, mut both) = (Vec::new(), Vec::new(), Vec::new());
    let (mut floor, mut cryptography) = (Vec::new(), Vec::new());
    for number in 0..observations {
        let draft = store.start_draft(RecordKind::Observation)?;
        let DraftForm::Observation(mut form) = draft.form else { anyhow::bail!("not an observation") };
        scenario.fill(&mut form);
        let text = serde_json::to_vec(&form)?;
        let began = Instant::now();
        store.save_draft(draft.id, &DraftForm::Observation(form))?;
        let finalising = Instant::now();
        store.finalise(draft.id)?;
        ours.push(finalising.elapsed());
        saves.push(finalising - began);
        both.push(began.elapsed());
        let row = vec![u8::try_from(number % 251)?; ROW_BYTES];
        let started = Instant::now();
        raw.execute("INSERT INTO rows (body) VALUES (?1)", params![row])?;
        floor.push(started.elapsed());
        let started = Instant::now();
        let sealed = seal::seal(&text, &recipients)?;
        std::hint::black_box(key.sign(&sealed));
        cryptography.push(started.elapsed());
    }
    println!("finalise:      {}", Summary::of(ours));
    println!("last save:     {}", Summary::of(saves));
    println!("both:          {}", Summary::of(both));
    println!("raw commit:    {}", Summary::of(floor));
    println!("seal and sign: {}", Summary::of(cryptography));
    Ok(())
}

fn raw_store(path: &Path) -> anyhow::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "key", format!("x'{}'", "5a".repeat(48)))?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch("CREATE TABLE rows (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")?;
    Ok(connection)
}

struct Summary {
    per_second: f64,
    median: Duration,
    p99: Duration,
}

impl Summary {
    fn of(mut samples: Vec<Duration>) -> Self {
        samples.sort();
        let total: Duration = samples.iter().sum();
        let at = |share: usize| samples.get(samples.len() * share / 100).copied().unwrap_or_default();
        let count = u32::try_from(samples.len()).unwrap_or(u32::MAX);
        Self { per_second: f64::from(count) / total.as_secs_f64(), median: at(50), p99: at(99) }
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
        write!(f, "{:.0}/s, median {:.2} ms, p99 {:.2} ms", self.per_second, ms(self.median), ms(self.p99))
    }
}
