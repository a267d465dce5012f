//! The one watcher: a look at the register for all who listen, when something was written here and every few seconds.
//!
//! A look reads the sessions there are and the number of the last operation. Only where something came in, or was done, is
//! anything asked for an account: whether it may see any of it, and its numbers. Two browsers of one account share that.

use std::collections::HashMap;
use std::sync::Arc;

use baken_protocol::digest::Digest;

use super::{Deed, LOOK, Live, Said, TOGETHER};
use crate::access::Permission;
use crate::http::extract::signed_in::is_over;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::register::{DeskCounts, desk_counts};
use crate::storage::{Clearance, LiveSession};

/// Looks for as long as somebody listens.
pub(super) async fn run(state: AppState) {
    let on_watch = OnWatch(Arc::clone(&state.live));
    loop {
        let _ = tokio::time::timeout(LOOK, state.live.changed.notified()).await;
        if on_watch.is_done() {
            return;
        }
        if state.blocking(look).await.is_err() {
            // Whose session cannot be looked up is told nothing; the console asks again.
            state.live.open().listeners.clear();
        }
        tokio::time::sleep(TOGETHER).await;
    }
}

/// Whoever is on watch; nobody listens in vain after a panic.
struct OnWatch(Arc<Live>);

impl OnWatch {
    /// Whether nobody listens any more; then nobody is on watch either.
    fn is_done(&self) -> bool {
        let mut open = self.0.open();
        open.is_watched = !open.listeners.is_empty();
        !open.is_watched
    }
}

impl Drop for OnWatch {
    fn drop(&mut self) {
        let mut open = self.0.open();
        if open.is_watched {
            open.is_watched = false;
            open.listeners.clear();
        }
    }
}

/// A listener as it was before the look.
struct Before {
    id: u64,
    login: String,
    session: Digest,
    clearance: Clearance,
    seen: i64,
}

/// What the look came to for one of them.
struct After {
    id: u64,
    outcome: Outcome,
}

enum Outcome {
    Over,
    Same { seen: i64 },
    Changed { seen: i64, clearance: Clearance, news: News },
}

#[derive(Clone, Copy)]
struct News {
    records: bool,
    handling: bool,
    reports: bool,
    desk: DeskCounts,
}

fn look(state: &AppState) -> Result<(), Problem> {
    let (before, done) = {
        let mut open = state.live.open();
        let before = open.listeners.iter().filter(|(_, it)| it.seen != i64::MAX).map(|(id, it)| Before {
            id: *id,
            login: it.login.clone(),
            session: it.session,
            clearance: it.clearance.clone(),
            seen: it.seen,
        });
        (before.collect::<Vec<_>>(), std::mem::take(&mut open.done))
    };
    let after = looked(state, &before, &done)?;
    let mut open = state.live.open();
    for After { id, outcome } in after {
        let Some(listener) = open.listeners.get_mut(&id) else { continue };
        match outcome {
            Outcome::Over => {
                listener.said.send_modify(|said| said.is_over = true);
                open.listeners.remove(&id);
            }
            Outcome::Same { seen } => listener.seen = seen,
            Outcome::Changed { seen, clearance, news } => {
                (listener.seen, listener.clearance) = (seen, clearance);
                listener.said.send_modify(|said| said.hear(news));
            }
        }
    }
    Ok(())
}

impl Said {
    fn hear(&mut self, News { records, handling, reports, desk }: News) {
        self.records += u64::from(records);
        self.handling += u64::from(handling);
        self.reports += u64::from(reports);
        self.desk = desk;
    }
}

fn looked(state: &AppState, before: &[Before], done: &[(Deed, String)]) -> Result<Vec<After>, Problem> {
    let (now, terms) = (state.environment.clock.now(), state.terms());
    state.read(|tx| {
        let last = tx.next_number()? - 1;
        let sessions: HashMap<Digest, LiveSession> =
            tx.live_sessions()?.into_iter().map(|it| (it.token_hash, it)).collect();
        let mut of_accounts: HashMap<(&str, i64), Option<News>> = HashMap::new();
        let mut after = Vec::with_capacity(before.len());
        for listener in before {
            let id = listener.id;
            let session = sessions.get(&listener.session).filter(|it| it.login == listener.login);
            let grant = session
                .filter(|it| !is_over(it.last_seen_at, it.expires_at, now))
                .map(LiveSession::grant)
                .filter(|it| it.may(Permission::ReadRecords));
            let Some(grant) = grant else {
                after.push(After { id, outcome: Outcome::Over });
                continue;
            };
            let clearance = grant.clearance();
            let sees_otherwise = clearance != listener.clearance;
            let account = (listener.login.as_str(), listener.seen);
            let news = match of_accounts.get(&account) {
                Some(news) if !sees_otherwise => *news,
                _ => {
                    let sees = clearance.sees(&[]);
                    let did = |deed| done.iter().any(|(it, shown_to)| *it == deed && sees.contains(shown_to));
                    let came = last > listener.seen && tx.came_after(&clearance, listener.seen)?;
                    let (handling, reports) = (did(Deed::Handling), did(Deed::Reports));
                    let records = came || sees_otherwise;
                    let news = if records || handling || reports {
                        let desk = desk_counts(tx, &terms, &clearance, &listener.login)?;
                        Some(News { records, handling, reports, desk })
                    } else {
                        None
                    };
                    of_accounts.insert(account, news);
                    news
                }
            };
            let seen = last.max(listener.seen);
            let outcome = news.map_or(Outcome::Same { seen }, |news| Outcome::Changed { seen, clearance, news });
            after.push(After { id, outcome });
        }
        Ok(after)
    })
}
