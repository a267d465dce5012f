//! `sign-in`: the municipality's own sign-in.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use baken_backend::admin::sign_in;
use baken_backend::environment::Environment;
use baken_backend::http::sign_in_address;
use baken_backend::openid::{ClientKey, ClientProof, Provider};
use baken_backend::storage::{Database, Installation, UnitOfWork};
use clap::Subcommand;

use super::Where;

/// The municipality's own sign-in (OpenID Connect): shows it, sets it, says which of its names belongs to which member.
#[derive(clap::Args)]
pub(crate) struct SignIn {
    #[command(flatten)]
    place: Where,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Sets the provider in place of the one before; asks it first whether it can do what is needed.
    Set(Set),
    /// Whoever the provider calls by that name is that member from now on.
    Bind(Bind),
    /// The provider lets nobody in as that member any more.
    Unbind(Unbind),
    /// Takes the provider away; members sign in with their passwords again.
    End,
}

#[derive(clap::Args)]
struct Set {
    /// The provider's address, to the letter as it calls itself.
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// What Baken is called there.
    #[arg(long)]
    client_id: String,
    /// A file with a secret that both know; without, Baken signs with a key of its own, as the NL GOV profile asks.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// Makes another key, in place of the one that the provider knows.
    #[arg(long, conflicts_with = "client_secret_file")]
    new_key: bool,
    /// The claim that names a member. Another than `sub` may be given to somebody else one day.
    #[arg(long, default_value = "sub")]
    claim: String,
    /// What is asked for beside `openid`; may be repeated.
    #[arg(long = "scope")]
    scopes: Vec<String>,
    /// A value of `acr` that stands for a second factor, so that Baken asks for none; may be repeated.
    #[arg(long)]
    acr: Vec<String>,
    /// The same of `amr`.
    #[arg(long)]
    amr: Vec<String>,
    /// Nobody signs in with a password any more.
    #[arg(long)]
    only: bool,
}

#[derive(clap::Args)]
struct Bind {
    /// The member.
    #[arg(long)]
    login: String,
    /// What the provider calls them: what the claim says.
    #[arg(long, value_name = "NAME")]
    subject: String,
}

#[derive(clap::Args)]
struct Unbind {
    /// The member.
    #[arg(long)]
    login: String,
}

impl SignIn {
    pub(crate) async fn run(self, environment: &Environment) -> anyhow::Result<ExitCode> {
        let (storage, installation) = self.place.open()?;
        match self.what {
            None => match storage.read(|tx| tx.provider())? {
                Some(provider) => show(&provider, &installation)?,
                None => println!("No provider is set: members sign in with login and password."),
            },
            Some(What::Set(set)) => show(&set.run(&storage, environment).await?, &installation)?,
            Some(What::Bind(Bind { login, subject })) => {
                sign_in::give(&storage, environment, &login, &subject)?;
                println!("Whoever the provider calls {subject} is {login} from now on.");
            }
            Some(What::Unbind(Unbind { login })) if sign_in::take(&storage, environment, &login)? => {
                println!("The provider lets nobody in as {login} any more. They were signed out everywhere.");
            }
            Some(What::Unbind(Unbind { login })) => {
                println!("The provider let nobody in as {login}; nothing was changed.");
            }
            Some(What::End) => {
                sign_in::end(&storage, environment)?;
                println!("Members sign in with login and password from now on.");
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Set {
    async fn run(self, storage: &dyn Database, environment: &Environment) -> anyhow::Result<Provider> {
        let before = storage.read(|tx| tx.provider())?.map(|provider| provider.proof);
        let proof = match (&self.client_secret_file, before) {
            (Some(file), _) => {
                let secret = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
                ClientProof::Secret(secret.trim().to_owned())
            }
            (None, Some(ClientProof::PrivateKey(key))) if !self.new_key => ClientProof::PrivateKey(key),
            (None, _) => ClientProof::PrivateKey(ClientKey::generate(environment.secure_random())?),
        };
        let Self { issuer, client_id, claim, scopes, acr, amr, only, .. } = self;
        let provider = Provider { issuer, client_id, proof, claim, scopes, acr, amr, only };
        sign_in::set(storage, environment, &provider).await?;
        Ok(provider)
    }
}

/// What an operator and the provider have to know.
fn show(provider: &Provider, installation: &Installation) -> anyhow::Result<()> {
    println!("Provider: {}\nBaken is called there: {}", provider.issuer, provider.client_id);
    println!("Address to come back to: {}", sign_in_address(installation));
    println!("A member is named by the claim: {}", provider.claim);
    let password = if provider.only { "opens nothing" } else { "is taken too" };
    println!("A password {password}.");
    match &provider.proof {
        ClientProof::PrivateKey(key) => println!("Public key for the provider (JWKS):\n{}", key.public()?),
        ClientProof::Secret(_) => println!("Baken proves itself with a secret that both know."),
    }
    Ok(())
}
