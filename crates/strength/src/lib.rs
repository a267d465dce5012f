//! How hard a passphrase or a password is to guess: judged as a guesser would (zxcvbn), who knows Dutch words, names and
//! places too. The copied folder of a device, and the register's file, can be tried at Argon2id's price; what stands against
//! that is this alone.

mod dutch_words;

use serde::Serialize;
use ts_rs::TS;
use zxcvbn::feedback::{Feedback, Warning};

use dutch_words::DUTCH_WORDS;

/// Guesses a passphrase must outlast, as a power of ten: at ten a second some thirty years.
const ENOUGH_LOG10: f64 = 10.0;

/// Why a passphrase is easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum SecretWeakness {
    /// The same again and again.
    Repeats,
    /// Keys side by side, or letters and digits in a row.
    Sequence,
    /// A date or a year is much of it.
    Date,
    /// A word, a name or a place that comes to mind first, with little beside it.
    CommonWord,
    /// Too little of anything.
    Guessable,
}

/// Why `secret` is too easy; `None` where it is not.
pub fn weakness(secret: &str) -> Option<SecretWeakness> {
    let judged = zxcvbn::zxcvbn(secret, DUTCH_WORDS);
    if judged.guesses_log10() >= ENOUGH_LOG10 {
        return None;
    }
    Some(match judged.feedback().and_then(Feedback::warning) {
        Some(Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess) => {
            SecretWeakness::Repeats
        }
        Some(
            Warning::StraightRowsOfKeysAreEasyToGuess
            | Warning::ShortKeyboardPatternsAreEasyToGuess
            | Warning::SequencesLikeAbcAreEasyToGuess,
        ) => SecretWeakness::Sequence,
        Some(Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess) => SecretWeakness::Date,
        Some(
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword
            | Warning::AWordByItselfIsEasyToGuess
            | Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
            | Warning::CommonNamesAndSurnamesAreEasyToGuess,
        ) => SecretWeakness::CommonWord,
        None => has_common_word(secret),
    })
}

/// zxcvbn has a word for English only.
fn has_common_word(secret: &str) -> SecretWeakness {
    let folded = secret.to_lowercase();
    let common = DUTCH_WORDS.iter().any(|word| word.len() >= 4 && folded.contains(word));
    if common { SecretWeakness::CommonWord } else { SecretWeakness::Guessable }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_to_mind_first_is_refused_whatever_its_length() {
        let expected = [
            ("aaaaaaaaaaaa", SecretWeakness::Repeats),
            ("abcabcabcabcabc", SecretWeakness::Repeats),
            ("qwertyuiop12", SecretWeakness::CommonWord),
            ("123456789012", SecretWeakness::Sequence),
            ("wachtwoord2026", SecretWeakness::CommonWord),
            ("Wachtwoord2026!", SecretWeakness::CommonWord),
            ("IJmuiden1976!", SecretWeakness::CommonWord),
            ("W3lk0mW3lk0m", SecretWeakness::Repeats),
            ("gemeenteVelsen", SecretWeakness::CommonWord),
            ("Amsterdam2026!", SecretWeakness::CommonWord),
            ("zomer2026zomer", SecretWeakness::CommonWord),
            ("password12345", SecretWeakness::CommonWord),
        ];
        let judged = expected.map(|(secret, _)| (secret, weakness(secret)));
        assert_eq!(judged, expected.map(|(secret, why)| (secret, Some(why))));
    }

    #[test]
    fn a_few_words_that_have_nothing_to_do_with_each_other_are_enough() {
        for secret in [
            "vijf zeehonden op de pier",
            "een lange wachtzin",
            "paarse ladder fluistert graag",
            "kraan lepel wolk zadel",
            "mosterd trapt zachtjes",
            "TgV9-xqLm-22Ph",
        ] {
            assert_eq!(weakness(secret), None, "{secret}");
        }
    }
}
