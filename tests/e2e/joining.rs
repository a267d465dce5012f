//! Somebody is invited, joins, and reads once a colleague let them in; loses the passphrase, reads by the recovery key, and is
//! given the team keys anew. What opens a sealed part is never at the backend: neither on its disk nor in its memory.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::backend::Backend;
use crate::console::Console;
use crate::page::Page;
use crate::processes::until;
use crate::screens::show;

const PASSWORD: &str = "mosterd trapt zachtjes";
/// Of bech32.
const SYMBOLS: &str = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_joins_is_let_in_reads_and_comes_back_after_losing_the_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    backend.demo_year(folder.path());
    let boss = Console::open(&backend.address()).await;
    boss.sign_in(&backend.login, &backend.password).await;
    let link = invited(&boss.page).await;

    let colleague = Console::open(&link).await;
    let page = &colleague.page;
    let (passphrase, fingerprint) = joined(page).await;
    page.wait_for("not-admitted").await;
    assert_eq!(page.text_of("own-fingerprint").await, fingerprint);
    show(page, "console-joining-not-let-in").await;

    // Within a minute, though the page was open all the time; looking again is sooner.
    boss.page.driver.refresh().await.unwrap();
    boss.page.wait_for("admissions-waiting").await;
    boss.page.open("nav-admissions", "admission").await;
    show(&boss.page, "console-joining-letting-in").await;
    let_in(&boss.page, &backend, &fingerprint, true).await;

    page.click("look-again").await;
    page.open("nav-inbox", "inbox-row").await;
    page.click_css("[data-testid=\"inbox-row\"]:nth-of-type(1) a").await;
    page.wait_for("sealed-closed").await;
    open_key(page, &passphrase).await;
    page.wait_for("record-narrative").await;
    let record = page.driver.current_url().await.unwrap();

    // The paper is gone: another key, and nothing opens with it yet.
    page.open("nav-account", "own-key-new").await;
    page.click("own-key-new").await;
    let anew = page.text_of("passphrase-shown").await;
    page.fill("new-passphrase", &anew).await;
    page.fill("key-password", PASSWORD).await;
    show(page, "console-joining-new-key").await;
    page.click("own-key-go").await;
    page.wait_for_text("own-key-news", "nieuwe sleutel").await;
    let fingerprint = page.text_of("own-fingerprint").await;
    page.driver.goto(record.as_str()).await.unwrap();
    page.wait_for("sealed-closed").await;
    open_key(page, &anew).await;
    page.wait_for("key-teams-missing").await;
    page.click("key-close").await;
    page.wait_for("sealed-closed").await;

    // What is on paper in the safe opens what was sealed before.
    let recovery = fs::read_to_string(folder.path().join("secrets/recovery.age-identity.txt")).unwrap();
    page.click("key-open").await;
    page.click("key-recovery").await;
    let another = age_identity();
    page.fill("key-passphrase", &another).await;
    page.click("key-submit").await;
    page.wait_for_text("key-error", "herstel").await;
    show(page, "console-joining-recovery-key").await;
    page.fill("key-passphrase", recovery.trim()).await;
    page.click("key-submit").await;
    page.wait_for("key-recovery-open").await;
    page.wait_for("record-narrative").await;
    page.click("key-close").await;

    boss.page.driver.goto(format!("{}/admissions", backend.address())).await.unwrap();
    boss.page.wait_for("admission").await;
    let_in(&boss.page, &backend, &fingerprint, false).await;
    page.driver.refresh().await.unwrap();
    page.wait_for("sealed-closed").await;
    open_key(page, &anew).await;
    page.wait_for("record-narrative").await;
    colleague.close().await;
    boss.close().await;

    let typed = [&backend.passphrase, &passphrase, &anew].map(|it| it.as_bytes().to_vec());
    let secrets: Vec<Vec<u8>> = typed
        .into_iter()
        .chain([recovery.trim().as_bytes().to_vec(), scalar(recovery.trim())])
        // Any identity at all, and not the words of the API's description about one.
        .chain(SYMBOLS.bytes().map(|symbol| [b"AGE-SECRET-KEY-1".as_slice(), &[symbol]].concat()))
        .collect();
    assert_eq!(found_in_memory(backend.pid(), &secrets), 0, "in the memory of the backend");
    assert_eq!(found_on_disk(&folder.path().join("backend"), &secrets), 0, "on the disk of the backend");
    assert!(found_in_memory(backend.pid(), &[b"baken-backend".to_vec()]) > 0, "the look at the memory sees something");
    assert!(found_on_disk(&folder.path().join("backend"), &[b"BEGIN AGE ENCRYPTED FILE".to_vec()]) > 0);
}

/// An administrator invites somebody; the link that they pass on.
async fn invited(page: &Page) -> String {
    page.open("nav-members", "member-invite").await;
    page.click("member-invite").await;
    page.wait_for("member-invite-submit").await;
    page.click("member-invite-submit").await;
    page.wait_for_text("member-invite-submit", "Link").await;
    show(page, "console-joining-invite-member-errors").await;
    page.fill("member-login", "r.oukili").await;
    page.script("const it = document.getElementById('member-organisation'); it.value = 'gemeente-velsen'; it.dispatchEvent(new Event('change', { bubbles: true })); return true;").await;
    page.click_css("[data-testid=member-role-coordinator]").await;
    page.click("member-invite-submit").await;
    page.wait_for("member-link").await;
    page.wait_for("invited-member").await;
    show(page, "console-joining-invited-member").await;
    page.text_of("member-link").await
}

/// The three steps of joining; the passphrase, and what is read out.
async fn joined(page: &Page) -> (String, String) {
    page.wait_for("join-invited").await;
    page.fill("join-password", "Wachtwoord2026!").await;
    page.click("join-go").await;
    let passphrase = page.text_of("passphrase-shown").await;
    show(page, "console-joining-join-passphrase").await;
    page.fill("join-passphrase", "abcd-efgh-ijkm-npqr-stuv").await;
    page.click("join-go").await;
    until("the passphrase to be refused", async || page.text().await.contains("teken voor teken")).await;
    page.fill("join-passphrase", &passphrase.to_uppercase().replace('-', " ")).await;
    page.click("join-go").await;
    // The backend finds the password too easy: back to the step it stands on.
    until("the password to be refused", async || page.text().await.contains("makkelijk te raden")).await;
    show(page, "console-joining-join-password").await;
    page.fill("join-password", PASSWORD).await;
    page.click("join-go").await;
    assert_eq!(page.text_of("passphrase-shown").await, passphrase, "the one on paper is still right");
    page.fill("join-passphrase", &passphrase).await;
    page.click("join-go").await;
    let fingerprint = page.text_of("join-fingerprint").await;
    show(page, "console-joining-joined").await;
    page.click("join-go").await;
    page.wait_for("sign-out").await;
    (passphrase, fingerprint)
}

async fn let_in(page: &Page, Backend { passphrase, password, .. }: &Backend, fingerprint: &str, pictures: bool) {
    page.click("admit").await;
    page.wait_for("admit-dialog").await;
    page.fill("admit-fingerprint", "ABCD-EFGH-JKMN-PQRS-TVWX").await;
    page.fill("admit-passphrase", passphrase).await;
    page.fill("admit-password", password).await;
    page.click("admit-go").await;
    page.wait_for_text("admit-dialog", "hoort niet bij").await;
    if pictures {
        show(page, "console-joining-other-fingerprint").await;
    }
    page.fill("admit-fingerprint", &fingerprint.to_lowercase()).await;
    page.fill("admit-passphrase", "mis").await;
    page.click("admit-go").await;
    page.wait_for_text("admit-dialog", "past niet").await;
    page.fill("admit-passphrase", passphrase).await;
    page.click("admit-go").await;
    page.wait_for_text("admissions-news", "Gelukt").await;
    page.wait_for("admissions-none").await;
}

async fn open_key(page: &Page, passphrase: &str) {
    page.click("key-open").await;
    page.fill("key-passphrase", passphrase).await;
    page.click("key-submit").await;
}

/// The 32 bytes of an age identity as they are computed with: its text is bech32, five bits a character and six of checksum.
fn scalar(line: &str) -> Vec<u8> {
    let data = line.strip_prefix("AGE-SECRET-KEY-1").unwrap();
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for symbol in data[..data.len() - 6].chars() {
        bits = (bits << 5 | u32::try_from(SYMBOLS.find(symbol).unwrap()).unwrap()) & 0xfff;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    assert_eq!(bytes.len(), 32);
    bytes
}

/// An identity that is nobody's.
fn age_identity() -> String {
    baken_protocol::seal::Identity::generate().to_secret_line().to_string()
}

/// How often one of these stands in what the process may write to.
fn found_in_memory(process: u32, sought: &[Vec<u8>]) -> usize {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let memory = fs::File::open(format!("/proc/{process}/mem")).unwrap();
    let mut found = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let [from, to] = [from, to].map(|text| u64::from_str_radix(text, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        // A part that was given back meanwhile holds nothing.
        if memory.read_exact_at(&mut bytes, from).is_ok() {
            found += times(&bytes, sought);
        }
    }
    found
}

fn found_on_disk(folder: &Path, sought: &[Vec<u8>]) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| if path.is_dir() { found_on_disk(&path, sought) } else { times(&fs::read(path).unwrap(), sought) })
        .sum()
}

fn times(bytes: &[u8], sought: &[Vec<u8>]) -> usize {
    aho_corasick::AhoCorasick::new(sought).unwrap().find_iter(bytes).count()
}
