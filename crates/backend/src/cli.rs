//! What the longer subcommands print. It belongs to the program, not to the library.

pub(crate) mod renewal;
