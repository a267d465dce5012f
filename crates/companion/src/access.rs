//! What the data folder allows.

/// Whether what is done can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// As it should be.
    ReadWrite,
    /// A read-only medium, or a folder of somebody else: what is there can be read and sent, nothing can be kept.
    ReadOnly,
}
