//! What an operator does at the command line, one file each.

pub mod backup;
pub mod check;
pub mod doctor;
pub mod dossier;
pub mod fingerprint;
pub mod import;
pub mod init;
pub mod invite;
pub mod members;
pub mod migrate;
pub mod newest_directory;
pub mod relocate;
pub mod renew;
pub mod restore;
pub mod roles;
pub mod second_factor;
pub mod sign_in;
mod team_keys;
pub mod verifier;
pub mod verify;
