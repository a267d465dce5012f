//! What the backend showed of itself in this run. None of it is taken back before the run ends.

use crate::failure_code::FailureCode;

/// What it showed.
#[derive(Debug, Default)]
pub(in crate::sync) struct Heard {
    /// Of itself as a whole.
    pub(in crate::sync) answers: Answers,
    /// Of its receipts.
    pub(in crate::sync) receipts: Receipts,
    /// Of what it thinks of this device.
    pub(in crate::sync) device: Device,
}

/// Whether it answers questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::sync) enum Answers {
    /// It answered none.
    #[default]
    Unheard,
    /// It said where a chain stands, so it is well as a whole.
    Well,
}

/// Whether what it gave receipts for has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::sync) enum Receipts {
    /// Each was believed.
    #[default]
    Believed,
    /// One was not: nobody vouches that what it is for has arrived.
    Disbelieved,
}

/// What it does with what this device sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::sync) enum Device {
    /// It takes it in.
    #[default]
    Welcome,
    /// It keeps it apart: this device was revoked.
    KeptApart,
}

impl Device {
    /// One batch was kept apart, or was not.
    pub(in crate::sync) const fn note(&mut self, quarantined: bool) {
        if quarantined {
            *self = Self::KeptApart;
        }
    }

    pub(super) const fn code(self) -> Option<FailureCode> {
        match self {
            Self::Welcome => None,
            Self::KeptApart => Some(FailureCode::Revoked),
        }
    }
}
