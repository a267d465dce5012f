//! What the system says of the network. A hint: it may be wrong, and what a person asks for is tried whatever it says.

pub mod allowance;

use std::future::Future;

use serde::{Deserialize, Serialize};

use crate::PlatformError;

/// How far the network reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// There is none.
    None,
    /// It wants a person to sign in first.
    Captive,
    /// There is one, and the system has not seen the internet through it: perhaps an office network without any.
    Unvalidated,
    /// The system has seen the internet through it.
    Validated,
    /// Nobody can tell, as on a desktop.
    Unknown,
}

/// Who pays for what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cost {
    /// Nobody, by the byte.
    Unmetered,
    /// By the byte: a SIM, a phone's hotspot, a network marked so, or data saving switched on.
    Metered,
    /// Nobody can tell.
    Unknown,
}

/// Both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkState {
    /// How far it reaches.
    pub reach: Reach,
    /// What it costs.
    pub cost: Cost,
    /// Abroad, or on another operator's masts: at sea that costs most of all.
    pub roaming: bool,
}

impl NetworkState {
    /// Where nobody can tell.
    pub const UNKNOWN: Self = Self { reach: Reach::Unknown, cost: Cost::Unknown, roaming: false };
}

/// The system's word on the network.
pub trait Network: Send + Sync {
    /// As it is now; changes come as [`crate::Event::Network`].
    fn network(&self) -> impl Future<Output = Result<NetworkState, PlatformError>> + Send;
}
