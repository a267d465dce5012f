//! `baken-backend sign-in`: the municipality's own sign-in, and which of its names belongs to which member. Works while the
//! backend serves. It is the way back too where nobody gets in by the provider any more.

use crate::environment::Environment;
use crate::openid::{Client, Provider, ProviderError, SettingsError};
use crate::register::provider::{BindError, bind, unbind};
use crate::storage::{AuditAction, AuditEntry, AuditObject, Database, StorageError, UnitOfWork};

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Such a provider there is not.
    #[error("{0}; nothing was changed")]
    Settings(#[from] SettingsError),
    /// It does not answer as it must.
    #[error("{0}; nothing was changed")]
    Provider(#[from] ProviderError),
    /// None is set.
    #[error("no provider is set; nothing was changed")]
    NotSet,
    /// The register refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Sets the provider in place of the one before, after asking it. Everybody is signed out.
pub async fn set(storage: &dyn Database, environment: &Environment, provider: &Provider) -> Result<(), SignInError> {
    provider.check()?;
    Client::default().metadata(provider, environment.clock.now()).await?;
    storage.write(|tx| {
        let now = environment.clock.now();
        tx.keep_provider(provider, now)?;
        // Whoever came in by the one before, or by another of its names, comes in anew.
        tx.end_sessions()?;
        let entry = AuditEntry::by_operator(AuditAction::SetProvider, AuditObject::Provider, &provider.issuer);
        let detail = if provider.only { "only" } else { "beside passwords" };
        Ok(tx.audit(now, &entry.with_detail(detail))?)
    })
}

/// Takes the provider away: everybody is signed out, and signs in with a password.
pub fn end(storage: &dyn Database, environment: &Environment) -> Result<(), SignInError> {
    storage.write(|tx| {
        let provider = tx.provider()?.ok_or(SignInError::NotSet)?;
        tx.forget_provider()?;
        tx.end_sessions()?;
        let entry = AuditEntry::by_operator(AuditAction::EndProvider, AuditObject::Provider, &provider.issuer);
        Ok(tx.audit(environment.clock.now(), &entry)?)
    })
}

/// From now on whoever the provider calls `subject` is `login`.
pub fn give(storage: &dyn Database, environment: &Environment, login: &str, subject: &str) -> Result<(), BindError> {
    storage.write(|tx| {
        let now = environment.clock.now();
        bind(tx, login, subject, now)?;
        tx.end_sessions_of(login)?;
        let entry = AuditEntry::by_operator(AuditAction::BindSubject, AuditObject::Account, login);
        Ok(tx.audit(now, &entry.with_detail(subject))?)
    })
}

/// The provider lets nobody in as `login` any more, and whoever is signed in as them is signed out. Answers whether it did.
pub fn take(storage: &dyn Database, environment: &Environment, login: &str) -> Result<bool, StorageError> {
    storage.write(|tx| {
        let had = unbind(tx, login)?;
        if had {
            tx.end_sessions_of(login)?;
            let entry = AuditEntry::by_operator(AuditAction::UnbindSubject, AuditObject::Account, login);
            tx.audit(environment.clock.now(), &entry)?;
        }
        Ok(had)
    })
}
