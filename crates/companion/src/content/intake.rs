//! Taking in what a backend offers: each list is verified and judged by itself, so that one that is refused keeps no other
//! away; its content is kept only if it is the very one that was signed and can be read.

use baken_protocol::catalogue::places::Places;
use baken_protocol::catalogue::{self, Catalogue, CatalogueError, CatalogueKind, Content};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{DsseEnvelope, Envelope, EnvelopeError, Verified};
use baken_protocol::limits;
use rusqlite::{Connection, OptionalExtension, params};

use super::offer::{Held, Verdict, judge};
use super::places;
use crate::failure::Failure;
use crate::store::{Cached, Store, StoreError, time_text};
use crate::transport::TransportError;
use crate::trust::{clock_reading, device, key_directory};

/// A list whose content is to be fetched.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    catalogue: Verified<Catalogue>,
    kind: CatalogueKind,
}

impl Wanted {
    /// The hash of the content.
    pub(crate) const fn sha256(&self) -> Digest {
        self.catalogue.payload.content.sha256
    }
}

/// What an answer comes to.
#[derive(Debug, Default)]
pub(crate) struct Offer {
    pub(crate) wanted: Vec<Wanted>,
    /// Why the first one was refused that was.
    pub(crate) refused: Option<CatalogueError>,
}

impl Store {
    /// Judges every list in a backend's answer.
    pub(crate) fn judge_catalogues(&self, answer: &[u8]) -> Result<Offer, Failure> {
        let envelopes: Vec<DsseEnvelope> = serde_json::from_slice(answer).map_err(|_| TransportError::Answer)?;
        self.write(|tx| {
            let mut offer = Offer::default();
            for envelope in envelopes.into_iter().take(limits::CATALOGUES) {
                match self.judged(tx, envelope)? {
                    Ok(wanted) => offer.wanted.extend(wanted),
                    Err(error) => {
                        tracing::warn!(%error, "a catalogue is refused");
                        offer.refused.get_or_insert(error);
                    }
                }
            }
            Ok(offer)
        })
    }

    fn judged(
        &self,
        tx: &Connection,
        envelope: DsseEnvelope,
    ) -> Result<Result<Option<Wanted>, CatalogueError>, Failure> {
        let directory = key_directory::newest(tx, &self.known)?;
        let tenant = device::load(tx)?.ok_or(Failure::NotEnrolled)?.tenant;
        let verified = Envelope::try_from(envelope)
            .map_err(CatalogueError::from)
            .and_then(|envelope| Catalogue::verify(envelope, &directory.payload.content_key, &tenant));
        let catalogue = match verified {
            Ok(catalogue) => catalogue,
            // A later version of the message itself: this one goes on with what it has.
            Err(CatalogueError::Envelope(EnvelopeError::Type { .. })) => return Ok(Ok(None)),
            Err(error) => return Ok(Err(error)),
        };
        let name = catalogue.payload.kind.as_str().to_owned();
        let now = clock_reading::latest_known(tx, &self.environment, &self.known)?;
        Ok(match judge(&catalogue, held(tx, &name)?.as_ref(), now) {
            Verdict::Fetch(kind) => Ok(Some(Wanted { catalogue, kind })),
            Verdict::Held | Verdict::PassOver => Ok(None),
            Verdict::SignedAnew => {
                let by = catalogue.envelope.keyid.to_string();
                tx.execute_cached("UPDATE catalogues SET signed_by = ?2 WHERE kind = ?1", params![name, by])?;
                Ok(None)
            }
            Verdict::Older => Err(CatalogueError::Older),
        })
    }

    /// Keeps a list with its content in the place of the one before.
    pub(crate) fn keep_catalogue(&self, wanted: &Wanted, content: &[u8]) -> Result<(), Failure> {
        let said = &wanted.catalogue.payload;
        said.check_content(content)?;
        catalogue::check(wanted.kind, content)?;
        let listed = match wanted.kind {
            CatalogueKind::Places => Some(Places::parse(content)?),
            CatalogueKind::Cards | CatalogueKind::Inspections | CatalogueKind::Settings => None,
        };
        let kept = listed.is_none().then_some(content);
        self.write(|tx| {
            if let Some(Places { places }) = &listed {
                places::replace(tx, places)?;
            }
            tx.execute_cached(
                "INSERT INTO catalogues (kind, version, hash, signed_by, issued_at, not_after, content)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (kind) DO UPDATE SET version = ?2, hash = ?3, signed_by = ?4, issued_at = ?5, not_after = ?6,
                                                  content = ?7",
                params![
                    wanted.kind.name(),
                    said.version,
                    wanted.catalogue.envelope.digest().to_string(),
                    wanted.catalogue.envelope.keyid.to_string(),
                    time_text(said.issued_at),
                    time_text(said.not_after),
                    kept,
                ],
            )?;
            Ok(())
        })
    }
}

/// The list of this kind that is held.
fn held(connection: &Connection, kind: &str) -> Result<Option<Held>, StoreError> {
    let sql = "SELECT version, hash, signed_by FROM catalogues WHERE kind = ?1";
    let row: Option<(u64, String, String)> =
        connection.query_row_cached(sql, [kind], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((version, hash, signed_by)) = row else { return Ok(None) };
    let digest = |text: String| text.parse().map_err(|_| StoreError::Content);
    Ok(Some(Held { version, hash: digest(hash)?, signed_by: digest(signed_by)? }))
}
