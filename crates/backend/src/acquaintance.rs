//! How well somebody is known to an account, which is what the register answers and attempts are counted by.

use baken_protocol::digest::Digest;

/// How well whoever tries to sign in to an account is known there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acquaintance {
    /// A browser that signed in to it before.
    Browser(Digest),
    /// Another browser, in a network it was signed in to from before.
    Network,
    /// Neither.
    Stranger,
}
