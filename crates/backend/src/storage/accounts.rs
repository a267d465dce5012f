//! Accounts and the team keys sealed to them.

use baken_protocol::ids::Code;
use baken_protocol::keydir::Team;
use baken_protocol::record::ConfidentialityLevel;
use chrono::{DateTime, Utc};

use super::StorageError;
use crate::access::{Grant, Role, needs_a_word};

/// A person who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The login name.
    pub login: String,
    /// The organisation.
    pub organisation: Code,
    /// What the person does, in the order of [`Role::ALL`].
    pub roles: Vec<Role>,
    /// The levels this account may see; `eigen` always means its own organisation's.
    pub levels: Vec<ConfidentialityLevel>,
    /// Whether somebody who reads has let it in.
    pub admitted: bool,
    /// The member's age recipient.
    pub recipient: String,
    /// The member's identity, an armored age file under the member's passphrase.
    pub wrapped_identity: String,
}

impl Account {
    /// Whether somebody who reads still has to let it in. Whoever has no task that needs it waits for nobody.
    pub fn waits(&self) -> bool {
        !self.admitted && needs_a_word(&self.roles)
    }

    /// What it was granted.
    pub fn grant(&self) -> Grant<'_> {
        let Self { roles, levels, organisation, admitted, .. } = self;
        Grant { roles, levels, organisation, admitted: *admitted }
    }
}

/// An account as whoever manages members sees it: nothing of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// The login name.
    pub login: String,
    /// The organisation.
    pub organisation: Code,
    /// The roles.
    pub roles: Vec<Role>,
    /// The levels.
    pub levels: Vec<ConfidentialityLevel>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Since when somebody who reads has vouched for it, if anybody has.
    pub admitted_at: Option<DateTime<Utc>>,
    /// When it was ended, if it was.
    pub disabled_at: Option<DateTime<Utc>>,
    /// When it was last seen in a session that is not over.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Since when a second factor is asked for, if it is.
    pub second_factor_since: Option<DateTime<Utc>>,
}

/// What an account proves itself with beside its password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// A second factor that is asked for.
    SecondFactor,
    /// One that was begun, of which no code was seen yet.
    SecondFactorBegun,
    /// By what name the municipality's own sign-in knows the member.
    Subject,
}

impl CredentialKind {
    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SecondFactor => "second-factor",
            Self::SecondFactorBegun => "second-factor-begun",
            Self::Subject => "subject",
        }
    }
}

/// One of these, as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// What only its kind reads.
    pub secret: String,
    /// When it was kept first.
    pub created_at: DateTime<Utc>,
}

/// A team's key, sealed to one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamKey {
    /// The team.
    pub team: Team,
    /// The epoch of the key directory that names it.
    pub epoch: u64,
    /// The team's age recipient.
    pub recipient: String,
    /// The team's identity, an armored age file to the member.
    pub sealed: String,
}

/// A team's key as a member has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldShare {
    /// The member.
    pub login: String,
    /// Whether the account can still sign in.
    pub is_active: bool,
    /// The key.
    pub key: TeamKey,
}

/// What is asked of accounts.
pub trait Accounts {
    /// Stores an account with the team keys sealed to it; from then on it is let in, where it is to be.
    fn create_account(
        &self,
        account: &Account,
        password_hash: &str,
        keys: &[TeamKey],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;
    /// An account that is not disabled, with its password's hash.
    fn account(&self, login: &str) -> Result<Option<(Account, String)>, StorageError>;
    /// The account that is not disabled and has this credential of the kind [`CredentialKind::Subject`].
    fn account_of_subject(&self, subject: &str) -> Result<Option<Account>, StorageError>;
    /// Takes that credential from whoever has it.
    fn forget_subject(&self, subject: &str) -> Result<(), StorageError>;
    /// Every account that is not disabled, by login.
    fn active_accounts(&self) -> Result<Vec<Account>, StorageError>;
    /// Every account there ever was, by login, with when it was made and ended.
    fn members(&self) -> Result<Vec<MemberRow>, StorageError>;
    /// Every team whose key an account was ever given, under whatever key of its own.
    fn teams_ever_given(&self, login: &str) -> Result<Vec<Team>, StorageError>;
    /// Takes back that somebody vouched for an account.
    fn take_admission(&self, login: &str) -> Result<(), StorageError>;
    /// Lets an account in that nobody vouched for yet; later calls change nothing.
    fn admit(&self, login: &str, now: DateTime<Utc>) -> Result<(), StorageError>;
    /// Gives an account another key of its own, or the same under another passphrase.
    fn replace_member_key(&self, login: &str, recipient: &str, wrapped_identity: &str) -> Result<(), StorageError>;
    /// Takes away every team key that was sealed to an account: to a key that it has no more. Of which teams stays known.
    fn take_team_keys(&self, login: &str) -> Result<(), StorageError>;
    /// Gives an account another password, by its hash.
    fn replace_password(&self, login: &str, hash: &str, now: DateTime<Utc>) -> Result<(), StorageError>;
    /// Gives an account that is not disabled these roles, in place of those it had. Answers whether there is one.
    fn give_roles(&self, login: &str, roles: &[Role]) -> Result<bool, StorageError>;
    /// The team keys sealed to an account.
    fn team_keys(&self, login: &str) -> Result<Vec<TeamKey>, StorageError>;
    /// Every team key that a key directory names, with whom it is sealed to.
    fn shares_of_epoch(&self, epoch: u64) -> Result<Vec<HeldShare>, StorageError>;
    /// Stores a team's key that was sealed to a member.
    fn hand_team_key(&self, login: &str, key: &TeamKey) -> Result<(), StorageError>;
    /// What an account has of this kind.
    fn credential(&self, login: &str, kind: CredentialKind) -> Result<Option<Credential>, StorageError>;
    /// Keeps it in place of what was there of this kind.
    fn keep_credential(&self, login: &str, kind: CredentialKind, held: &Credential) -> Result<(), StorageError>;
    /// Takes it away. Answers whether there was one.
    fn forget_credential(&self, login: &str, kind: CredentialKind) -> Result<bool, StorageError>;
    /// Ends an account once; later calls change nothing.
    fn disable_account(&self, login: &str, now: DateTime<Utc>) -> Result<(), StorageError>;
}
