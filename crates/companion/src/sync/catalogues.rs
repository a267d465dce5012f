//! Fetching what the municipality gives to work with: the signed lists, and the content of each that is newer.

use super::next::Ended;
use super::run::Sync;
use crate::failure::Failure;
use crate::transport::{Transport, TransportError};

impl<T: Transport> Sync<T> {
    pub(super) async fn fetch_catalogues(&mut self) -> Result<(), Ended> {
        let answer = match self.patiently(Transport::catalogues).await {
            // A backend from before there were any.
            Err(Failure::Transport(TransportError::Refused { status: 404, .. })) => return Ok(()),
            other => other?,
        };
        let offer = self.if_writable(move |store| store.judge_catalogues(&answer)).await?.unwrap_or_default();
        let mut refused = offer.refused;
        for wanted in offer.wanted {
            self.check_pause()?;
            let sha256 = wanted.sha256();
            let content = self.patiently(|transport| transport.catalogue_content(sha256)).await?;
            // One that this version cannot read keeps no other back.
            match self.if_writable(move |store| store.keep_catalogue(&wanted, &content)).await {
                Err(Failure::Catalogue(error)) => refused = Some(refused.unwrap_or(error)),
                other => drop(other?),
            }
        }
        match refused {
            Some(error) => Err(Failure::from(error).into()),
            None => Ok(()),
        }
    }
}
