//! The real app and the real console against the real backend: windows under a virtual display, driven by
//! WebDriver. Run by `make test`, which builds the programs and brings the display and the drivers.
//!
//! Every screen it passes is written as a picture to `target/screens/`, at phone and tablet size.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

mod app;
mod axe;
mod backend;
mod casework;
mod chromium;
mod console;
mod corners;
mod demo;
mod desk;
mod find;
mod joining;
mod key;
mod live;
mod locked_away;
mod main_job;
mod page;
mod phone;
mod processes;
mod provider;
mod roles;
mod screens;
mod second_factor;
