//! Identifiers of ships, companies and places as an observer types them, and the citizen number that
//! must not be typed at all.
//!
//! | module | a failed check means |
//! |---|---|
//! | [`imo`], [`mmsi`], [`eni`] | warn, never reject: real ships carry wrong numbers |
//! | [`kvk`], [`bag`], [`postcode`] | reject: the number is the register's own |
//! | [`bsn`] | a find means: warn, and offer to mask it |
//!
//! Each check judges what a reader sees ([`crate::text`]), takes the number's own name before or after it (`IMO nr.
//! 9074729`, `12345678 (KvK)`) and any separators, and answers a normalised value or why not. A number that would hold
//! with zeros before it lost them on its way (a spreadsheet drops them): that is told as such. Which of warning and
//! refusing follows is the caller's act.
//!
//! Deliberately absent: the fishing mark, which has no rule to check, and any lookup in a register.

pub mod bag;
pub mod bsn;
pub mod eni;
pub mod imo;
pub mod kvk;
pub mod mmsi;
mod number;
pub mod postcode;
