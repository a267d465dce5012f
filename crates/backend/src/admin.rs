//! What an operator does at the command line, one file each.

pub mod init;
pub mod invite;
pub mod verify;
