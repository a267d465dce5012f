//! How often, how much and how long: bounds that keep one asker from standing in the way of the others.

pub mod attempts;
pub mod patience;
pub mod refusals;
pub mod room;
