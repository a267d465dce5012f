//! What a browser must fetch before an interface can show anything: index.html and every script and style sheet it names,
//! gzipped. Images, fonts and what is loaded later are deliberately absent.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Files and bytes of the built interface in `dist`.
pub(crate) fn first_load(dist: &Path) -> anyhow::Result<(usize, usize)> {
    let read = |name: &str| fs::read(dist.join(name)).with_context(|| format!("{name} of {}", dist.display()));
    let page = read("index.html")?;
    let text = String::from_utf8(page.clone())?;
    let mut bytes = gzipped(&page)?;
    let named = named(&text);
    for name in &named {
        bytes += gzipped(&read(name.trim_start_matches('/'))?)?;
    }
    Ok((named.len() + 1, bytes))
}

/// Scripts and style sheets of the page's own.
fn named(page: &str) -> BTreeSet<&str> {
    let parts: Vec<&str> = page.split('"').collect();
    let pairs = parts.iter().zip(parts.iter().skip(1));
    let named =
        pairs.filter(|(before, _)| before.ends_with(" src=") || before.ends_with(" href=")).map(|(_, name)| *name);
    named.filter(|name| !name.contains(':') && [".js", ".css"].iter().any(|kind| name.ends_with(kind))).collect()
}

fn gzipped(bytes: &[u8]) -> anyhow::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const PAGE: &str = r#"<link rel="icon" href="./icon.svg"><script type="module" src="/assets/a.js"></script>
        <link rel="stylesheet" href="assets/b.css"><link rel="modulepreload" href="/assets/a.js">
        <script src="https://elsewhere.example/c.js"></script><p data-x=".js">"#;

    #[test]
    fn a_page_names_its_own_scripts_and_style_sheets_once() {
        assert_eq!(named(PAGE), BTreeSet::from(["/assets/a.js", "assets/b.css"]));
    }

    #[test]
    fn each_file_is_weighed_gzipped() {
        let dist = tempfile::tempdir().unwrap();
        fs::create_dir(dist.path().join("assets")).unwrap();
        fs::write(dist.path().join("index.html"), PAGE).unwrap();
        fs::write(dist.path().join("assets/a.js"), "a".repeat(10_000)).unwrap();
        assert!(first_load(dist.path()).is_err(), "a file that is missing is not left out in silence");
        fs::write(dist.path().join("assets/b.css"), "b".repeat(10_000)).unwrap();
        let (files, bytes) = first_load(dist.path()).unwrap();
        assert_eq!(files, 3);
        assert!((60..2_000).contains(&bytes), "{bytes}");
    }
}
