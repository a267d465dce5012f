//! How many connections there are, in all and from one network: nobody can take all places alone.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::bounds::patience::Patience;
use crate::http::extract::origin::{Network, Origin, Proxies};

/// The places there are.
pub(super) struct Connections {
    free: Arc<Semaphore>,
    of_a_network: usize,
    proxies: Proxies,
    taken: Mutex<HashMap<Network, usize>>,
}

/// A connection's place, given back when it is dropped.
pub(super) struct Place {
    connections: Arc<Connections>,
    network: Option<Network>,
    _free: OwnedSemaphorePermit,
}

impl Connections {
    pub(super) fn new(patience: Patience, proxies: Proxies) -> Self {
        Self {
            free: Arc::new(Semaphore::new(patience.connections)),
            of_a_network: patience.connections_of_a_network,
            proxies,
            taken: Mutex::default(),
        }
    }

    /// Waits until there is a place: meanwhile whoever connects waits in the system's own queue.
    pub(super) async fn free(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).acquire_owned().await.ok()
    }

    /// A place for a connection from `peer`; none if its network has all it may have. This machine and named proxies
    /// speak for many.
    pub(super) fn place(self: &Arc<Self>, free: OwnedSemaphorePermit, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        let speaks_for_many = peer.is_loopback() || self.proxies.trust(peer);
        let network = (!speaks_for_many).then(|| Origin(peer).network());
        if let Some(network) = network {
            let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
            let count = taken.entry(network).or_default();
            if *count >= self.of_a_network {
                return None;
            }
            *count += 1;
        }
        Some(Place { connections: Arc::clone(self), network, _free: free })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(network) = self.network else { return };
        let mut taken = self.connections.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::http::extract::origin::parse_network;

    #[tokio::test]
    async fn one_network_never_takes_every_place() {
        let patience = Patience { connections: 8, connections_of_a_network: 3, ..Patience::default() };
        let proxies = Proxies::new(vec![parse_network("10.0.0.2").unwrap()], None);
        let connections = Arc::new(Connections::new(patience, proxies));
        let mut held = vec![];
        let from = |address: &str| (Arc::clone(&connections), address.parse::<IpAddr>().unwrap());
        let mut connect = async |address: &str| {
            let (connections, address) = from(address);
            let free = connections.free().await.unwrap();
            let place = connections.place(free, address);
            let got = place.is_some();
            held.extend(place);
            got
        };
        for _ in 0..3 {
            assert!(connect("198.51.100.7").await);
        }
        assert!(!connect("198.51.100.7").await && !connect("::ffff:198.51.100.7").await);
        assert!(connect("198.51.100.8").await, "a colleague of another network");
        for address in ["127.0.0.1", "10.0.0.2", "10.0.0.2", "::1"] {
            assert!(connect(address).await, "{address} speaks for many");
        }
        assert_eq!(connections.free.available_permits(), 0);
        held.clear();
        assert_eq!(connections.free.available_permits(), 8);
        assert!(connections.taken.lock().unwrap().is_empty());
    }
}
