//! Who went to the municipality's own sign-in and is to come back: what was sent along, by the hash of a cookie. In memory
//! alone, so that strangers write nothing into the register; after a restart they begin again.
//!
//! Whoever comes back does so once, within ten minutes, in the browser that left. A member of whom a code is asked too is kept here
//! until it came, within the same ten minutes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use baken_protocol::digest::Digest;
use chrono::{DateTime, TimeDelta, Utc};

use crate::openid::Departure;

/// How long somebody may be away.
const LONGEST: TimeDelta = TimeDelta::minutes(10);
/// How many may be away at once; each takes a few hundred bytes.
const MOST: usize = 10_000;

/// A member whom the provider vouched for, and of whom a code is asked.
#[derive(Clone)]
pub struct Awaited {
    /// Who.
    pub login: String,
    /// Where they sign out of the provider.
    pub sign_out_at: Option<String>,
}

enum Stage {
    AtProvider(Departure),
    CodeAsked(Awaited),
}

/// Whoever is away.
#[derive(Default)]
pub struct Away(Mutex<HashMap<Digest, (DateTime<Utc>, Stage)>>);

impl Away {
    /// Somebody goes. Answers whether there was room.
    pub fn leave(&self, browser: Digest, departure: Departure, now: DateTime<Utc>) -> bool {
        let mut away = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if away.len() >= MOST {
            away.retain(|_, (since, _)| is_in_time(*since, now));
        }
        if away.len() >= MOST {
            return false;
        }
        away.insert(browser, (now, Stage::AtProvider(departure)));
        true
    }

    /// Somebody comes back with a state: what they left with, once.
    pub fn come_back(&self, browser: Digest, state: &str, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Departure)> {
        let mut away = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, Stage::AtProvider(departure)) = away.get(&browser)? else { return None };
        // Comparing hashes tells a guesser nothing by the time it takes. Another's answer ends nobody's journey.
        let is_theirs = Digest::of(state.as_bytes()) == Digest::of(departure.state.as_bytes());
        if !is_theirs || !is_in_time(*since, now) {
            return None;
        }
        match away.remove(&browser)? {
            (since, Stage::AtProvider(departure)) => Some((since, departure)),
            (_, Stage::CodeAsked(_)) => None,
        }
    }

    /// Whoever came back is asked for a code, as long as they could have been away.
    pub fn ask_code(&self, browser: Digest, since: DateTime<Utc>, awaited: Awaited) {
        let mut away = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        away.insert(browser, (since, Stage::CodeAsked(awaited)));
    }

    /// Of whom a code is asked in this browser.
    pub fn awaited(&self, browser: Digest, now: DateTime<Utc>) -> Option<Awaited> {
        let away = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match away.get(&browser)? {
            (since, Stage::CodeAsked(awaited)) if is_in_time(*since, now) => Some(awaited.clone()),
            (_, Stage::CodeAsked(_) | Stage::AtProvider(_)) => None,
        }
    }

    /// That is done.
    pub fn done(&self, browser: Digest) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&browser);
    }
}

/// A clock that was set back makes nobody's journey longer.
fn is_in_time(since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (TimeDelta::zero()..=LONGEST).contains(&(now - since))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn departure(state: &str) -> Departure {
        Departure { state: state.to_owned(), nonce: "n".to_owned(), verifier: "v".to_owned() }
    }

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    #[test]
    fn one_comes_back_once_in_time_to_the_same_browser_with_what_one_left_with() {
        let (away, browser) = (Away::default(), Digest::of(b"a"));
        assert!(away.leave(browser, departure("heen"), at(0)));
        assert!(away.come_back(Digest::of(b"b"), "heen", at(1)).is_none(), "another browser");
        assert!(away.come_back(browser, "terug", at(1)).is_none(), "another's answer");
        assert!(away.come_back(browser, "heen", at(11)).is_none(), "too late");
        assert!(away.come_back(browser, "heen", at(-1)).is_none(), "the clock was set back");
        assert_eq!(away.come_back(browser, "heen", at(10)).unwrap().1.state, "heen");
        assert!(away.come_back(browser, "heen", at(10)).is_none(), "once");
    }

    #[test]
    fn a_code_is_awaited_as_long_as_the_journey_could_have_lasted() {
        let (away, browser) = (Away::default(), Digest::of(b"a"));
        assert!(away.leave(browser, departure("heen"), at(0)) && away.awaited(browser, at(0)).is_none());
        away.ask_code(browser, at(0), Awaited { login: "agent".to_owned(), sign_out_at: None });
        assert!(away.come_back(browser, "heen", at(1)).is_none());
        assert_eq!(away.awaited(browser, at(10)).unwrap().login, "agent");
        assert!(away.awaited(browser, at(11)).is_none() && away.awaited(Digest::of(b"b"), at(1)).is_none());
        away.done(browser);
        assert!(away.awaited(browser, at(1)).is_none());
    }

    #[test]
    fn so_many_are_away_at_once_and_those_who_stay_away_make_room() {
        let away = Away::default();
        for number in 0..MOST {
            assert!(away.leave(Digest::of(&number.to_be_bytes()), departure("x"), at(0)));
        }
        assert!(!away.leave(Digest::of(b"a"), departure("x"), at(10)));
        assert!(away.leave(Digest::of(b"a"), departure("x"), at(11)));
        assert_eq!(away.0.lock().unwrap().len(), 1);
    }
}
