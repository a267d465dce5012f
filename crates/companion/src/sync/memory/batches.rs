//! Whether batches of the chain in use leave in this run. All else goes on by plans without them.

use crate::failure_code::FailureCode;

/// Whether they leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::sync) enum Batches {
    /// They do.
    #[default]
    Flow,
    /// They wait for the next run because of this, or until something acute is there.
    Wait(FailureCode),
}

impl Batches {
    /// Whether they leave.
    pub(in crate::sync) const fn flow(self) -> bool {
        matches!(self, Self::Flow)
    }

    pub(super) const fn wait_for(self) -> Option<FailureCode> {
        match self {
            Self::Flow => None,
            Self::Wait(code) => Some(code),
        }
    }
}
