//! The two verifiers, asked the same question: they must give the same answer.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use baken_backend::admin::check::check;
use baken_protocol::digest::Digest;
use serde_json::Value;

/// The verifier as it is published.
pub(super) fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../verifier/check.py").canonicalize().unwrap()
}

/// How the published verifier ends, and everything it prints.
pub(super) fn python_says(dossier: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    said(Command::new("python3").arg("-I").arg(script()).arg(dossier).arg("--root").args(arguments))
}

pub(super) fn said(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code(), text)
}

pub(super) fn by_rust(dossier: &Path, root: Digest) -> Value {
    serde_json::to_value(check(dossier, root, None)).unwrap()
}

pub(super) fn by_python(dossier: &Path, root: Digest) -> Value {
    let (code, text) = python_says(dossier, &[&root.to_string(), "--json"]);
    let report: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no verdict but: {text}"));
    let ends = match report["verdict"].as_str().unwrap() {
        "holds" => 0,
        "does-not-hold" => 1,
        "cannot-check" => 2,
        "export-anew" => 3,
        other => panic!("no verdict: {other}"),
    };
    assert_eq!(code, Some(ends), "{text}");
    report
}

/// What both say, which must be the same.
pub(super) fn judged(dossier: &Path, root: Digest) -> Value {
    let (rust, python) = (by_rust(dossier, root), by_python(dossier, root));
    assert_eq!(rust["verdict"], python["verdict"], "{rust:#}\n{python:#}");
    assert_eq!(faults(&rust), faults(&python), "{rust:#}\n{python:#}");
    assert_eq!(rust["record"], python["record"]);
    let codes = |report: &Value| -> Vec<Value> {
        report["notes"].as_array().unwrap().iter().map(|note| note["code"].clone()).collect()
    };
    assert_eq!(codes(&rust), codes(&python));
    assert_eq!(rust["obstacles"].as_array().unwrap().len(), python["obstacles"].as_array().unwrap().len());
    rust
}

/// Each fault's code and files.
pub(super) fn faults(report: &Value) -> BTreeSet<(String, String)> {
    let all = report["faults"].as_array().unwrap().iter();
    all.map(|fault| (fault["code"].as_str().unwrap().to_owned(), fault["files"].to_string())).collect()
}

/// Whether it is said not to hold, or not to be checkable, with this file named.
pub(super) fn names(report: &Value, file: &str) -> bool {
    report["verdict"] != "holds" && (report["faults"].to_string() + &report["obstacles"].to_string()).contains(file)
}
