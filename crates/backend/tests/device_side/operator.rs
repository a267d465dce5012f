//! What is done at the machine itself.

mod backup;
mod commands;
mod dossier;
