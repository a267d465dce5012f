//! The main job without a screen: the same steps a person takes in the app, each with what it proved.

use std::path::Path;

use anyhow::{Context, ensure};
use baken_companion::{DraftForm, RecordKind, RecordState};

use crate::device::Device;
use crate::picture::ship_at_a_quay;
use crate::scenario::person;

const NARRATIVE: &str = "Onder dek spraken wij twee mannen. Hun paspoorten liggen bij de schipper; zij weten niet \
                         wanneer zij van boord mogen.";

/// Plays the story on the device in `home`.
pub(crate) async fn run(home: &Path, invitation: Option<&str>, passphrase: &str) -> anyhow::Result<()> {
    let device = Device::open(home, None)?;
    if home.join("vault.json").exists() {
        device.companion().unlock(passphrase)?;
        say("Unlocked", "the store's key was unwrapped with the passphrase; on disk everything is ciphertext");
    } else {
        device.enrol(invitation.context("a new device needs an invitation")?, passphrase).await?;
        say("Enrolled", "the backend's key directory is signed by the root key whose fingerprint the invitation named");
    }
    start_inspection(&device)?;
    let draft = open_draft(&device)?;
    drop(device);

    let device = Device::open(home, None)?;
    device.companion().unlock(passphrase)?;
    let store = device.store()?;
    let kept = store.draft(draft)?;
    let DraftForm::Observation(form) = &kept.form else { anyhow::bail!("not an observation") };
    ensure!(form.narrative == NARRATIVE && kept.photos.len() == 1, "the draft is not as it was");
    say("Draft survived a restart", "text and photo are exactly as they were left");

    let record = store.finalise(draft)?;
    say(
        "Signed (Vastleggen)",
        &format!("operation {} can no longer be changed; no network was used", record.operation),
    );

    let progress = device.sync().await?;
    let record = store.record(record.operation)?.summary;
    ensure!(record.state == RecordState::Acknowledged, "not acknowledged but {:?}", record.state);
    say("Synced", &format!("{} records, {} bytes of sealed content", progress.records_sent, progress.bytes_sent));

    let receipt = store.receipt(record.operation)?.context("no receipt")?;
    ensure!(receipt.verified && receipt.missing_attachments == 0, "the receipt does not verify");
    say(
        "Received, with a verified receipt",
        &format!(
            "number {} in log {}, at {}; batch {} of chain {}, hash {}",
            receipt.receipt_number,
            receipt.log_origin,
            receipt.received_at,
            receipt.seq,
            receipt.chain,
            receipt.batch_hash
        ),
    );
    println!("\n  Operation: {}", record.operation);
    Ok(())
}

fn start_inspection(device: &Device) -> anyhow::Result<()> {
    let (kind, district) = ("vissersschip".parse()?, "WK045301".parse()?);
    let organisations = vec!["gemeente-handhaving".parse()?, "scharlaken-koord".parse()?];
    device.start_inspection(|form| {
        form.place.kind = Some(kind);
        form.place.district = Some(district);
        "IJM 204".clone_into(&mut form.place.exact.name);
        form.organisations = organisations;
    })?;
    say("Joint inspection started", "organisations and ground for entering are on record, without a network");
    Ok(())
}

fn open_draft(device: &Device) -> anyhow::Result<uuid::Uuid> {
    let store = device.store()?;
    let draft = store.start_draft(RecordKind::Observation)?;
    let DraftForm::Observation(mut form) = draft.form else { anyhow::bail!("not an observation") };
    ensure!(form.place.exact.name == "IJM 204", "the place did not carry forward");
    form.forms = vec!["arbeid".parse()?];
    form.indicators = vec!["D1".parse()?, "V1".parse()?];
    form.basis = Some("waarneming".parse()?);
    form.urgency = Some("spoed".parse()?);
    NARRATIVE.clone_into(&mut form.narrative);
    form.persons = vec![person(1), person(2)];
    store.save_draft(draft.id, &DraftForm::Observation(form))?;
    store.add_photo(draft.id, &ship_at_a_quay()?)?;
    say("Observation begun, with a photo", "the place carried forward; every answer was on disk before the next");
    Ok(draft.id)
}

fn say(step: &str, proved: &str) {
    println!("  ✓ {step}\n      {proved}");
}
