//! Holds answers to the files, and the files to the description.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::{Method, Request};
use baken_backend::http::middleware::headers::API_VERSION;
use baken_protocol::vocabulary::Vocabulary;
use serde_json::Value;

use super::mask::Mask;
use crate::backend::{Answer, Backend};
use crate::console::description::{Call, calls, description};

/// What is refused in the same words whatever is called: kept once, in `any/`.
const OF_ANY_CALL: [&str; 5] = ["408", "413", "415", "503", "507"];
/// What every answer has (`device_side/http.rs`), and what its length says.
const OF_ANY_ANSWER: [&str; 11] = [
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "strict-transport-security",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "api-version",
    "content-length",
    "vary",
];

/// What a browser asks in which nobody is signed in.
const CONSOLES: [&str; 3] = ["/v1/sessions", "/v1/joinings", "/v1/joinings/readings"];

const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// Whose calls they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Device,
    Console,
    Any,
}

impl Side {
    fn folder(self) -> PathBuf {
        let name = match self {
            Self::Device => "device",
            Self::Console => "console",
            Self::Any => "any",
        };
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http").join(name)
    }

    fn of(call: &Call<'_>) -> Self {
        let is_consoles = call.schemes().contains(&"session")
            || CONSOLES.contains(&&*call.path)
            || call.path.starts_with("/v1/sign-in");
        if is_consoles { Self::Console } else { Self::Device }
    }
}

pub struct Answers {
    side: Side,
    description: Value,
    kept: BTreeSet<PathBuf>,
    differing: Vec<PathBuf>,
}

impl Answers {
    pub async fn of(side: Side, backend: &Backend) -> Self {
        let description = description(backend).await;
        Self { side, description, kept: BTreeSet::new(), differing: Vec::new() }
    }

    /// Holds an answer to the file of its call, status and code.
    pub fn keep(&mut self, method: &str, path: &str, answer: &Answer) {
        self.keep_as(method, path, "", answer);
    }

    /// The same where one call ends in the same way for several reasons.
    pub fn keep_as(&mut self, method: &str, path: &str, why: &str, answer: &Answer) {
        let path = path.split('?').next().unwrap();
        let template = calls(&self.description)
            .into_iter()
            .find(|call| call.method == method && fits(&call.path, path))
            .unwrap_or_else(|| panic!("{method} {path} is not described"))
            .path;
        let folder = self.side.folder().join(template.trim_start_matches('/'));
        self.compare(&folder, method, why, answer);
    }

    /// One that belongs to no call.
    pub fn keep_of_any(&mut self, why: &str, answer: &Answer) {
        let folder = self.side.folder();
        self.compare(&folder, "any", why, answer);
    }

    fn compare(&mut self, folder: &Path, method: &str, why: &str, answer: &Answer) {
        let is_problem = answer.headers.get("content-type").is_some_and(|kind| kind == "application/problem+json");
        let code = if is_problem && !answer.body.is_empty() { answer.code() } else { String::new() };
        let parts = [method, answer.status.as_str(), &code, why];
        let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
        let file = folder.join(format!("{name}.snap"));
        assert!(self.kept.insert(file.clone()), "{} is kept twice: say why it ends so", file.display());
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let text = text(answer);
        let same = settings.bind(|| catch_unwind(AssertUnwindSafe(|| insta::assert_snapshot!(name.as_str(), text))));
        if same.is_err() {
            self.differing.push(file);
        }
    }

    /// How strangers are refused and misspelt names answered, at every call of this side.
    pub async fn keep_refusals(&mut self, backend: &Backend, signed_in: &[(&str, String)]) {
        let (description, side) = (self.description.clone(), self.side);
        for call in calls(&description).into_iter().filter(|call| Side::of(call) == side) {
            if !call.schemes().is_empty() {
                let path = named(&call.path);
                let answer = ask(backend, &call, &path, &[]).await;
                assert_eq!(answer.status, 401, "{}", call.name());
                self.keep(&call.method, &path, &answer);
            }
            if call.schemes().contains(&"csrfToken") {
                let path = named(&call.path);
                let cookie: Vec<_> = signed_in.iter().filter(|(name, _)| *name == "cookie").cloned().collect();
                self.keep(&call.method, &path, &ask(backend, &call, &path, &cookie).await);
            }
            if call.path.contains('{') {
                // What stands between the braces is spelt as no such name is, but for a login.
                let path = call.path.replace("{login}", "Login").replace(['{', '}'], "");
                let answer = ask(backend, &call, &path, signed_in).await;
                assert_eq!(answer.status, 400, "{}", call.name());
                self.keep(&call.method, &path, &answer);
            }
        }
    }

    /// Nothing differs, nothing is left over, and every way the description says a call may end is kept.
    pub fn hold(self) {
        assert!(self.differing.is_empty(), "these answers are others than their files say: {:#?}", self.differing);
        let mut files = BTreeSet::new();
        collect(&self.side.folder(), &mut files);
        let left_over: Vec<_> = files.difference(&self.kept).collect();
        assert!(left_over.is_empty(), "no answer belongs to these files: {left_over:#?}");
        let missing: Vec<String> = calls(&self.description)
            .iter()
            .filter(|call| Side::of(call) == self.side)
            .flat_map(|call| self.missing(call))
            .collect();
        assert!(missing.is_empty(), "the description says these, and no file does: {missing:#?}");
    }

    fn missing(&self, call: &Call<'_>) -> Vec<String> {
        let folder = self.side.folder().join(call.path.trim_start_matches('/'));
        let is_of_this_call = |status: &str| {
            let said = call.operation["responses"][status]["description"].as_str().unwrap();
            let unreadable = status == "400" && said.starts_with("bad-request") && !call.path.contains('{');
            let from_elsewhere = status == "403" && said.starts_with("cross-site");
            !(OF_ANY_CALL.contains(&status) || unreadable || from_elsewhere)
        };
        let is_kept = |status: &str| {
            let begins = format!("{}-{status}", call.method);
            let names = self.kept.iter().filter(|file| file.parent() == Some(&folder));
            names.map(|file| file.file_stem().unwrap().to_str().unwrap()).any(|name| name.starts_with(&begins))
        };
        let statuses = call.statuses().into_iter().filter(|status| is_of_this_call(status) && !is_kept(status));
        statuses.map(|status| format!("{} {status}", call.name())).collect()
    }
}

/// Asks until it was asked too often.
pub async fn until_too_many(ask: impl AsyncFn() -> Answer) -> Answer {
    // More than any limit lets through, and what it lets through anew meanwhile.
    for _ in 0..400 {
        let answer = ask().await;
        if answer.status == 429 {
            return answer;
        }
    }
    panic!("nothing is too often");
}

/// A path in which whatever varies names nobody's.
pub(super) fn named(path: &str) -> String {
    let names = [
        ("{record}", format!("{NOBODY}.{NOBODY}")),
        ("{report}", "M-2026-001".into()),
        ("{sha256}", "0".repeat(64)),
        ("{seq}", "1".into()),
    ];
    let path = names.into_iter().fold(path.to_owned(), |path, (name, value)| path.replace(name, &value));
    path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part }).collect::<Vec<_>>().join("/")
}

pub(super) async fn ask(backend: &Backend, call: &Call<'_>, path: &str, headers: &[(&str, String)]) -> Answer {
    let method: Method = call.method.parse().unwrap();
    let mut request = Request::builder().method(method).uri(path);
    let kind = call.media_type().map(|kind| ("content-type", kind.to_owned()));
    for (name, value) in headers.iter().cloned().chain(kind) {
        request = request.header(name, value);
    }
    backend.send(request.body(Body::empty()).unwrap()).await
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len() && template.iter().zip(&path).all(|(one, part)| one.starts_with('{') || one == part)
}

fn collect(folder: &Path, into: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|kind| kind == "snap") {
            into.insert(path);
        }
    }
}

fn text(answer: &Answer) -> String {
    let mut mask = Mask::default();
    assert_eq!(answer.header("api-version"), API_VERSION);
    let mut lines = vec![answer.status.to_string()];
    for (name, value) in &answer.headers {
        let said = !OF_ANY_ANSWER.contains(&name.as_str()) && value != "no-store";
        lines.extend(said.then(|| format!("{name}: {}", mask.text(value.to_str().unwrap()))));
    }
    let is_json = answer.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().contains("json"));
    let body = match () {
        () if answer.body == Vocabulary::BUILT_IN_JSON => "<the built-in vocabulary>".to_owned(),
        () if is_json && !answer.body.is_empty() => serde_json::to_string_pretty(&mask.value(answer.json())).unwrap(),
        () if answer.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().starts_with("text/")) => {
            String::from_utf8(answer.body.clone()).unwrap()
        }
        () => format!("<{} bytes>", answer.body.len()),
    };
    format!("{}\n\n{body}", lines.join("\n"))
}

/// That an endpoint to come does not go without.
#[tokio::test]
async fn a_call_of_which_no_answer_is_kept_is_named() {
    let nothing = Answers::of(Side::Any, &Backend::new()).await;
    for call in calls(&nothing.description) {
        let missing = nothing.missing(&call);
        let success = format!("{} 2", call.name());
        assert!(missing.iter().any(|named| named.starts_with(&success)), "{}: {missing:?}", call.name());
        let strangers = format!("{} 401", call.name());
        assert!(call.schemes().is_empty() || missing.contains(&strangers), "{}: {missing:?}", call.name());
    }
}
