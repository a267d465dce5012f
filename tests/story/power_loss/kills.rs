//! The program killed at any moment of the same day. The disk keeps all that was written then, in its order: what is tried here
//! is what the program had in hand.

use std::fmt::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::day::{home, mark_lines};
use super::marks::{Mark, Promised};
use super::states::wrong;

const KILLS: u32 = 200;

#[test]
#[ignore = "run by `make faults`: it takes minutes"]
fn whatever_was_kept_is_there_after_the_program_was_killed_at_any_moment() {
    let whole = played(None);
    let (mut tried, mut failed, mut number, mut told) = (0, 0, 0, String::new());
    while tried < KILLS {
        number += 1;
        assert!(number < 3 * KILLS, "{tried} of {number} kills came after the device was there");
        let place = tempfile::tempdir().unwrap();
        // Spread over the day, a little more than all of it.
        played(Some((place.path(), whole.mul_f64(1.05 * f64::from(number * 37 % 101) / 100.0))));
        let mut promised = Promised::default();
        for line in mark_lines(place.path()) {
            // The last one may be half there.
            let Ok(mark) = serde_json::from_str::<Mark>(&line) else { break };
            promised.take(&mark);
        }
        if !promised.has_begun {
            continue;
        }
        tried += 1;
        let wrong = wrong(&home(place.path()), &promised, true);
        if !wrong.is_empty() {
            failed += 1;
            writeln!(told, "kill {number}: {wrong}").unwrap();
        }
    }
    assert_eq!(failed, 0, "of {tried} kills:\n{told}");
}

/// Plays the day in a program of its own, which is killed after so long. Answers how long it went.
fn played(killed: Option<(&std::path::Path, Duration)>) -> Duration {
    let own = tempfile::tempdir().unwrap();
    let folder = killed.map_or(own.path(), |(folder, _)| folder);
    let begun = Instant::now();
    let mut day = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "power_loss::day::the_day_is_played"])
        .env("BAKEN_POWER_LOSS", folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    if let Some((_, after)) = killed {
        kill_after(&mut day, after);
    } else {
        assert!(day.wait().unwrap().success());
    }
    begun.elapsed()
}

#[expect(clippy::disallowed_methods, reason = "a moment that nothing in the program chooses")]
fn kill_after(day: &mut Child, after: Duration) {
    std::thread::sleep(after);
    let _ = day.kill();
    let _ = day.wait();
}
