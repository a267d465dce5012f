//! What goes on after a lock: the sender, the notification that keeps its process alive while it sends, and the wake-up for
//! what is left once the network is as it should be.
//!
//! Kept alive is only what moves. Where there is no way, or only photos are left that the network is too dear for, the
//! process may sleep, and the system is asked to wake it. A process that it ended has nothing to send: the sender holds what
//! is left in memory alone (docs/adr/0014-what-is-signed-leaves-after-the-lock.md). Where a platform can do none of it the
//! sender goes on for as long as the process does.

use std::sync::Arc;
use std::time::Duration;

use baken_companion::sync::{Sender, SenderLoad, SenderStanding};
use baken_platform::plugin::Native;
use baken_platform::{Conditions, Neutral, PlatformError, Work};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::watch;

use crate::state::Shell;
use crate::surroundings;

/// What the system gives a process that it woke, less a little to say so in.
const WOKEN: Duration = Duration::from_mins(9);

/// Sends what was signed, and has the process kept alive and woken for it.
pub(crate) fn go_on<R: Runtime>(app: &AppHandle<R>, sender: Arc<Sender>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let standing = sender.standing();
        let sends = Arc::clone(&sender);
        let ended = tauri::async_runtime::spawn(async move { sends.run().await });
        let words = app.state::<Shell>().surroundings.words();
        let platform = app.state::<Native>();
        keep_awake(ended, standing, || sender.load(), &*platform, &words).await;
    });
}

/// The system woke the process for what is left.
pub(crate) async fn due<R: Runtime>(app: AppHandle<R>) {
    let platform = app.state::<Native>();
    let again = match app.state::<Shell>().opened() {
        Some(companion) if companion.store_to_send().is_ok() => {
            surroundings::send(app.clone()).await;
            false
        }
        Some(companion) => {
            let sender = companion.sender();
            let standing = sender.standing();
            sender.look_again() && is_left(standing).await
        }
        None => false,
    };
    said(platform.done(again).await, "done");
}

/// Whether something is left after the next try.
async fn is_left(mut standing: watch::Receiver<SenderStanding>) -> bool {
    let tried = async {
        if *standing.borrow_and_update() != SenderStanding::Sends && standing.changed().await.is_err() {
            return false;
        }
        let ended = standing.wait_for(|now| *now != SenderStanding::Sends).await;
        ended.is_ok_and(|now| *now == SenderStanding::Waits)
    };
    tokio::time::timeout(WOKEN, tried).await.unwrap_or(true)
}

/// Follows the sender until it has ended. What there is to send is kept alive for from the start: a first try may be over
/// before anybody looks, and whoever has left the app for long is not given a notification any more.
async fn keep_awake(
    ended: impl Future,
    mut standing: watch::Receiver<SenderStanding>,
    load: impl Fn() -> SenderLoad,
    platform: &impl Work,
    words: &Neutral,
) {
    tokio::pin!(ended);
    let (mut asked, mut alive, mut wish) = (false, false, None);
    let mut now = if is_anything(load()) { SenderStanding::Sends } else { *standing.borrow_and_update() };
    loop {
        match now {
            SenderStanding::Sends if !asked => {
                asked = true;
                alive = said(platform.keep_alive(words).await, "keep-alive");
                if !alive {
                    // It may be stopped in the middle of it.
                    wish = woken_for(wish, load(), platform).await;
                }
            }
            SenderStanding::Sends | SenderStanding::Rests => {}
            SenderStanding::Waits => {
                asked = false;
                if std::mem::take(&mut alive) {
                    said(platform.let_go().await, "let-go");
                }
                wish = woken_for(wish, load(), platform).await;
            }
        }
        tokio::select! {
            _ = &mut ended => break,
            changed = standing.changed() => if changed.is_err() { break },
        }
        now = *standing.borrow_and_update();
    }
    if alive {
        said(platform.let_go().await, "let-go");
    }
    if wish.is_some() {
        said(platform.wake_when(None).await, "wake-when");
    }
}

/// Has the system wake the process for what is left, if that is not what it was asked for last. Answers what it was asked
/// for.
async fn woken_for(wish: Option<Conditions>, load: SenderLoad, platform: &impl Work) -> Option<Conditions> {
    let left = Conditions::of_what_is_left(load.batches, load.acute_photos, load.photos);
    if wish != left {
        said(platform.wake_when(left).await, "wake-when");
    }
    left
}

const fn is_anything(SenderLoad { batches, photos, .. }: SenderLoad) -> bool {
    batches > 0 || photos > 0
}

/// Whether the platform did it. What it cannot do it need not be asked for to work: the sender goes on while it may.
fn said(answer: Result<(), PlatformError>, what: &'static str) -> bool {
    match answer {
        Ok(()) => true,
        Err(PlatformError::Unsupported) => false,
        Err(error) => {
            tracing::warn!(
                error.code = error.code(),
                what,
                "the platform does nothing for what goes on after the lock"
            );
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use baken_platform::{Kotlin, Reply, Script};
    use serde_json::{Value, json};
    use tokio::sync::oneshot;

    use super::*;

    const PHOTOS_ONLY: SenderLoad = SenderLoad { batches: 0, photos: 2, acute_photos: 0, receipts: 1 };
    const RECORDS: SenderLoad = SenderLoad { batches: 1, ..PHOTOS_ONLY };

    fn phone(keep_alive: Reply) -> (Arc<Script>, Kotlin<Arc<Script>>) {
        let done = || Reply::answer(Value::Null);
        let script = Script::default().on("keepAlive", keep_alive);
        let script = Arc::new(script.on("letGo", done()).on("wakeWhen", done()));
        (Arc::clone(&script), Kotlin::new(script))
    }

    /// The sender goes through this, and ends; what the phone was asked for meanwhile.
    async fn asked_for(keep_alive: Reply, way: &[SenderStanding], load: SenderLoad) -> Vec<(&'static str, Value)> {
        let (script, platform) = phone(keep_alive);
        let (tells, standing) = watch::channel(SenderStanding::Rests);
        let (end, ended) = oneshot::channel::<()>();
        let words = Neutral { title: "Bezig".into() };
        let sends = async {
            for now in way {
                tells.send_replace(*now);
                // Past whatever the platform is given to answer in: the clock of this test stands still.
                tokio::time::sleep(Duration::from_mins(1)).await;
            }
            drop(end);
        };
        tokio::join!(keep_awake(ended, standing, || load, &platform, &words), sends);
        script.asked()
    }

    fn done() -> Reply {
        Reply::answer(Value::Null)
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_sent_keeps_the_process_alive_with_a_neutral_word_and_lets_it_go_when_it_is_through() {
        let asked = asked_for(done(), &[SenderStanding::Sends], RECORDS).await;
        assert_eq!(asked, [("keepAlive", json!({ "title": "Bezig" })), ("letGo", json!({}))]);
    }

    /// The sender was through with its first try before anybody looked at it.
    #[tokio::test(start_paused = true)]
    async fn a_first_try_is_kept_alive_for_however_short_it_was() {
        use SenderStanding::{Rests, Waits};
        let commands = async |way: &[SenderStanding], load| -> Vec<_> {
            asked_for(done(), way, load).await.into_iter().map(|(command, _)| command).collect()
        };
        assert_eq!(commands(&[Waits], RECORDS).await, ["keepAlive", "letGo", "wakeWhen", "wakeWhen"]);
        let nothing = SenderLoad { batches: 0, photos: 0, ..RECORDS };
        assert!(commands(&[Rests], nothing).await.is_empty(), "there is nothing to send");
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_lets_the_process_sleep_and_is_woken_for_by_what_is_left() {
        use SenderStanding::{Sends, Waits};
        for (load, conditions) in [(RECORDS, "any-network"), (PHOTOS_ONLY, "unmetered-network")] {
            let asked = asked_for(done(), &[Sends, Waits, Sends, Waits], load).await;
            let commands: Vec<_> = asked.iter().map(|(command, _)| *command).collect();
            assert_eq!(commands, ["keepAlive", "letGo", "wakeWhen", "keepAlive", "letGo", "wakeWhen"]);
            assert_eq!(asked[2].1, json!({ "conditions": conditions }), "wished for once");
            assert_eq!(asked[5].1, json!({ "conditions": null }), "nobody is woken for what has ended");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_phone_that_refuses_never_answers_or_is_gone_keeps_nothing_from_being_sent() {
        for reply in [Reply::Refusal("refused"), Reply::Never, Reply::Lost] {
            let asked = asked_for(reply, &[SenderStanding::Sends, SenderStanding::Waits], RECORDS).await;
            let commands: Vec<_> = asked.iter().map(|(command, _)| *command).collect();
            assert_eq!(commands, ["keepAlive", "wakeWhen", "wakeWhen"], "what was not begun is not ended");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_was_woken_says_whether_something_is_left_after_the_next_try() {
        use SenderStanding::{Rests, Sends, Waits};
        for (way, left) in [([Sends, Waits], true), ([Sends, Rests], false)] {
            let (tells, standing) = watch::channel(Waits);
            let sends = async {
                for now in way {
                    tokio::task::yield_now().await;
                    tells.send_replace(now);
                }
            };
            assert_eq!(tokio::join!(is_left(standing), sends).0, left);
        }
        let (_tells, standing) = watch::channel(Sends);
        assert!(is_left(standing).await, "it goes on beyond the time there is");
    }
}
