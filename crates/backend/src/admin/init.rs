//! `baken-backend init`: the keys of a municipality and an empty register.
//!
//! What must not stay at the backend never gets there: the root key's private half, the recovery identity and the
//! identity that opens backups are written to the secrets folder alone, to be taken offline. Team keys exist in clear
//! only while this runs, sealed to each member who may have them.

mod places;

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::PathBuf;

use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, EnvelopeError};
use baken_protocol::ids::{Code, TenantId};
use baken_protocol::invitation::{InvitationError, parse_address};
use baken_protocol::keydir::{KeyDirectory, ReceiptKeys, Team};
use baken_protocol::record::ConfidentialityLevel;
use baken_protocol::seal::{self, Identity, Recipient, SealError};
use baken_protocol::signature::{SignatureError, SigningKey};
use baken_protocol::vocabulary::{Organisation, OrganisationKind, Vocabulary};
use chrono::Days;
use data_encoding::BASE32_NOPAD;
use serde::Serialize;
use url::Url;
use zeroize::Zeroizing;

use super::members::{self, Member, MembersError};
use super::team_keys::TeamIdentity;
use crate::access::{Role, is_login, may_be_given, may_have_role};
use crate::accounts::{PasswordError, hash_password};
use crate::environment::{Environment, NoRandomness};
use crate::files::data_folder::{DataFolder, LockError};
use crate::files::private_files;
use crate::register::reckon_here;
use crate::storage::postgres::{DatabaseUrl, RegisterName};
use crate::storage::sqlite::is_installed;
use crate::storage::{Account, Installation, Place, StorageError, TeamKey, UnitOfWork};
use crate::time_zone::{TimeZone, TimeZoneError};

/// The first key directory of an installation.
const FIRST_EPOCH: u64 = 1;
/// How long a key directory is good.
pub(super) const DIRECTORY_DAYS: u64 = 730;
/// scrypt's work factor for a member's passphrase: about a second in a browser.
const WORK_FACTOR: u8 = 16;

const README: &str = "\
root.pkcs8                the municipality's root key: signs key directories, nothing else
                          (PKCS#8 DER: openssl pkey -inform DER -in root.pkcs8 -pubout shows its public half)
recovery.age-identity.txt opens every sealed part; for when all members have lost their keys
backup.age-identity.txt   opens backups and nothing else: `baken-backend restore` asks for it. Without it no backup
                          is worth anything, so keep it where it survives what the server does not survive
team_members.json         who may have which team's key, and to whom it is sealed: `baken-backend renew
                          --new-team-keys` asks for it. Nothing in it is secret, but nobody may change it
LOGIN.json                a member's login, password and passphrase: hand it over and destroy it

Take this folder offline now (two sealed envelopes in two safes) and delete it here. The backend runs
without it; whoever has it can read everything and enrol anything.
";

/// A member to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// The login name.
    pub login: String,
    /// The organisation.
    pub organisation: Code,
    /// The levels the member may see.
    pub levels: Vec<ConfidentialityLevel>,
    /// What the member does.
    pub roles: Vec<Role>,
}

/// The text is no member.
#[derive(Debug, thiserror::Error)]
#[error(
    "a member is LOGIN[:ORGANISATION[:LEVEL,LEVEL[:ROLE,ROLE]]]; members of enforcement never see level zorg. Roles are \
     coordinator, care-coordinator, analyst, device-manager, administrator and auditor"
)]
pub struct MemberError;

impl std::str::FromStr for NewMember {
    type Err = MemberError;

    fn from_str(text: &str) -> Result<Self, MemberError> {
        let mut parts = text.split(':');
        let login = parts.next().unwrap_or_default().to_owned();
        if !is_login(&login) {
            return Err(MemberError);
        }
        let vocabulary = Vocabulary::built_in();
        let organisation = match parts.next() {
            Some(code) => vocabulary.organisation(code),
            // Nobody named: the municipality itself.
            None => vocabulary.organisations.iter().find(|known| known.kind == OrganisationKind::Municipality),
        };
        let Organisation { code: organisation, kind, .. } = organisation.cloned().ok_or(MemberError)?;
        let usual = if may_be_given(kind, ConfidentialityLevel::Care) { "team,zorg" } else { "team" };
        let levels: Result<Vec<ConfidentialityLevel>, _> =
            parts.next().unwrap_or(usual).split(',').map(str::parse).collect();
        let levels = levels.map_err(|_| MemberError)?;
        if !levels.iter().all(|level| may_be_given(kind, *level)) {
            return Err(MemberError);
        }
        let mut roles = match parts.next() {
            Some(named) => {
                named.split(',').map(str::parse).collect::<Result<Vec<Role>, _>>().map_err(|_| MemberError)?
            }
            None => usual_roles(kind, &levels),
        };
        if !roles.iter().all(|role| may_have_role(kind, *role)) {
            return Err(MemberError);
        }
        roles.sort_unstable();
        roles.dedup();
        if parts.next().is_some() { Err(MemberError) } else { Ok(Self { login, organisation, levels, roles }) }
    }
}

/// What somebody does of whom nothing else was said: all of the office's tasks, as it is where one person has them.
fn usual_roles(kind: OrganisationKind, levels: &[ConfidentialityLevel]) -> Vec<Role> {
    let mut roles = vec![Role::Coordinator, Role::DeviceManager];
    roles.extend(levels.contains(&ConfidentialityLevel::Care).then_some(Role::CareCoordinator));
    if kind == OrganisationKind::Municipality {
        roles.push(Role::Administrator);
    }
    roles
}

/// What an installation is to be.
#[derive(Clone)]
pub struct InitOrder {
    /// The data folder.
    pub data: PathBuf,
    /// The folder for secrets; not within `data`.
    pub secrets: PathBuf,
    /// The municipality's code.
    pub tenant: TenantId,
    /// Its name.
    pub municipality: String,
    /// The public address invitations carry.
    pub address: Url,
    /// Where its days begin and end.
    pub time_zone: TimeZone,
    /// The first members.
    pub members: Vec<NewMember>,
    /// The database the register is to be in, and its name there; without, it is a file in `data`.
    pub database: Option<(DatabaseUrl, RegisterName)>,
}

/// Why nothing was made.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The zone's name has no place in a key directory.
    #[error(transparent)]
    TimeZone(#[from] TimeZoneError),
    /// There is a register already.
    #[error("there is a register in this folder already; nothing was changed")]
    Exists,
    /// The database has a register of that name already.
    #[error(
        "there is a register of this name in the database already; name another with --register. Nothing was changed"
    )]
    ExistsInDatabase,
    /// Secrets must not lie where the backend's data lie.
    #[error("the secrets folder must not lie within the data folder; name one elsewhere, best on another disk")]
    SecretsInside,
    /// Whoever takes the secrets offline would take the register with them.
    #[error("the data folder must not lie within the secrets folder, which is to be taken offline; name another")]
    DataInside,
    /// A root key that is written over is lost for ever.
    #[error(
        "the secrets folder {0} holds something already, and a root key in it must not be written over; name another. \
         If an init into it did not end, nothing uses what is in it: remove that first"
    )]
    SecretsNotEmpty(PathBuf),
    /// Devices would refuse every invitation.
    #[error(
        "devices would not accept this address: it must be https://HOST or https://HOST:PORT, without path, query, \
         user or password; plain http only on this machine (127.0.0.1, localhost, [::1])"
    )]
    Address(#[from] InvitationError),
    /// Another process has the data folder.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// At least one member must be able to read.
    #[error("name at least one member")]
    NoMember,
    /// An account has one login.
    #[error("member {0} is named twice; name each member once, with all its levels. Nothing was made")]
    MemberTwice(String),
    /// The folders cannot be written.
    #[error("the folders cannot be written: {0}")]
    Io(#[from] io::Error),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A key could not be made or used.
    #[error(transparent)]
    Key(#[from] SignatureError),
    /// The key directory could not be signed.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// A key could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A password could not be hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// The list of members could not be written.
    #[error(transparent)]
    Members(#[from] MembersError),
    /// A secret could not be encoded.
    #[error("a secret could not be written")]
    Encode(#[from] serde_json::Error),
}

/// What a member needs to begin; handed over, then destroyed.
#[derive(Serialize)]
struct MemberSecrets {
    login: String,
    password: String,
    passphrase: String,
}

/// Makes the keys, the register and the first members. Answers the root key's fingerprint, which the municipality
/// keeps apart: whoever checks a proof compares it.
pub fn init(order: &InitOrder, environment: &Environment) -> Result<Digest, InitError> {
    let folder = DataFolder::new(order.data.clone());
    check(order)?;
    private_files::make_folder(folder.path())?;
    let _lock = folder.lock()?;
    clear_unfinished(&folder)?;
    let root = SigningKey::generate(environment.secure_random())?;
    let receipt = SigningKey::generate(environment.secure_random())?;
    let content = SigningKey::generate(environment.secure_random())?;
    let teams = teams();
    let backup = Identity::generate();
    let now = environment.clock.now();
    let directory = KeyDirectory {
        tenant: order.tenant.clone(),
        municipality: order.municipality.clone(),
        time_zone: order.time_zone.name()?,
        epoch: FIRST_EPOCH,
        issued_at: now,
        not_after: now + Days::new(DIRECTORY_DAYS),
        previous: vec![],
        root_key: root.public(),
        receipt_keys: ReceiptKeys::new(receipt.public()),
        content_key: content.public(),
        vocabulary: Vocabulary::built_in_reference(),
        recipients: teams.iter().map(TeamIdentity::recipient).collect(),
    };
    let directory = Envelope::sign(&directory, &root)?.to_json()?;

    for folder in [&folder.keys(), &order.secrets] {
        private_files::make_folder(folder)?;
    }
    private_files::write_durably(&folder.receipt_key(), receipt.pkcs8())?;
    private_files::write_durably(&folder.content_key(), content.pkcs8())?;
    private_files::write_durably(&order.secrets.join("root.pkcs8"), root.pkcs8())?;
    private_files::write_durably(&order.secrets.join("README.txt"), README.as_bytes())?;
    for team in teams.iter().filter(|team| team.name == Team::Recovery) {
        let line = team.identity.to_secret_line();
        private_files::write_durably(&order.secrets.join("recovery.age-identity.txt"), line.as_bytes())?;
    }
    let line = backup.to_secret_line();
    private_files::write_durably(&order.secrets.join("backup.age-identity.txt"), line.as_bytes())?;
    if let Some((_, name)) = &order.database {
        private_files::write(&folder.register_name(), name.to_string().as_bytes())?;
    }
    let storage = place(order).bring_up()?;
    let installation = Installation {
        tenant: order.tenant.clone(),
        municipality: order.municipality.clone(),
        address: order.address.clone(),
        log_origin: format!("{}/baken/{}", order.address.host_str().unwrap_or("localhost"), order.tenant),
        root_key: root.public(),
        receipt_key: receipt.public(),
        time_zone: order.time_zone,
        backup_recipient: backup.recipient(),
    };
    let (mut members, mut accounts) = (Vec::new(), Vec::new());
    for member in &order.members {
        let (secrets, account) = make_member(environment, member, &teams)?;
        let text = Zeroizing::new(serde_json::to_vec_pretty(&secrets)?);
        private_files::write_durably(&order.secrets.join(format!("{}.json", member.login)), &text)?;
        members.push(account.member());
        accounts.push(account);
    }
    members::write(&order.secrets, &members)?;
    // Its name too must be there before it counts.
    private_files::sync_folder(folder.path())?;
    // Last, since this row is what makes it a register: an init cut short can be run again.
    storage.write::<_, StorageError>(|tx| {
        for NewAccount { account, password_hash, keys, .. } in &accounts {
            tx.create_account(account, password_hash, keys, now)?;
        }
        tx.install(&installation, &directory, now)?;
        reckon_here(tx)
    })?;
    Ok(root.public().fingerprint())
}

/// Where the register is to be.
fn place(order: &InitOrder) -> Place {
    let file = || Place::File(DataFolder::new(order.data.clone()).register());
    order.database.as_ref().map_or_else(file, |(url, name)| Place::Database(url.clone(), name.clone()))
}

fn check(order: &InitOrder) -> Result<(), InitError> {
    if order.members.is_empty() {
        return Err(InitError::NoMember);
    }
    // Before anything is written: a root key that an account refuses to follow would be left in the secrets folder.
    let mut logins = HashSet::new();
    if let Some(twice) = order.members.iter().find(|member| !logins.insert(&member.login)) {
        return Err(InitError::MemberTwice(twice.login.clone()));
    }
    if is_installed(&DataFolder::new(order.data.clone()).register())? {
        return Err(InitError::Exists);
    }
    if order.database.is_some() && place(order).open()?.read(|tx| tx.installation())?.is_some() {
        return Err(InitError::ExistsInDatabase);
    }
    parse_address(order.address.as_str())?;
    places::check(&order.data, &order.secrets)
}

/// Removes the register of an init that did not end.
fn clear_unfinished(folder: &DataFolder) -> Result<(), InitError> {
    if is_installed(&folder.register())? {
        return Err(InitError::Exists);
    }
    for file in folder.register_files() {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Every team of the vocabulary's organisations, each with a fresh identity.
fn teams() -> Vec<TeamIdentity> {
    let organisations = Vocabulary::built_in().organisations.into_iter();
    [Team::Coordinators, Team::Care]
        .into_iter()
        .chain(organisations.map(|organisation| Team::Organisation(organisation.code)))
        .chain([Team::Recovery])
        .map(TeamIdentity::generate)
        .collect()
}

/// An account that is to be made, with all that goes with it.
struct NewAccount {
    account: Account,
    password_hash: String,
    keys: Vec<TeamKey>,
    recipient: Recipient,
}

impl NewAccount {
    fn member(&self) -> Member {
        Member {
            login: self.account.login.clone(),
            organisation: self.account.organisation.clone(),
            levels: self.account.levels.clone(),
            recipient: self.recipient.clone(),
        }
    }
}

fn make_member(
    environment: &Environment,
    member: &NewMember,
    teams: &[TeamIdentity],
) -> Result<(MemberSecrets, NewAccount), InitError> {
    let secrets = MemberSecrets {
        login: member.login.clone(),
        password: readable_secret(environment)?,
        passphrase: readable_secret(environment)?,
    };
    let identity = Identity::generate();
    let account = Account {
        login: member.login.clone(),
        organisation: member.organisation.clone(),
        roles: member.roles.clone(),
        levels: member.levels.clone(),
        admitted: true,
        recipient: identity.recipient().to_string(),
        wrapped_identity: seal::wrap_with_passphrase(&identity.to_secret_line(), &secrets.passphrase, WORK_FACTOR)?,
    };
    let mut keys = Vec::new();
    for team in teams.iter().filter(|team| account.grant().may_have(&team.name)) {
        keys.push(team.share(FIRST_EPOCH, &identity.recipient())?);
    }
    let password_hash = hash_password(&secrets.password)?;
    Ok((secrets, NewAccount { account, password_hash, keys, recipient: identity.recipient() }))
}

/// 100 random bits as five groups of four letters and digits: to be typed once, from paper.
fn readable_secret(environment: &Environment) -> Result<String, NoRandomness> {
    let text = BASE32_NOPAD.encode(&environment.random::<13>()?).to_lowercase();
    let symbols: Vec<char> = text.chars().take(20).collect();
    let groups: Vec<String> = symbols.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn enforcement_never_gets_the_key_of_care() {
        let levels = |text: &str| text.parse::<NewMember>().map(|member| member.levels);
        assert_eq!(levels("agent:politie").unwrap(), [ConfidentialityLevel::Team]);
        assert!(levels("agent:politie:team,zorg").is_err());
        assert_eq!(
            levels("coordinator").unwrap(),
            [ConfidentialityLevel::Team, ConfidentialityLevel::Care],
            "the municipality's coordinators see both"
        );
        let own = "coordinator".parse::<NewMember>().unwrap().organisation;
        assert_eq!(Vocabulary::built_in().organisation(own.as_str()).unwrap().kind, OrganisationKind::Municipality);
        for wrong in ["", "Hoofdletter", "a:", "a:onbekend", "a:politie:alles", "a:politie:team:x"] {
            assert!(wrong.parse::<NewMember>().is_err(), "{wrong}");
        }
    }
}
