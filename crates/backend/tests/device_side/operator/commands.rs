//! The program itself, as it is typed: what it prints, how it ends, and the line each command leaves.

use std::path::Path;
use std::process::{Command, Output};

use baken_protocol::digest::Digest;

use crate::backend::Backend;
use crate::device::Device;
use crate::register::database;

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baken-backend"));
    command.args(arguments).envs(database().map(|url| ("BAKEN_DATABASE", url))).output().unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Runs a command that must succeed; answers what it printed.
fn done(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    printed(&output)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn in_groups(fingerprint: Digest) -> String {
    let digits: Vec<char> = fingerprint.to_string().chars().collect();
    digits.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn every_command_that_makes_or_hands_out_something_leaves_its_line() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_chain(&backend, 1).await;
    let (operation, device): (String, String) =
        (backend.one("SELECT operation FROM operations"), backend.one("SELECT device FROM operations"));
    let before: u64 = backend.one("SELECT max(id) FROM audit_lines");
    let folder = tempfile::tempdir().unwrap();
    let (data, root) = (backend.data(), folder.path().join("root.pkcs8"));
    std::fs::write(&root, backend.root.pkcs8()).unwrap();
    let out = |name: &str| folder.path().join(name);
    let data = text(data.path());

    done(&["invite", "--data", data, "--label", "Boa 2", "--organisation", "politie"]);
    let invitation: String = backend.one("SELECT id FROM invitations WHERE label = 'Boa 2'");
    done(&["dossier", "--data", data, "--operation", &operation, "--out", text(&out("dossier"))]);
    let nobodys = uuid::Uuid::nil().to_string();
    let nothing = run(&["dossier", "--data", data, "--operation", &nobodys, "--out", text(&out("none"))]);
    assert!(!nothing.status.success());
    done(&["backup", "--data", data, "--out", text(&out("copy"))]);
    done(&["renew", "--data", data, "--root-key", text(&root)]);
    let lines: String = backend.one(&format!(
        "SELECT group_concat(actor || ' ' || action || ' ' || object || ' ' || result || ' ' || origin, '; ')
         FROM (SELECT * FROM audit_lines WHERE id > {before} ORDER BY id) AS lines"
    ));
    let expected = [
        format!("operator invite invitation {invitation} ok local"),
        format!("operator dossier record {device}.{operation} ok local"),
        format!("operator dossier record {nobodys} not-found local"),
        "operator backup register ok local".to_owned(),
        "operator renew key-directory 2 ok local".to_owned(),
    ];
    assert_eq!(lines.split("; ").collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_handed_out() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_chain(&backend, 1).await;
    let operation: String = backend.one("SELECT operation FROM operations");
    backend.register.fill_up("audit", "true");
    let folder = tempfile::tempdir().unwrap();
    let (data, dossier, copy) = (backend.data(), folder.path().join("dossier"), folder.path().join("copy"));
    let data = text(data.path());
    assert!(!run(&["dossier", "--data", data, "--operation", &operation, "--out", text(&dossier)]).status.success());
    assert!(!dossier.exists());
    assert!(!run(&["backup", "--data", data, "--out", text(&copy)]).status.success());
    assert!(!copy.join("manifest.json").exists());
    assert!(!run(&["invite", "--data", data, "--label", "Boa 2", "--organisation", "politie"]).status.success());
    assert_eq!(backend.count("invitations"), 1, "the device's own");
}

#[test]
fn a_wrong_invitation_is_refused_with_everything_that_is_wrong() {
    let backend = Backend::new();
    let data = backend.data();
    let output = run(&["invite", "--data", text(data.path()), "--label", " ", "--organisation", "nergens"]);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("a device needs a name; the vocabulary has no organisation with this code"), "{said}");
}

#[test]
fn a_backup_is_held_to_the_hash_that_was_printed_and_a_restore_says_what_to_do_again() {
    let backend = Backend::new();
    let folder = tempfile::tempdir().unwrap();
    let (data, copy, restored) = (backend.data(), folder.path().join("copy"), folder.path().join("restored"));
    let said = done(&["backup", "--data", text(data.path()), "--out", text(&copy)]);
    let manifest = Digest::of(&std::fs::read(copy.join("manifest.json")).unwrap()).to_string();
    assert!(said.contains(&manifest), "{said}");
    let wrong = Digest::of(b"another").to_string();
    assert!(said.contains(&format!("sealed to {}", backend.backup.recipient())), "{said}");
    let identity = folder.path().join("backup.age-identity.txt");
    let fixed = ["restore", "--from", text(&copy), "--data", text(&restored), "--identity", text(&identity)];
    let missing = run(&fixed);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("--identity"), "the file that is missing is named");
    std::fs::write(&identity, backend.backup.to_secret_line().as_bytes()).unwrap();
    let restore = [&fixed[..], &["--manifest-sha256"]].concat();
    let refused = run(&[&restore[..], &[&wrong]].concat());
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("does not have the SHA-256 that was given"));
    assert!(!restored.exists(), "nothing was restored");

    let said = done(&[&restore[..], &[&manifest.to_uppercase()]].concat());
    let at: String = backend.one("SELECT substr(at, 1, 19) FROM audit_lines WHERE action = 'backup'");
    assert!(
        said.contains(&format!("until {at}Z. What was done after that is not in it: revoke again the devices")),
        "{said}"
    );
    assert!(said.contains("Everybody is signed out and open invitations are withdrawn."), "{said}");
}

#[test]
fn a_register_that_never_served_is_backed_up_and_restored_with_the_identity_that_init_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (data, secrets, copy, restored) = (at("data"), at("secrets"), at("copy"), at("restored"));
    let fixed = ["init", "--tenant", "GM0453", "--municipality", "Velsen", "--address", "https://baken.example"];
    let folders = ["--member", "coordinator", "--data", text(&data), "--secrets-out", text(&secrets)];
    done(&[fixed.as_slice(), &folders].concat());
    done(&["backup", "--data", text(&data), "--out", text(&copy)]);
    let restore = ["restore", "--from", text(&copy), "--data", text(&restored), "--identity"];
    let wrong = run(&[restore.as_slice(), &[text(&secrets.join("recovery.age-identity.txt"))]].concat());
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("name the backup.age-identity.txt"));
    done(&[restore.as_slice(), &[text(&secrets.join("backup.age-identity.txt"))]].concat());
    assert!(done(&["verify", "--data", text(&restored)]).contains("everything holds"));
}

#[test]
fn verify_shows_the_root_key_and_holds_the_register_to_the_one_that_is_given() {
    let backend = Backend::new();
    let (data, root) = (backend.data(), backend.root.public().fingerprint());
    let data = text(data.path());
    let said = done(&["verify", "--data", data]);
    assert!(said.contains(&format!("root key: {}", in_groups(root))), "{said}");
    let groups = in_groups(root);
    for given in [root.to_string(), groups.to_uppercase(), groups.replace(' ', "\u{202f}"), groups] {
        assert!(done(&["verify", "--data", data, "--root", &given]).contains("everything holds"));
    }
    let json: serde_json::Value = serde_json::from_str(&done(&["verify", "--data", data, "--json"])).unwrap();
    assert_eq!((&json["rootKey"], &json["faults"]), (&root.to_string().into(), &serde_json::json!([])));

    let wrong = run(&["verify", "--data", data, "--root", &Digest::of(b"another").to_string()]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(printed(&wrong).contains("FAULT: the root key is not the one whose fingerprint was given"));
    assert!(!printed(&wrong).contains("everything holds"));
    assert!(!run(&["verify", "--data", data, "--root", "vingerafdruk"]).status.success());
}

/// A rewritten log holds by itself: only what was noted elsewhere shows it, however long ago that was.
#[test]
fn verify_holds_the_audit_log_to_what_was_noted_of_it() {
    let backend = Backend::new();
    let data = backend.data();
    let data = text(data.path());
    let printed_line = |said: &str| {
        let line = said.lines().find(|line| line.starts_with("audit log: note this")).unwrap();
        line.rsplit(' ').next().unwrap().to_owned()
    };
    let mut notes = Vec::new();
    for label in ["Boa 1", "Boa 2", "Boa 3"] {
        done(&["invite", "--data", data, "--label", label, "--organisation", "politie"]);
        notes.push(printed_line(&done(&["verify", "--data", data])));
    }
    for note in &notes {
        let (line, hash) = note.split_once(':').unwrap();
        for given in [note.as_str(), hash] {
            let said = done(&["verify", "--data", data, "--audit-hash", given]);
            assert!(said.contains(&format!("audit log: as it was noted, up to line {line}\n")), "{said}");
        }
    }
    let lines: u64 = notes[2].split_once(':').unwrap().0.parse().unwrap();
    let as_noted = |notes: &[&str]| {
        let given = notes.iter().flat_map(|note| ["--audit-hash", *note]);
        let said = run(&["verify", "--data", data, "--json"].into_iter().chain(given).collect::<Vec<_>>());
        let said: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
        (said["auditAsNoted"].as_u64(), said["faults"].as_array().unwrap().len())
    };
    assert_eq!(as_noted(&[]), (None, 0), "nothing was noted");
    assert_eq!(as_noted(&[&notes[0], &notes[2]]), (Some(lines), 0));
    // Whoever has the file writes its last two lines anew, in a chain that holds.
    rewritten_from(&backend, lines - 1);
    assert!(done(&["verify", "--data", data]).contains("everything holds"), "by itself");
    let all: Vec<&str> = notes.iter().flat_map(|note| ["--audit-hash", note.as_str()]).collect();
    let found = run(&[&["verify", "--data", data][..], &all].concat());
    assert_eq!(found.status.code(), Some(1));
    let said = printed(&found);
    let first = lines - 2;
    for (faulty, from) in [(lines - 1, lines - 1), (lines, lines - 1)] {
        let words = format!(
            "FAULT: line {faulty} of the audit log is not the one that was noted: it differs from some line between {from} \
             and {faulty} on"
        );
        assert!(said.contains(&words), "{said}");
    }
    assert!(said.contains(&format!("as it was noted, up to line {first}\n")), "{said}");
    assert_eq!(as_noted(&[&notes[0], &notes[2]]), (Some(first), 1), "for programs too");
    let (_, hash) = notes[2].split_once(':').unwrap();
    let alone = printed(&run(&["verify", "--data", data, "--audit-hash", hash]));
    assert!(alone.contains("FAULT: no line of the audit log has the noted hash"), "{alone}");
    let (_, good) = notes[0].split_once(':').unwrap();
    let moved = printed(&run(&["verify", "--data", data, "--audit-hash", &format!("{lines}:{good}")]));
    assert!(
        moved.contains(&format!("line {first} of the audit log is the one that was noted as line {lines}")),
        "{moved}"
    );

    backend.tamper_batch(&format!("DROP TRIGGER audit_keeps_everything; DELETE FROM audit WHERE id >= {}", lines - 1));
    let cut = printed(&run(&["verify", "--data", data, "--audit-hash", &notes[0], "--audit-hash", &notes[2]]));
    let words =
        format!("the audit log has {first} lines, and line {lines} was noted: what came after line {first} was");
    assert!(cut.contains(&words), "{cut}");
    assert!(!run(&["verify", "--data", data, "--audit-hash", "12"]).status.success());
}

/// Writes the audit log anew from this line on, with other actors, as a chain that holds.
fn rewritten_from(backend: &Backend, line: u64) {
    backend.tamper_batch("DROP TRIGGER audit_is_append_only");
    let last: u64 = backend.one("SELECT max(id) FROM audit");
    for id in line..=last {
        let values: String = backend.one(&format!(
            "SELECT json_array(coalesce((SELECT hash FROM audit WHERE id = {id} - 1), ''), at, 'nobody', action, object,
                               object_id, result, origin, purpose, detail) FROM audit WHERE id = {id}"
        ));
        let hash = Digest::of(values.as_bytes());
        backend.tamper(&format!("UPDATE audit SET actor = 'nobody', hash = '{hash}' WHERE id = {id}"));
    }
}

#[tokio::test]
async fn a_dossier_that_was_written_is_checked_by_the_program_itself_and_by_the_verifier_it_hands_out() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_chain(&backend, 1).await;
    let operation: String = backend.one("SELECT operation FROM operations");
    let folder = tempfile::tempdir().unwrap();
    let (data, out, script) = (backend.data(), folder.path().join("dossier"), folder.path().join("check.py"));
    let said = done(&["dossier", "--data", text(data.path()), "--operation", &operation, "--out", text(&out)]);
    let root = in_groups(backend.root.public().fingerprint());
    assert!(said.contains("and it holds") && said.contains(&root), "{said}");

    let said = done(&["verifier", "--out", text(&script)]);
    assert!(said.contains(&Digest::of(&std::fs::read(&script).unwrap()).to_string()), "{said}");
    assert!(!run(&["verifier", "--out", text(&script)]).status.success(), "nothing is written over");
    let mut python = Command::new("python3");
    let output = python.arg("-I").arg(&script).arg(&out).args(["--root", &root]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));

    let json = done(&["check", text(&out), "--root", &root, "--json"]);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&report["verdict"], &report["record"]["receiptNumber"]), (&"holds".into(), &1.into()));
    let missing = run(&["check", text(&out), "--root", &root, "--identity", text(&folder.path().join("none"))]);
    assert_eq!(missing.status.code(), Some(2), "no key is no verdict");
    std::fs::write(out.join("sealed.age"), b"altered").unwrap();
    let altered = run(&["check", text(&out), "--root", &root]);
    assert_eq!(altered.status.code(), Some(1));
    assert!(printed(&altered).contains("DOES NOT HOLD: sealed.age and operation.dsse.json: "), "{}", printed(&altered));
    assert!(printed(&altered).ends_with("The dossier DOES NOT HOLD / het dossier KLOPT NIET\n"));
}

/// A register that was altered is told before its dossier is handed out.
#[tokio::test]
async fn a_dossier_that_does_not_hold_is_not_handed_out_as_one_that_does() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_chain(&backend, 1).await;
    let operation: String = backend.one("SELECT operation FROM operations");
    assert_eq!(backend.tamper("UPDATE operation_contents SET sealed = x'00'"), 1);
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (backend.data(), folder.path().join("dossier"));
    let refused = run(&["dossier", "--data", text(data.path()), "--operation", &operation, "--out", text(&out)]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("DOES NOT HOLD: sealed.age") && said.contains("run `baken-backend verify`"), "{said}");
}
