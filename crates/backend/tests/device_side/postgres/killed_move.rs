//! `baken-backend move` as the program it is, killed (SIGKILL) at moments spread over the time that it takes, to and fro.
//! Steps that fail are in the file above; this is about what a process leaves that never came to an end.

use std::process::Stdio;
use std::time::{Duration, Instant};

use baken_backend::files::data_folder::DataFolder;
use baken_backend::storage::Place;
use tokio::process::Command;

use super::full;
use crate::register::{database, fresh_name};

/// Moments at which a move is killed, in each direction.
const MOMENTS: u32 = 8;
/// Times one move is killed before it may end.
const KILLS: usize = 2;

/// One way to go.
struct Way {
    from: String,
    to: String,
    /// Its name in the database, if it goes there.
    register: Option<String>,
}

impl Way {
    fn into_a_file(url: &str) -> Self {
        Self { from: url.to_owned(), to: "file".to_owned(), register: None }
    }

    fn into_a_database(url: &str) -> Self {
        Self { from: "file".to_owned(), to: url.to_owned(), register: Some(fresh_name()) }
    }

    /// Where it leads is where the folder's register is.
    fn is_done(&self, folder: &DataFolder) -> bool {
        match (&self.register, Place::of(folder, self.register.as_ref().map(|_| self.to.parse().unwrap()).as_ref())) {
            (None, Ok(Place::File(_))) => true,
            (Some(name), Ok(Place::Database(_, there))) => there.to_string() == *name,
            _ => false,
        }
    }

    /// Moves, and answers what was told of the tables; none if it was killed before its end.
    async fn go(&self, folder: &DataFolder, within: Duration) -> Option<Vec<String>> {
        let mut program = Command::new(env!("CARGO_BIN_EXE_baken-backend"));
        program.arg("move").arg("--data").arg(folder.path()).args(["--from", &self.from, "--to", &self.to]);
        if let Some(name) = &self.register {
            program.args(["--register", name]);
        }
        let mut moving = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        if tokio::time::timeout(within, moving.wait()).await.is_err() {
            moving.kill().await.unwrap();
            return None;
        }
        let output = moving.wait_with_output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(told.contains("everything holds"), "{told}");
        Some(
            told.lines()
                .filter(|line| line.contains("SHA-256") || line.starts_with("audit"))
                .map(str::to_owned)
                .collect(),
        )
    }
}

#[tokio::test]
#[ignore = "needs a PostgreSQL database: scripts/postgres.sh suite"]
async fn a_move_that_is_killed_at_any_moment_goes_on_and_is_the_same() {
    let backend = full().await;
    let (folder, url) = (backend.data(), database().unwrap());
    let forever = Duration::from_mins(5);
    let (mut took, mut whole) = (Vec::new(), Vec::new());
    for way in [Way::into_a_file(&url), Way::into_a_database(&url)] {
        let started = Instant::now();
        whole.push(way.go(&folder, forever).await.unwrap());
        took.push(started.elapsed());
    }
    assert_eq!(whole[0], whole[1]);
    assert!(whole[0].len() > 20, "{whole:?}");

    let (mut kills, mut ended_unseen) = (0, 0);
    for moment in 1..=MOMENTS {
        for (way, took) in [Way::into_a_file(&url), Way::into_a_database(&url)].iter().zip(&took) {
            let within = *took * moment / (MOMENTS + 1);
            let mut told = None;
            for _ in 0..KILLS {
                told = way.go(&folder, within).await;
                if told.is_some() || way.is_done(&folder) {
                    break;
                }
                kills += 1;
            }
            // Killed after the folder said where its register is, and before the program could.
            if told.is_none() && way.is_done(&folder) {
                ended_unseen += 1;
                continue;
            }
            let told = match told {
                Some(told) => told,
                None => way.go(&folder, forever).await.unwrap(),
            };
            assert!(way.is_done(&folder));
            assert_eq!(told, whole[0], "moment {moment} to {}", way.to);
        }
    }
    println!("killed {kills} times, {ended_unseen} of them behind its end; a whole move took {took:?}");
    assert!(kills >= MOMENTS, "{kills}");
    backend.restarted().assert_holds();
}
