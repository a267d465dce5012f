//! The app on a phone, in Chromium with touch, in front of the app's own commands and device core (`tests/phone`).
//!
//! Every screen is looked at as an inspector holds it: upright, on the smallest phone, on its side, with a keyboard that
//! takes half the height, and with text twice as large.

mod content;
mod corrections;
mod covering;
mod death;
mod door;
mod finger;
mod hand;
mod handset;
mod held;
mod joint;
mod lease;
mod life;
mod metered;
mod outcome;
mod planning;
mod room;
mod shift;
mod spoken;
mod taps;
mod working_day;
