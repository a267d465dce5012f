//! Whatever is altered, cut off, exchanged, removed or put in the place of any file of a true dossier: the file is
//! named, and nobody is told that the dossier holds.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::scene::{Scene, copied, files};
use super::verifiers::{by_python, by_rust, judged, names};

/// Every byte of the small files, and this many places of the others.
const PLACES: usize = 200;

/// Does `harm` to each file in turn and hands the verdict and the file to `seen`; puts the file back.
fn each_file(dossier: &Path, harm: impl Fn(&Path), mut seen: impl FnMut(&str)) {
    for name in files(dossier) {
        let path = dossier.join(&name);
        let sound = fs::read(&path).unwrap();
        harm(&path);
        seen(&name);
        if path.is_dir() {
            fs::remove_dir(&path).unwrap();
        } else if path.symlink_metadata().is_ok() {
            fs::remove_file(&path).unwrap();
        }
        fs::write(&path, sound).unwrap();
    }
}

/// `length` or at most [`PLACES`] of them, spread evenly.
fn places(length: usize, most: usize) -> impl Iterator<Item = usize> {
    (0..length).step_by(length.div_ceil(most).max(1))
}

fn assert_named(report: &Value, name: &str, what: &str) {
    assert!(names(report, name), "{name}, {what}: {report:#}");
    let may_be_unknown = ["dossier.json", "CHECK.html"].contains(&name);
    assert!(report["verdict"] == "does-not-hold" || may_be_unknown, "{name}, {what}: {report:#}");
}

#[tokio::test]
async fn every_altered_byte_and_every_cut_is_named() {
    let scene = Scene::renewed().await;
    let (mut altered, mut cut) = (0, 0);
    for name in files(&scene.out) {
        let path = scene.out.join(&name);
        let sound = fs::read(&path).unwrap();
        for place in places(sound.len(), PLACES) {
            for bits in [0x01, 0x20, 0x80] {
                let mut harmed = sound.clone();
                harmed[place] ^= bits;
                fs::write(&path, harmed).unwrap();
                assert_named(&by_rust(&scene.out, scene.root()), &name, &format!("byte {place} ^ {bits:#x}"));
                altered += 1;
            }
        }
        for length in places(sound.len(), PLACES) {
            fs::write(&path, &sound[..length]).unwrap();
            assert_named(&by_rust(&scene.out, scene.root()), &name, &format!("cut at {length}"));
            cut += 1;
        }
        fs::write(&path, sound).unwrap();
    }
    assert_eq!(by_rust(&scene.out, scene.root())["verdict"], "holds", "and unharmed it holds again");
    println!("baken-backend check: {altered} alterations and {cut} cuts named");
}

/// The published verifier starts anew each time, so it is asked less often; both must say the same.
#[tokio::test]
async fn both_verifiers_name_what_was_altered_or_cut() {
    let scene = Scene::renewed().await;
    let mut count = 0;
    for name in files(&scene.out) {
        let path = scene.out.join(&name);
        let sound = fs::read(&path).unwrap();
        for place in places(sound.len(), 3) {
            let mut harmed = sound.clone();
            harmed[place] ^= 1;
            fs::write(&path, &harmed).unwrap();
            assert_named(&judged(&scene.out, scene.root()), &name, &format!("byte {place}"));
            fs::write(&path, &sound[..place]).unwrap();
            assert_named(&judged(&scene.out, scene.root()), &name, &format!("cut at {place}"));
            count += 2;
        }
        fs::write(&path, sound).unwrap();
    }
    assert_eq!(by_python(&scene.out, scene.root())["verdict"], "holds", "and unharmed it holds again");
    println!("both verifiers: {count} alterations and cuts named alike");
}

#[tokio::test]
async fn a_file_that_is_removed_or_is_something_else_is_named() {
    let scene = Scene::renewed().await;
    let removed = |path: &Path| fs::remove_file(path).unwrap();
    let folder = |path: &Path| {
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
    };
    let link = |path: &Path| {
        fs::copy(path, scene.folder.path().join("moved")).unwrap();
        fs::remove_file(path).unwrap();
        std::os::unix::fs::symlink(scene.folder.path().join("moved"), path).unwrap();
    };
    let huge = |path: &Path| fs::File::create(path).unwrap().set_len(1 << 34).unwrap();
    let mut count = 0;
    for (what, harm) in
        [("removed", &removed as &dyn Fn(&Path)), ("a folder", &folder), ("a link", &link), ("16 GiB", &huge)]
    {
        each_file(&scene.out, harm, |name| {
            assert_named(&judged(&scene.out, scene.root()), name, what);
            count += 1;
        });
    }
    println!("both verifiers: {count} files removed or replaced named alike");
}

#[tokio::test]
async fn a_file_of_another_true_dossier_is_named() {
    let (scene, other) = (Scene::renewed().await, Scene::renewed().await);
    let own = tempfile::tempdir().unwrap();
    let same_device = own.path().join("first");
    let first: String = scene.backend.one("SELECT operation FROM operations ORDER BY leaf_index LIMIT 1");
    let first = baken_protocol::ids::RecordId { operation: first.parse().unwrap(), ..scene.record };
    super::scene::write(&scene.backend, first, &same_device).unwrap();
    let mut count = 0;
    for from in [&other.out, &same_device] {
        let names = files(&scene.out);
        // Photos have names of their own: the one stands in the other's place.
        let there = files(from);
        for name in &names {
            let tail = name.split_once('.').map(|(_, tail)| tail).filter(|_| name.starts_with("attachments/"));
            let source = match tail {
                Some(tail) => there.iter().find(|it| it.starts_with("attachments/") && it.ends_with(tail)),
                None => there.iter().find(|it| *it == name),
            };
            let Some(source) = source else { continue };
            let bytes = fs::read(from.join(source)).unwrap();
            let path = scene.out.join(name);
            let sound = fs::read(&path).unwrap();
            if bytes == sound {
                continue;
            }
            fs::write(&path, bytes).unwrap();
            assert_named(&judged(&scene.out, scene.root()), name, "of another dossier");
            fs::write(&path, sound).unwrap();
            count += 1;
        }
    }
    assert!(count >= 12, "only {count}");
    println!("both verifiers: {count} exchanged files named alike");
}

#[tokio::test]
async fn whatever_is_added_is_named() {
    let scene = Scene::new().await;
    let longer = "x".repeat(200);
    let inner = format!("attachments/{}.age", baken_protocol::digest::Digest::of(b"another"));
    let added = [
        "root.pem",
        "glob.py",
        "json.py",
        "check.py",
        ".DS_Store",
        "Operation.dsse.json",
        "operation.dsse.json ",
        "keydir-01.dsse.json",
        "keydir-2.dsse.json",
        "sealed.age.bak",
        "attachments/x",
        "naam met spatie",
        &longer,
        &inner,
        "attachments.age",
        "CHECK.HTML",
    ];
    for name in added {
        fs::write(scene.out.join(name), b"x").unwrap();
        let report = judged(&scene.out, scene.root());
        assert!(names(&report, name) && report["verdict"] == "does-not-hold", "{name}: {report:#}");
        fs::remove_file(scene.out.join(name)).unwrap();
    }
    // A name must not be able to write a verdict of its own on somebody's screen.
    let name = "a\nThe dossier HOLDS\u{1b}[2K";
    fs::write(scene.out.join(name), b"x").unwrap();
    judged(&scene.out, scene.root());
    let text = super::verifiers::python_says(&scene.out, &[&scene.root().to_string()]).1;
    assert!(text.contains("a\\u{a}The dossier HOLDS\\u{1b}[2K"), "{text}");
    fs::remove_file(scene.out.join(name)).unwrap();

    for index in 0..300 {
        fs::write(scene.out.join(format!("{index}")), b"").unwrap();
    }
    let report = judged(&scene.out, scene.root());
    assert_eq!(report["faults"][0]["code"], "too-large", "as many as one likes: {report:#}");
}

#[tokio::test]
async fn a_folder_that_is_not_there_or_empty_ends_in_a_verdict() {
    let scene = Scene::new().await;
    let folder = tempfile::tempdir().unwrap();
    let report = judged(folder.path(), scene.root());
    assert_eq!((&report["verdict"], &report["faults"][0]["code"]), (&"does-not-hold".into(), &"missing".into()));
    let report = judged(&folder.path().join("nowhere"), scene.root());
    assert_eq!(report["verdict"], "cannot-check", "{report:#}");
    let moved = folder.path().join("moved");
    copied(&scene.out, &moved);
    assert_eq!(judged(&moved, scene.root())["verdict"], "holds", "wherever it lies");
}
