//! A municipality with two records of one device; the dossier is of the second, which has a photo.

use std::fs;
use std::path::{Path, PathBuf};

use baken_backend::admin::dossier::{DossierError, RecordName, dossier};
use baken_backend::admin::renew::Renewal;
use baken_protocol::digest::Digest;
use baken_protocol::ids::RecordId;
use baken_protocol::record::{
    AttachmentClass, AttachmentHeader, AttachmentReference, ExactPlace, OpenPart, SealedHeader, SealedObservation,
    attachment_container,
};
use baken_protocol::seal::{self, Identity};
use chrono::TimeDelta;
use tempfile::TempDir;

use crate::backend::Backend;
use crate::device::{Device, Record, reference};

pub(super) const NARRATIVE: &str = "Slaapt in het ruim.";

pub(super) struct Scene {
    pub(super) backend: Backend,
    pub(super) device: Device,
    pub(super) team: Identity,
    pub(super) record: RecordId,
    pub(super) last_batch: Digest,
    photo: Vec<u8>,
    pub(super) folder: TempDir,
    pub(super) out: PathBuf,
}

impl Scene {
    pub(super) async fn new() -> Self {
        Self::made(false).await
    }

    /// The directory was renewed after the record was sealed.
    pub(super) async fn renewed() -> Self {
        Self::made(true).await
    }

    async fn made(renewed: bool) -> Self {
        let backend = Backend::new();
        let device = Device::enrolled(&backend, "Boa 1").await;
        let team = Identity::generate();
        let first = [device.record(&[])];
        let before = device.batch(1, None, &first);
        device.send(&backend, &before, &first).await;
        let (record, photo) = sealed_record(&device, &team, None, None);
        let records = [record];
        let batch = device.batch(2, Some(device.hash(&before)), &records);
        assert_eq!(device.send(&backend, &batch, &records).await.status, 201);
        backend.pass(TimeDelta::minutes(5));
        assert_eq!(device.patch(&backend, Digest::of(&photo), 0, &photo).await.status, 204);
        let folder = tempfile::tempdir().unwrap();
        if renewed {
            let file = folder.path().join("root.pkcs8");
            fs::write(&file, backend.root.pkcs8()).unwrap();
            Renewal::new(&backend.data(), &backend.storage, &backend.environment, &file).renew().unwrap();
        }
        let (out, record) = (folder.path().join("dossier"), records[0].operation.id());
        write(&backend, record, &out).unwrap();
        let last_batch = device.hash(&batch);
        Self { backend, device, team, record, last_batch, photo, folder, out }
    }

    pub(super) fn root(&self) -> Digest {
        self.backend.root.public().fingerprint()
    }

    pub(super) fn photo_hash(&self) -> Digest {
        Digest::of(&self.photo)
    }
}

pub(super) fn write(backend: &Backend, record: RecordId, out: &Path) -> Result<(), DossierError> {
    let name = RecordName::Whole(record);
    dossier(&backend.storage, &backend.data().attachments(), &backend.environment, name, out).map(drop)
}

/// A record that is sealed as a companion seals it, and its sealed photo. What is inside names this very record, or
/// the ones that are given.
pub(super) fn sealed_record(
    device: &Device,
    team: &Identity,
    text_of: Option<RecordId>,
    photo_of: Option<RecordId>,
) -> (Record, Vec<u8>) {
    let mut record = device.record(&[]);
    let operation = &mut record.operation;
    let to = [team.recipient(), Identity::generate().recipient()];
    let named = text_of.unwrap_or(operation.id());
    let text = SealedObservation {
        header: SealedHeader {
            tenant: operation.tenant.clone(),
            device: named.device,
            operation: named.operation,
            schema: SealedObservation::SCHEMA.to_owned(),
        },
        narrative: NARRATIVE.to_owned(),
        place: ExactPlace::default(),
        persons: vec![],
    };
    record.sealed = seal::seal(&serde_json::to_vec(&text).unwrap(), &to).unwrap();
    operation.sealed.sha256 = Digest::of(&record.sealed);
    operation.sealed.size_bytes = record.sealed.len() as u64;
    let named = photo_of.unwrap_or(operation.id());
    let header = AttachmentHeader {
        tenant: operation.tenant.clone(),
        device: named.device,
        operation: named.operation,
        class: AttachmentClass::Photo,
        media_type: "image/jpeg".to_owned(),
        size_bytes: 4,
        incomplete: false,
    };
    let photo = seal::seal_raw(&attachment_container(&header, b"JPEG").unwrap(), &to).unwrap();
    operation.attachments = vec![reference(&photo)];
    let OpenPart::Observation(open) = &mut operation.open else { panic!("an observation") };
    open.attachment_count = 1;
    (record, photo)
}

/// The same, with a spoken note in the place of the photo.
pub(super) fn spoken_record(device: &Device, team: &Identity) -> (Record, Vec<u8>) {
    let (mut record, _) = sealed_record(device, team, None, None);
    let operation = &mut record.operation;
    let class = AttachmentClass::Audio;
    let header = AttachmentHeader {
        tenant: operation.tenant.clone(),
        device: operation.device,
        operation: operation.operation,
        class,
        media_type: class.media_type().to_owned(),
        size_bytes: 4,
        incomplete: true,
    };
    let container = attachment_container(&header, b"fLaC").unwrap();
    let note = seal::seal_raw(&container, &[team.recipient(), Identity::generate().recipient()]).unwrap();
    operation.attachments = vec![AttachmentReference { class, ..reference(&note) }];
    (record, note)
}

/// Every file of a dossier, as its name stands in a verdict.
pub(super) fn files(dossier: &Path) -> Vec<String> {
    let names = |folder: &Path| -> Vec<(String, bool)> {
        let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
        entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path().is_dir())).collect()
    };
    let mut all = vec![];
    for (name, is_folder) in names(dossier) {
        if is_folder {
            all.extend(names(&dossier.join(&name)).into_iter().map(|(inner, _)| format!("{name}/{inner}")));
        } else {
            all.push(name);
        }
    }
    all.sort();
    all
}

/// A copy that may be done anything to.
pub(super) fn copied(dossier: &Path, to: &Path) {
    for name in files(dossier) {
        let target = to.join(&name);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(dossier.join(&name), target).unwrap();
    }
}
