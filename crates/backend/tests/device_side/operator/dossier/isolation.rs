//! The published verifier among hostile files, on a medium that cannot be written, and where openssl is missing or
//! unable: "cannot check" is never "does not hold".

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use baken_backend::admin::check::{FaultCode, Known, Verdict, check};
use baken_backend::admin::verifier;
use baken_protocol::digest::Digest;
use baken_protocol::signature::VerifyingKey;
use data_encoding::HEXLOWER;

use super::scene::{Scene, copied, files};
use super::verifiers::{python_says, said, script};

fn executable(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The interpreter itself: `python3` may be a script that looks for it, and needs more of its PATH than we leave.
fn interpreter() -> String {
    said(Command::new("python3").args(["-c", "import sys; print(sys.executable)"])).1.trim().to_owned()
}

/// The verifier with this and no other folder to find programs in.
fn with_path(scene: &Scene, path: &Path) -> (Option<i32>, String) {
    said(asked(scene).env("PATH", path).current_dir(&scene.out))
}

fn asked(scene: &Scene) -> Command {
    let mut command = Command::new(interpreter());
    command.arg("-I").arg(script()).arg(&scene.out).args(["--root", &scene.root().to_string()]);
    command
}

#[tokio::test]
async fn an_openssl_that_is_missing_old_or_lies_is_named_as_such() {
    let scene = Scene::new().await;
    let folder = tempfile::tempdir().unwrap();
    let (code, text) = with_path(&scene, folder.path());
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("CANNOT CHECK HERE: there is no openssl") && !text.contains("DOES NOT HOLD"), "{text}");

    let refuses = "#!/bin/sh\n[ \"$1\" = version ] && echo LibreSSL 3.3.6 && exit 0\n\
                   echo 'pkeyutl: Option unknown option -rawin' >&2\nexit 1\n";
    let agrees = "#!/bin/sh\necho Signature Verified Successfully\n";
    let denies = "#!/bin/sh\necho Signature Verification Failure\nexit 1\n";
    for (program, words) in [
        (refuses, "LibreSSL 3.3.6) cannot check Ed25519 signatures"),
        (agrees, "answers wrongly to a signature that is known"),
        (denies, "answers wrongly to a signature that is known"),
    ] {
        executable(&folder.path().join("openssl"), program);
        let (code, text) = with_path(&scene, folder.path());
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(words) && !text.contains("DOES NOT HOLD"), "{text}");
    }
}

/// It proves itself first; one that fails afterwards says nothing about the dossier either.
#[tokio::test]
async fn an_openssl_that_breaks_off_in_the_middle_is_no_verdict() {
    let scene = Scene::new().await;
    let folder = tempfile::tempdir().unwrap();
    let real = said(Command::new("sh").args(["-c", "command -v openssl"])).1;
    let count = folder.path().join("count");
    let program = format!(
        "#!/bin/sh\nn=$(/bin/cat {count} 2>/dev/null || echo 0); echo $((n + 1)) > {count}\n\
         [ $n -ge 6 ] && echo 'out of memory' && exit 1\nexec {} \"$@\"\n",
        real.trim(),
        count = count.display()
    );
    executable(&folder.path().join("openssl"), &program);
    let (code, text) = with_path(&scene, folder.path());
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("CANNOT CHECK HERE") && !text.contains("DOES NOT HOLD"), "{text}");
    // Of a dossier that is old as well it cannot be said that it would be good but for its age.
    fs::remove_file(&count).unwrap();
    let mut command = asked(&scene);
    let (code, text) = said(command.args(["--key-directory", "9"]).env("PATH", folder.path()));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.ends_with("wat niets zegt over het dossier\n") && !text.contains("DOES NOT HOLD"), "{text}");
}

/// Either verifier: what was not looked at is not said to fail, nor to be good but for its age.
#[tokio::test]
async fn an_old_dossier_that_cannot_be_checked_whole_is_no_verdict() {
    let scene = Scene::new().await;
    let page = fs::read_to_string(scene.out.join("CHECK.html")).unwrap();
    let other = page.replace(&verifier::script_hash().to_string(), &Digest::of(b"another verifier").to_string());
    fs::write(scene.out.join("CHECK.html"), other).unwrap();
    let report = check(&scene.out, Known { root: scene.root(), key_directory: Some(9) }, None);
    assert_eq!(report.verdict, Verdict::CannotCheck, "{report}");
    assert_eq!(report.faults[0].code, FaultCode::OlderDirectory);
    let (code, text) = said(asked(&scene).args(["--key-directory", "9"]));
    assert_eq!(code, Some(2), "{text}");
}

/// Python ends with 1 on what a program did not foresee, and 1 says that a dossier does not hold.
#[tokio::test]
async fn a_verifier_that_cannot_say_what_it_found_gives_no_verdict() {
    let scene = Scene::new().await;
    let name = OsStr::from_bytes(b"/nowhere/openssl-\xff");
    let (code, text) = said(asked(&scene).arg("--openssl").arg(name));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("CANNOT CHECK HERE: /nowhere/openssl-\\u{dcff}"), "{text}");
    for more in [&["--json"][..], &[]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ended = asked(&scene).args(more).stdout(full).output().unwrap();
        let told = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{told}");
        assert!(told.starts_with("CANNOT CHECK HERE: OSError"), "{told}");
    }
}

#[tokio::test]
async fn nothing_that_lies_in_the_dossier_is_run_or_imported() {
    let scene = Scene::new().await;
    let ran = scene.folder.path().join("ran");
    for module in ["glob", "json", "os", "base64", "subprocess", "sitecustomize"] {
        fs::write(scene.out.join(format!("{module}.py")), format!("open({:?}, 'w')\n", ran.display().to_string()))
            .unwrap();
    }
    executable(&scene.out.join("openssl"), &format!("#!/bin/sh\ntouch {}\n", ran.display()));
    let before = files(&scene.out);
    let python = |search: &str| {
        let mut command = Command::new("python3");
        command.arg("-I").arg(script()).arg(".").args(["--root", &scene.root().to_string()]);
        let path = std::env::var("PATH").unwrap();
        command.env("PATH", format!("{search}:{path}")).env("PYTHONPATH", ".").env("TMPDIR", &scene.out);
        said(command.current_dir(&scene.out))
    };
    for search in [".", "", scene.out.to_str().unwrap()] {
        let (code, text) = python(search);
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains("DOES NOT HOLD: glob.py") && text.contains("DOES NOT HOLD: openssl"), "{text}");
        assert!(!ran.exists(), "what lies there was started");
        assert_eq!(files(&scene.out), before, "nothing was written");
    }
    // Started without -I it would import them, so it does not go on.
    let beside = scene.out.join("check.py");
    fs::copy(script(), &beside).unwrap();
    let mut command = Command::new("python3");
    command.arg(&beside).arg(&scene.out).args(["--root", &scene.root().to_string()]);
    let (code, text) = said(command.current_dir(&scene.out));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("python3 -I check.py"), "{text}");
    assert!(!ran.exists(), "it refuses before it imports anything");
}

/// Python for a user whom permissions hold back, which they do to nobody who is root.
fn not_root() -> Command {
    if said(Command::new("id").arg("-u")).1.trim() != "0" {
        return Command::new(interpreter());
    }
    let nobody = |python: &str| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", python]).current_dir("/");
        command
    };
    let own = interpreter();
    let mut usable = [own.as_str(), "/usr/bin/python3"].into_iter();
    let found = usable.find(|python| said(nobody(python).args(["-I", "-c", ""])).0 == Some(0));
    nobody(found.expect("a Python that other users may start"))
}

#[tokio::test]
async fn a_read_only_medium_can_be_checked() {
    let scene = Scene::new().await;
    let folder = tempfile::tempdir().unwrap();
    let medium = folder.path().join("medium");
    copied(&scene.out, &medium);
    let mode = |path: &PathBuf, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let set = |folders: u32, rest: u32| {
        for name in files(&medium) {
            mode(&medium.join(name), rest);
        }
        mode(&medium.join("attachments"), folders);
        mode(&medium, folders);
    };
    set(0o555, 0o444);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let checker = folder.path().join("check.py");
    fs::copy(script(), &checker).unwrap();
    let (code, text) =
        said(not_root().arg("-I").arg(&checker).arg(&medium).args(["--root", &scene.root().to_string()]));
    set(0o755, 0o644);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("The dossier HOLDS / het dossier KLOPT\n"), "{text}");
    assert_eq!(files(&medium), files(&scene.out), "and nothing was written beside it");
}

#[tokio::test]
async fn a_fingerprint_is_read_however_it_was_written_down() {
    let scene = Scene::new().await;
    let plain = scene.root().to_string();
    let groups: Vec<&str> = (0..16).map(|group| &plain[group * 4..group * 4 + 4]).collect();
    for written in [
        plain.to_uppercase(),
        groups.join(" "),
        groups.join("\u{a0}").to_uppercase(),
        groups.join("\u{202f}"),
        groups.join(":"),
        groups.join(" \u{2013} "),
        format!("sha256:{plain}\u{200b}"),
    ] {
        let (code, text) = python_says(&scene.out, &[&written]);
        assert_eq!(code, Some(0), "{written:?}: {text}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_baken-backend"));
        let (code, text) = said(command.arg("check").arg(&scene.out).args(["--root", &written]));
        assert_eq!(code, Some(0), "{written:?}: {text}");
    }
    assert_eq!(python_says(&scene.out, &groups).0, Some(0), "groups that nobody put between quotes");
    for wrong in [&plain[1..], "vingerafdruk", ""] {
        let (code, text) = python_says(&scene.out, &[wrong]);
        assert_eq!(code, Some(2), "not a fingerprint is no verdict: {text}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_baken-backend"));
        let (code, text) = said(command.arg("check").arg(&scene.out).args(["--root", wrong]));
        assert_eq!(code, Some(2), "{text}");
    }
}

/// The keys that `ring` and openssl believe and that sign more than their owner did.
#[test]
fn the_published_verifier_refuses_the_keys_that_the_protocol_refuses() {
    let hostile = include_str!("../../../../../../tests/vectors/ed25519-hostile-keys.txt");
    let mut keys: Vec<&str> = hostile.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let honest: Vec<String> = (1..20_u8)
        .map(|byte| {
            let pair = ring::signature::Ed25519KeyPair::from_seed_unchecked(&[byte; 32]).unwrap();
            HEXLOWER.encode(ring::signature::KeyPair::public_key(&pair).as_ref())
        })
        .collect();
    // And points that are hardly ever keys: which of them lie on the curve is not known beforehand.
    let any: Vec<String> = (0..60_u8).map(|byte| Digest::of(&[byte]).to_string()).collect();
    keys.extend(honest.iter().chain(&any).map(String::as_str));
    let program = "import importlib.util, sys\n\
                   spec = importlib.util.spec_from_file_location('check', sys.argv[1])\n\
                   check = importlib.util.module_from_spec(spec)\n\
                   spec.loader.exec_module(check)\n\
                   for key in sys.argv[2:]: print(check.is_sound_key(bytes.fromhex(key)))\n";
    let (code, text) = said(Command::new("python3").args(["-I", "-B", "-c", program]).arg(script()).args(&keys));
    assert_eq!(code, Some(0), "{text}");
    let answers: Vec<bool> = text.lines().map(|line| line == "True").collect();
    let expected: Vec<bool> =
        keys.iter().map(|key| VerifyingKey::parse(&HEXLOWER.decode(key.as_bytes()).unwrap()).is_ok()).collect();
    assert_eq!(answers, expected);
    assert!(
        expected.iter().filter(|holds| **holds).count() >= 19 && expected.iter().filter(|holds| !**holds).count() >= 14
    );
}
