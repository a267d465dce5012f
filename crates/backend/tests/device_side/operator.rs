//! What is done at the machine itself.

mod backup;
mod commands;
mod dossier;
mod file_system;
mod migration;
