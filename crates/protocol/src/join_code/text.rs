//! How a join code is shown: `BAKEN-JOIN:` and base32, which a QR code holds in its alphanumeric mode and which a person
//! may paste. Inside, compressed: the certificate and the code, each as a push has an envelope (`wire`).

use super::{JoinCodeError, ShownCode};
use crate::crockford;
use crate::limits;
use crate::wire::{self, WireError};

const PREFIX: &str = "BAKEN-JOIN:";

impl ShownCode {
    /// As a QR code holds it.
    pub fn to_text(&self) -> Result<String, JoinCodeError> {
        let mut plain = Vec::new();
        for envelope in [&self.certificate, &self.code] {
            wire::append_envelope(&mut plain, envelope).map_err(|_| JoinCodeError::TooLarge)?;
        }
        if plain.len() > limits::JOIN_CODE_BYTES {
            return Err(JoinCodeError::TooLarge);
        }
        let packed = zstd::bulk::compress(&plain, 19).map_err(|_| JoinCodeError::Malformed)?;
        let text = format!("{PREFIX}{}", crockford::encode(&packed));
        if text.len() > limits::JOIN_CODE_CHARS { Err(JoinCodeError::TooLarge) } else { Ok(text) }
    }

    /// Reads what [`ShownCode::to_text`] wrote, also in lower case, with blanks, hyphens and line ends. Only its form is
    /// checked here.
    pub fn parse(text: &str) -> Result<Self, JoinCodeError> {
        // Twice as much: somebody may have written it in groups.
        if text.len() > 2 * limits::JOIN_CODE_CHARS {
            return Err(JoinCodeError::TooLarge);
        }
        let text: String = text.split_whitespace().collect();
        let (head, rest) = text.split_at_checked(PREFIX.len()).ok_or(JoinCodeError::Malformed)?;
        if !head.eq_ignore_ascii_case(PREFIX) {
            return Err(JoinCodeError::Malformed);
        }
        let symbols = crockford::normalise(rest).ok_or(JoinCodeError::Malformed)?;
        if PREFIX.len() + symbols.len() > limits::JOIN_CODE_CHARS {
            return Err(JoinCodeError::TooLarge);
        }
        let packed = crockford::decode(&symbols).ok_or(JoinCodeError::Malformed)?;
        let plain = wire::decompress(&packed, limits::JOIN_CODE_BYTES).map_err(|error| of_wire(&error))?;
        let mut left = plain.as_slice();
        let certificate = wire::take_envelope(&mut left).map_err(|error| of_wire(&error))?;
        let code = wire::take_envelope(&mut left).map_err(|error| of_wire(&error))?;
        if left.is_empty() { Ok(Self { certificate, code }) } else { Err(JoinCodeError::Malformed) }
    }
}

const fn of_wire(error: &WireError) -> JoinCodeError {
    match error {
        WireError::Malformed => JoinCodeError::Malformed,
        WireError::TooLarge => JoinCodeError::TooLarge,
    }
}
