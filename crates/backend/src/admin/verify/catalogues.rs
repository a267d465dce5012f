//! What devices are given to work with: each list by the content key that the newest directory names, with the content
//! that it names. One that does not hold is refused by every device.

use baken_protocol::catalogue::{self, Catalogue};
use baken_protocol::dsse::Envelope;

use super::Audit;
use crate::storage::StorageError;

impl Audit<'_> {
    pub(super) fn catalogues(&mut self) -> Result<(), StorageError> {
        let Some(key) = self.content_key else { return Ok(()) };
        for (kind, bytes) in self.tx.catalogues()? {
            let tenant = &self.installation.tenant;
            let verified = Envelope::from_json(&bytes).ok().and_then(|it| Catalogue::verify(it, &key, tenant).ok());
            let Some(said) = verified.map(|it| it.payload).filter(|said| said.kind.as_str() == kind) else {
                self.fault(format!("the list of {kind} for devices is not signed by the content key"));
                continue;
            };
            let content = self.tx.catalogue_content(said.content.sha256)?;
            let is_read = |content: &Vec<u8>| {
                let known = said.known_kind().is_none_or(|kind| catalogue::check(kind, content).is_ok());
                known && said.check_content(content).is_ok()
            };
            if !content.is_some_and(|content| is_read(&content)) {
                self.fault(format!("the list of {kind} for devices does not have the content that was signed"));
            }
        }
        Ok(())
    }
}
