//! How long whoever is at the other end of a connection is waited for. Parameters, so that tests need not wait.

use std::time::Duration;

/// Every wait, and how many may be waited for at once.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the head of a request to be whole; also from one request to the next.
    pub head: Duration,
    /// For more of a body, and for the other end to take more of an answer.
    pub stall: Duration,
    /// What a body must bring on average once that time is over, in bytes a second.
    pub slowest: u32,
    /// How long others wait for the room of a body of which nothing came.
    pub crowded_begin: Duration,
    /// How long beyond that for one of which everything came; for a part of it the same part of this.
    pub crowded_whole: Duration,
    /// What whoever takes an answer must take on average once that time is over, in bytes a second. What is read is
    /// larger than what is sent, and held in memory until it is taken.
    pub slowest_reader: u32,
    /// For what is under way when asked to stop; then it is cut.
    pub stopping: Duration,
    /// Connections at once.
    pub connections: usize,
    /// Of these from one network that is neither this machine nor a proxy that was named.
    pub connections_of_a_network: usize,
}

impl Patience {
    /// What serves well.
    pub const DEFAULT: Self = Self {
        head: Duration::from_secs(20),
        // A lift, a steel hull: a line that comes back is no failure.
        stall: Duration::from_secs(30),
        slowest: 512,
        crowded_begin: Duration::from_secs(5),
        crowded_whole: Duration::from_mins(1),
        slowest_reader: 4096,
        stopping: Duration::from_secs(10),
        connections: 512,
        connections_of_a_network: 128,
    };
}

impl Default for Patience {
    fn default() -> Self {
        Self::DEFAULT
    }
}
