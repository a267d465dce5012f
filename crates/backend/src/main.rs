//! `baken-backend`: the command line. What each subcommand takes and prints stands in `cli/`; what it does, in the library.

#![allow(clippy::print_stdout, reason = "a command line tool: what it prints is what it is for")]

mod cli;

use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: cli::Command,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match Arguments::parse().command.run().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("baken-backend: {error:#}");
            ExitCode::FAILURE
        }
    }
}
