//! The second factor of an account: begun, in force once a code of it was seen, asked for at each signing in, and taken away.
//! What a code is, `access::second_factor` says.

use chrono::{DateTime, TimeDelta, Utc};

use crate::access::second_factor::{CodeMaker, SecretError};
use crate::environment::{Environment, NoRandomness};
use crate::storage::{Credential, CredentialKind, StorageError, Transaction};

/// For so long after it was shown a secret can be put in force.
const CONFIRMED_WITHIN: TimeDelta = TimeDelta::minutes(15);

/// Why it is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// One is in force; or none was begun.
    #[error("as things stand, that cannot be done")]
    NotNow,
    /// That is no code of now, or it counted before.
    #[error("not a code of now")]
    WrongCode,
    /// What is kept of it cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What signing in needs beside the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passes {
    /// Nothing more.
    Yes,
    /// A code, and none was given.
    CodeAsked,
    /// Another code than was given.
    WrongCode,
}

/// Since when a second factor is asked for; never, where there is none.
pub fn second_factor_since(tx: &dyn Transaction, login: &str) -> Result<Option<DateTime<Utc>>, StorageError> {
    Ok(tx.credential(login, CredentialKind::SecondFactor)?.map(|held| held.created_at))
}

/// Makes a secret for an account that has none in force. It is asked for once a code of it was seen.
pub fn begin_second_factor(
    tx: &dyn Transaction,
    environment: &Environment,
    login: &str,
) -> Result<CodeMaker, SecondFactorError> {
    if second_factor_since(tx, login)?.is_some() {
        return Err(SecondFactorError::NotNow);
    }
    let maker = CodeMaker::of(environment.random()?);
    keep(tx, login, CredentialKind::SecondFactorBegun, (&maker, environment.clock.now()))?;
    Ok(maker)
}

/// A code of what was begun: it is in force from now on.
pub fn confirm_second_factor(
    tx: &dyn Transaction,
    login: &str,
    code: &str,
    now: DateTime<Utc>,
) -> Result<(), SecondFactorError> {
    let begun = tx.credential(login, CredentialKind::SecondFactorBegun)?;
    // What was shown long ago may have been seen by others.
    let begun = begun.filter(|begun| now - begun.created_at <= CONFIRMED_WITHIN).ok_or(SecondFactorError::NotNow)?;
    let counted = read(&begun)?.after(code, now)?.ok_or(SecondFactorError::WrongCode)?;
    tx.forget_credential(login, CredentialKind::SecondFactorBegun)?;
    keep(tx, login, CredentialKind::SecondFactor, (&counted, now))?;
    Ok(())
}

/// Whether an account whose password was right is let in with this code. One that counts is spent by it.
pub fn passes_second_factor(
    tx: &dyn Transaction,
    login: &str,
    code: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Passes, SecondFactorError> {
    let Some(held) = tx.credential(login, CredentialKind::SecondFactor)? else { return Ok(Passes::Yes) };
    let Some(code) = code else { return Ok(Passes::CodeAsked) };
    let Some(counted) = read(&held)?.after(code, now)? else { return Ok(Passes::WrongCode) };
    keep(tx, login, CredentialKind::SecondFactor, (&counted, held.created_at))?;
    Ok(Passes::Yes)
}

/// Takes it away, for whoever proved to be the member, or manages the members. Answers whether there was one.
pub fn end_second_factor(tx: &dyn Transaction, login: &str) -> Result<bool, StorageError> {
    tx.forget_credential(login, CredentialKind::SecondFactorBegun)?;
    tx.forget_credential(login, CredentialKind::SecondFactor)
}

fn keep(
    tx: &dyn Transaction,
    login: &str,
    kind: CredentialKind,
    (maker, created_at): (&CodeMaker, DateTime<Utc>),
) -> Result<(), StorageError> {
    let secret = serde_json::to_string(maker).map_err(|_| StorageError::Content)?;
    tx.keep_credential(login, kind, &Credential { secret, created_at })
}

fn read(held: &Credential) -> Result<CodeMaker, StorageError> {
    serde_json::from_str(&held.secret).map_err(|_| StorageError::Content)
}
