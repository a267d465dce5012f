//! What the page in a dossier tells people to type, typed.

use std::fs;
use std::path::Path;
use std::process::Command;

use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;

use super::scene::{NARRATIVE, Scene, files};
use super::verifiers::said;

/// The commands of one block of the page, as a browser shows them.
fn block(page: &str, id: &str) -> String {
    let (_, rest) = page.split_once(&format!("<pre id=\"{id}\">")).unwrap();
    let (block, _) = rest.split_once("</pre>").unwrap();
    block.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") + "\n"
}

fn typed(dossier: &Path, commands: &str, key_file: &Path) -> String {
    let (code, text) = said(Command::new("sh").args(["-c", commands]).env("KEYFILE", key_file).current_dir(dossier));
    assert!(code.is_some(), "{text}");
    text
}

#[tokio::test]
async fn the_commands_of_the_page_check_a_dossier_with_openssl_and_open_it_with_age() {
    let scene = Scene::renewed().await;
    let page = fs::read_to_string(scene.out.join("CHECK.html")).unwrap();
    let key_file = scene.folder.path().join("key.txt");
    fs::write(&key_file, scene.team.to_secret_line().as_bytes()).unwrap();
    let before = files(&scene.out);
    let commands = block(&page, "by-hand");
    let text = typed(&scene.out, &commands, &key_file);
    assert_eq!(text.matches("Signature Verified Successfully").count(), 7, "{text}");
    assert_eq!(text.matches(&scene.root().to_string()).count(), 2, "the root key of each directory: {text}");
    for name in ["operation", "batch", "enrolment"] {
        let file = format!("{name}.dsse.json");
        let hash = Envelope::from_json(&fs::read(scene.out.join(&file)).unwrap()).unwrap().digest();
        assert!(text.contains(&format!("{hash} {file}")), "{name}: {text}");
        assert_eq!(text.matches(&hash.to_string()).count(), 2, "and where it is named: {name}: {text}");
    }
    let sealed = Digest::of(&fs::read(scene.out.join("sealed.age")).unwrap()).to_string();
    assert_eq!(text.matches(&sealed).count(), 2, "{text}");

    let opened = typed(&scene.out, &(commands.clone() + &block(&page, "opened")), &key_file);
    assert!(opened.contains(NARRATIVE), "{opened}");
    assert!(opened.contains(&format!("\"device\":\"{}\"", scene.device.id)), "the header inside: {opened}");
    assert_eq!(files(&scene.out), before, "nothing is left in the dossier");

    // And they show an alteration.
    let path = scene.out.join("receipt.dsse.json");
    fs::copy(scene.out.join("certificate.dsse.json"), &path).unwrap();
    let mut altered = fs::read_to_string(&path).unwrap();
    altered = altered.replacen("\"sig\":\"", "\"sig\":\"AAAA", 1);
    fs::write(&path, altered).unwrap();
    let text = typed(&scene.out, &commands, &key_file);
    assert_eq!(text.matches("Signature Verified Successfully").count(), 6, "{text}");
}
