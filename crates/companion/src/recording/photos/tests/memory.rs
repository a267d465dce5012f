//! What taking in the largest photos costs: measured in a process of its own, since memory is counted per process.

use std::fs;
use std::io::BufWriter;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use super::super::intake::take_in;
use crate::failure::Failure;

const FILE: &str = "BAKEN_MEASURED_PHOTO";

/// Run by the tests below, with the file in the environment. Says what it cost.
#[test]
fn measured() {
    let Ok(path) = std::env::var(FILE) else { return };
    let file = fs::read(path).unwrap();
    let began = Instant::now();
    let kept = take_in(&file);
    let answer = match &kept {
        Ok(kept) => format!("{} {} {}", kept.width, kept.height, kept.incomplete),
        Err(Failure::PhotoTooLarge) => "too large".into(),
        Err(failure) => failure.to_string(),
    };
    fs::write(
        std::env::var("BAKEN_MEASURED_ANSWER").unwrap(),
        format!("{answer}|{}|{}", peak_kib(), began.elapsed().as_millis()),
    )
    .unwrap();
}

/// The most memory this process ever held (proc(5), `VmHWM`).
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// What a process of its own answered, and its peak in MiB.
fn measure(path: &Path) -> (String, u64) {
    let answer = path.with_extension("answer");
    let (_crate, here) = module_path!().split_once("::").unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("{here}::measured"), "--quiet"])
        .env(FILE, path)
        .env("BAKEN_MEASURED_ANSWER", &answer)
        .status()
        .unwrap();
    assert!(status.success());
    let said = fs::read_to_string(answer).unwrap();
    let mut parts = said.split('|');
    let answer = parts.next().unwrap().to_owned();
    let peak = parts.next().unwrap().parse::<u64>().unwrap() / 1024;
    let size = fs::metadata(path).unwrap().len() / 1024;
    eprintln!("{}: {size} KiB, {answer}, peak {peak} MiB, {} ms", path.display(), parts.next().unwrap());
    (answer, peak)
}

/// A row that differs from its neighbours, so that the file is no smaller than a photo of this size can be.
fn row(width: usize, y: usize) -> Vec<u8> {
    (0..width * 3).map(|x| ((x / 3 * 13) ^ (y * 7)).to_le_bytes()[0]).collect()
}

fn write_jpeg(path: &Path, (width, height): (usize, usize), progressive: bool) {
    let mut writer = mozjpeg::Compress::new(mozjpeg::ColorSpace::JCS_RGB);
    writer.set_size(width, height);
    writer.set_fastest_defaults();
    writer.set_quality(30.0);
    if progressive {
        writer.set_progressive_mode();
    }
    let mut started = writer.start_compress(BufWriter::new(fs::File::create(path).unwrap())).unwrap();
    let rows: Vec<Vec<u8>> = (0..32).map(|y| row(width, y)).collect();
    for y in 0..height {
        started.write_scanlines(&rows[y % rows.len()]).unwrap();
    }
    started.finish().unwrap();
}

fn write_png(path: &Path, (width, height): (u32, u32)) {
    use std::io::Write;
    let mut encoder = png::Encoder::new(BufWriter::new(fs::File::create(path).unwrap()), width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    let row = row(usize::try_from(width).unwrap(), 3);
    for _ in 0..height {
        stream.write_all(&row).unwrap();
    }
    stream.finish().unwrap();
}

#[test]
fn the_largest_photos_there_are_stay_within_256_mib() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo");
    for (size, kept) in
        [((12_000, 9000), "2560 1920 false"), ((16_320, 12_240), "2560 1920 false"), ((21_600, 4000), "2560 474 false")]
    {
        write_jpeg(&path, size, false);
        let (answer, peak) = measure(&path);
        assert_eq!(answer, kept);
        assert!(peak <= 256, "{size:?}: {peak} MiB");
    }
    write_png(&path, (21_600, 4000));
    let (answer, peak) = measure(&path);
    assert_eq!(answer, "2560 474 false");
    assert!(peak <= 256, "PNG: {peak} MiB");
}

#[test]
fn a_progressive_photo_is_refused_before_its_coefficients_would_not_fit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo");
    write_jpeg(&path, (8160, 6120), true);
    let (answer, peak) = measure(&path);
    assert_eq!(answer, "2560 1920 false", "50 megapixels");
    assert!(peak <= 256, "{peak} MiB");
    write_jpeg(&path, (12_000, 9000), true);
    let (answer, peak) = measure(&path);
    assert_eq!(answer, "too large", "108 megapixels");
    assert!(peak <= 64, "refused before it costs anything: {peak} MiB");
}
