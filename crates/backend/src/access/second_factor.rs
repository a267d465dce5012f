//! The second factor: a code of six figures that an app on a member's phone makes of a secret and the time, as RFC 6238 says
//! with HMAC-SHA-1 and steps of half a minute, which is what every such app knows. A code of the step before or after is
//! taken too, since a phone's clock is not the backend's. Each counts once.
//!
//! Deliberately absent: codes on paper for a phone that was lost. An administrator takes the second factor away.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use totp_rs::{Builder, Secret, Totp};

/// Bytes of a secret, as RFC 4226 advises.
pub const SECRET_BYTES: usize = 20;
/// Steps before and after now whose code is taken.
const SKEW: u16 = 1;
/// What stands before an account in the list of an app.
const PRODUCT: &str = "Baken";

/// The secret cannot be read or shown.
#[derive(Debug, thiserror::Error)]
#[error("the secret of a second factor cannot be read")]
pub struct SecretError;

/// What makes codes, as it is kept: the secret, and the last step of which a code counted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeMaker {
    /// In base 32.
    secret: String,
    last_step: Option<u64>,
}

impl CodeMaker {
    /// Of random bytes.
    pub fn of(bytes: [u8; SECRET_BYTES]) -> Self {
        Self { secret: Secret::new(Box::new(bytes)).to_base32(), last_step: None }
    }

    /// The secret in base 32, for whoever types it into an app.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// What an app reads from a picture: an `otpauth:` address.
    pub fn uri(&self, login: &str, municipality: &str) -> Result<String, SecretError> {
        // A colon would end the name of the product.
        let issuer = format!("{PRODUCT} {}", municipality.replace(':', " "));
        let named = self.builder()?.with_account_name(login).with_issuer(Some(issuer));
        named.build().and_then(|totp| totp.to_url()).map_err(|_| SecretError)
    }

    /// The same after `code` counted; nothing where that is no code of now, or one that counted before.
    pub fn after(&self, code: &str, now: DateTime<Utc>) -> Result<Option<Self>, SecretError> {
        let totp: Totp = self.builder()?.build().map_err(|_| SecretError)?;
        let Ok(seconds) = u64::try_from(now.timestamp()) else { return Ok(None) };
        let step = totp.check(code.trim(), seconds).filter(|step| self.last_step.is_none_or(|last| *step > last));
        Ok(step.map(|step| Self { last_step: Some(step), ..self.clone() }))
    }

    fn builder(&self) -> Result<Builder, SecretError> {
        let secret = Secret::try_from_base32(&self.secret).map_err(|_| SecretError)?;
        Ok(Builder::new().with_secret(secret).with_skew(SKEW))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn maker() -> CodeMaker {
        CodeMaker::of(*b"12345678901234567890")
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// The last six of the eight figures that the table in appendix B names.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert!(maker().after(code, at(seconds)).unwrap().is_some(), "{code}");
        }
    }

    #[test]
    fn a_code_counts_once_half_a_minute_around_its_own_and_none_before_it_counts_after_it() {
        // Of steps 0 and 1 (RFC 4226, appendix D).
        let [before, code] = ["755224", "287082"];
        assert!(maker().after(before, at(59)).unwrap().is_some());
        assert!(maker().after(code, at(59 + 30)).unwrap().is_some());
        assert!(maker().after(code, at(59 - 30)).unwrap().is_some());
        assert!(maker().after(code, at(59 + 61)).unwrap().is_none());
        let counted = maker().after(code, at(59)).unwrap().unwrap();
        assert!(counted.after(code, at(59)).unwrap().is_none(), "once");
        assert!(counted.after(before, at(59)).unwrap().is_none(), "and none before it");
    }

    #[test]
    fn what_is_no_code_counts_never() {
        for wrong in ["", "28708", "2870822", "28708x", "٢٨٧٠٨٢", "287082\0", "-87082"] {
            assert!(maker().after(wrong, at(59)).unwrap().is_none(), "{wrong:?}");
        }
        assert!(maker().after(" 287082 ", at(59)).unwrap().is_some(), "spaces around it are nothing");
    }

    #[test]
    fn an_app_reads_whose_it_is() {
        let uri = maker().uri("coordinator", "Velsen: noord").unwrap();
        assert!(
            uri.starts_with("otpauth://totp/Baken%20Velsen%20%20noord:coordinator?secret=GEZDGNBVGY3TQOJQ"),
            "{uri}"
        );
    }

    #[test]
    fn it_is_read_as_it_was_kept() {
        let counted = maker().after("287082", at(59)).unwrap().unwrap();
        let kept = serde_json::to_string(&counted).unwrap();
        assert_eq!(kept, r#"{"secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","lastStep":1}"#);
        assert!(serde_json::from_str::<CodeMaker>(&kept).unwrap() == counted);
    }
}
