//! What comes first in a list, and where a record stands in it.

/// What comes first in the inbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// What is acute and new, the newest on top; then what must be acted on first; what has no term comes last.
    #[default]
    Due,
    /// What was received last.
    Received,
}

impl Order {
    /// Its name in a URL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Received => "received",
        }
    }

    /// Reads what [`Order::name`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Due, Self::Received].into_iter().find(|order| order.name() == text)
    }
}

/// Where a record stands in a list: what is less comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The group: what leads comes before the rest.
    pub group: u8,
    /// Within it, in milliseconds.
    pub at: i64,
}
