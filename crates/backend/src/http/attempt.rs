//! Somebody tries a password, to sign in or to prove that it is still them: how often it may go wrong, and for whom.

use baken_protocol::digest::Digest;

use tokio::sync::OwnedSemaphorePermit;

use crate::http::extract::known_browser::acquaintance;
use crate::http::extract::origin::{Network, Origin};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::storage::{Acquaintance, AuditAction, AuditEntry, AuditObject};

/// Characters of a login that attempts are counted by.
const LOGIN_CHARS: usize = 64;

/// Somebody tries a password.
pub struct Attempt {
    login: String,
    origin: Origin,
    network: Network,
    known: Acquaintance,
}

impl Attempt {
    /// Where it comes from.
    pub fn origin(&self) -> String {
        self.origin.0.to_string()
    }

    /// The network it comes from.
    pub const fn network(&self) -> Network {
        self.network
    }

    /// A turn to hash a password, unless enough of them went wrong. Hold it as long as that takes.
    pub async fn turn(&self, state: &AppState) -> Result<OwnedSemaphorePermit, Problem> {
        self.admit(state).await?;
        let turns = match self.known {
            Acquaintance::Stranger => &state.limits.hashing,
            Acquaintance::Browser(_) | Acquaintance::Network => &state.limits.hashing_for_known,
        };
        let turn = turns.take().await;
        let turn =
            turn.ok_or_else(|| Problem::busy("Too many people sign in at this moment. Try again in a moment."))?;
        // Those who failed while this one waited count as well.
        self.admit(state).await?;
        Ok(turn)
    }

    /// Who tries, as far as the backend knows them.
    pub async fn of(state: &AppState, login: &str, browser: Option<Digest>, origin: Origin) -> Result<Self, Problem> {
        let login: String = login.chars().take(LOGIN_CHARS).collect();
        let network = origin.network();
        let asked = login.clone();
        let known = state.blocking(move |state| acquaintance(state, &asked, browser, network)).await?;
        Ok(Self { login, origin, network, known })
    }

    /// Whether enough went well, for as far as whoever tries is known. A guesser spends the budget of strangers to
    /// this account here: not that of colleagues, nor that of whoever signed in with this browser before.
    async fn admit(&self, state: &AppState) -> Result<(), Problem> {
        let limits = &state.limits;
        let here = (self.login.clone(), self.network);
        let (mine, everywhere) = match self.known {
            Acquaintance::Browser(browser) => (limits.failed_by_browser.is_left(&browser), true),
            Acquaintance::Network => (limits.failed_by_login_and_network.is_left(&here), true),
            Acquaintance::Stranger => (
                limits.failed_by_login_and_network.is_left(&here) && limits.failed_by_network.is_left(&self.network),
                limits.failed_by_login.is_left(&self.login),
            ),
        };
        if mine && everywhere {
            return Ok(());
        }
        if mine && limits.lines_by_login.allow(&self.login) {
            let (login, origin) = (self.login.clone(), self.origin.0.to_string());
            state.blocking(move |state| note_guessing(state, &login, &origin)).await?;
        }
        Err(Problem::too_many(60))
    }

    /// Whether a code of the second factor is looked at, after a password that is right.
    pub fn may_try_code(&self, state: &AppState) -> bool {
        state.limits.wrong_codes.is_left(&self.codes())
    }

    /// It was none of now: that counts as a wrong password does, and for a day.
    pub fn code_failed(&self, state: &AppState) {
        state.limits.wrong_codes.allow(&self.codes());
        self.failed(state);
    }

    fn codes(&self) -> (String, Option<Digest>) {
        let browser = match self.known {
            Acquaintance::Browser(browser) => Some(browser),
            Acquaintance::Network | Acquaintance::Stranger => None,
        };
        (self.login.clone(), browser)
    }

    /// It was not right: that counts.
    pub fn failed(&self, state: &AppState) {
        let limits = &state.limits;
        match self.known {
            Acquaintance::Browser(browser) => {
                limits.failed_by_browser.allow(&browser);
            }
            Acquaintance::Network => {
                limits.failed_by_login_and_network.allow(&(self.login.clone(), self.network));
            }
            Acquaintance::Stranger => {
                limits.failed_by_login_and_network.allow(&(self.login.clone(), self.network));
                limits.failed_by_network.allow(&self.network);
                limits.failed_by_login.allow(&self.login);
            }
        }
    }
}

/// Writes down that an account is being guessed at from many networks. Of a name that is no account nothing is
/// written: it may be a password in the wrong field.
fn note_guessing(state: &AppState, login: &str, origin: &str) -> Result<(), Problem> {
    let entry = AuditEntry::new("unknown", AuditAction::SignIn, AuditObject::Account, login, origin);
    let entry = entry.ended("too-many-attempts");
    state.write(|tx| {
        if tx.account(login)?.is_some() {
            tx.audit(state.environment.clock.now(), &entry)?;
        }
        Ok(())
    })
}
