//! The coordinators' side: signing in, letting devices in and out, what is shown to whom, and what is written down
//! about it.

mod acts;
mod alerts;
pub mod browser;
pub mod casework;
pub mod description;
mod events;
mod filters;
mod handling;
mod inspections;
mod invalid_input;
mod joining;
mod levels;
mod observations;
mod order;
mod planning;
pub mod provider;
mod readers;
mod reports;
mod roles;
pub mod scene;
mod search;
pub mod second_factor;
mod sign_in;
mod tasks;
mod uncompressed;
