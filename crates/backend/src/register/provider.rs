//! Whom the municipality's own sign-in lets in: which of its names belongs to which member. It says who somebody is and
//! nothing of what they may: roles and levels are given here, since a level is a key, and no token carries one.

use chrono::{DateTime, Utc};

use crate::openid::{Provider, Vouched};
use crate::storage::{Account, Credential, CredentialKind, StorageError, Transaction};

/// Why a name of the provider was not given to a member.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// No provider was set.
    #[error("no provider is set; `baken-backend sign-in set` does")]
    NoProvider,
    /// No such member, or one whose account was ended.
    #[error("there is no member of this login whose account is open; nothing was changed")]
    NoSuchMember,
    /// Another member has it.
    #[error("{0} has that name already; take it from them first. Nothing was changed")]
    Taken(String),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The member whom `provider` calls that, unless their account was ended.
pub fn member_called(
    tx: &dyn Transaction,
    provider: &Provider,
    subject: &str,
) -> Result<Option<Account>, StorageError> {
    tx.account_of_subject(&written(provider, subject)?)
}

/// From now on whoever the provider calls `subject` is `login`, in place of whom it called so before.
pub fn bind(tx: &dyn Transaction, login: &str, subject: &str, now: DateTime<Utc>) -> Result<(), BindError> {
    let provider = tx.provider()?.ok_or(BindError::NoProvider)?;
    if tx.account(login)?.is_none() {
        return Err(BindError::NoSuchMember);
    }
    let secret = written(&provider, subject)?;
    if let Some(other) = tx.account_of_subject(&secret)?.filter(|other| other.login != login) {
        return Err(BindError::Taken(other.login));
    }
    // An account that was ended may have it still.
    tx.forget_subject(&secret)?;
    tx.keep_credential(login, CredentialKind::Subject, &Credential { secret, created_at: now })?;
    Ok(())
}

/// The provider lets nobody in as `login` any more. Answers whether it did.
pub fn unbind(tx: &dyn Transaction, login: &str) -> Result<bool, StorageError> {
    tx.forget_credential(login, CredentialKind::Subject)
}

/// Whether what the provider saw stands for a second factor, so that none of Baken's is asked.
pub fn vouches_for_two(provider: &Provider, vouched: &Vouched) -> bool {
    let by_level = vouched.acr.as_ref().is_some_and(|acr| provider.acr.contains(acr));
    by_level || vouched.amr.iter().any(|means| provider.amr.contains(means))
}

/// A name counts with its provider alone: another provider's is another's.
fn written(provider: &Provider, subject: &str) -> Result<String, StorageError> {
    serde_json::to_string(&(&provider.issuer, &provider.claim, subject)).map_err(|_| StorageError::Content)
}
