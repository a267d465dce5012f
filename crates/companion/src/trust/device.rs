//! Who this device is: its key and chain from the first start on, its enrolment once there is one.

use std::sync::Arc;

use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{ChainId, Code, DeviceId, TenantId};
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::signature::SigningKey;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};
use url::Url;
use zeroize::Zeroizing;

use crate::store::known::Known;
use crate::store::{Cached, StoreError};

/// Where the backend answers, and as whom this device speaks to it.
#[derive(Clone)]
pub(crate) struct BackendAccess {
    pub(crate) address: Url,
    pub(crate) device: DeviceId,
    pub(crate) token: Zeroizing<String>,
}

/// This device as the municipality knows it.
#[derive(Debug, Clone)]
pub(crate) struct EnrolledDevice {
    pub(crate) device: DeviceId,
    pub(crate) tenant: TenantId,
    pub(crate) organisation: Code,
    pub(crate) address: Url,
    pub(crate) root: RootFingerprint,
    pub(crate) token: Zeroizing<String>,
}

/// The enrolment, once there is one.
pub(crate) fn load(connection: &Connection) -> Result<Option<EnrolledDevice>, StoreError> {
    let row: Option<[String; 6]> = connection
        .query_row_cached(
            "SELECT device, tenant, organisation, address, root_fingerprint, token FROM enrolment",
            [],
            |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?]),
        )
        .optional()?;
    let Some([device, tenant, organisation, address, root, token]) = row else { return Ok(None) };
    let content = || StoreError::Content;
    Ok(Some(EnrolledDevice {
        device: device.parse().map_err(|_| content())?,
        tenant: tenant.parse().map_err(|_| content())?,
        organisation: organisation.parse().map_err(|_| content())?,
        address: address.parse().map_err(|_| content())?,
        root: RootFingerprint::parse(&root).map_err(|_| content())?,
        token: Zeroizing::new(token),
    }))
}

/// When the municipality says that it let this device in, by its own clock; none before.
pub(crate) fn let_in_at(connection: &Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let Some(certificate) = certificate(connection)? else { return Ok(None) };
    Ok(Some(certificate.peek::<DeviceCertificate>().map_err(|_| StoreError::Content)?.enrolled_at))
}

/// The municipality's word on this device, as it was kept; none before there is an enrolment.
pub(crate) fn certificate(connection: &Connection) -> Result<Option<Envelope>, StoreError> {
    let sql = "SELECT certificate FROM enrolment";
    let bytes = connection.query_row_cached(sql, [], |row| row.get::<_, Vec<u8>>(0)).optional()?;
    bytes.map(|bytes| Envelope::from_json(&bytes).map_err(|_| StoreError::Content)).transpose()
}

/// This installation's private key.
pub(crate) fn signing_key(connection: &Connection, known: &Known) -> Result<Arc<SigningKey>, StoreError> {
    let pkcs8: Vec<u8> = connection.query_row_cached("SELECT signing_key FROM device", [], |row| row.get(0))?;
    known.signing_key.of(pkcs8, |pkcs8| SigningKey::from_pkcs8(pkcs8).map_err(|_| StoreError::Content))
}

/// The chain this installation writes, and the one it continues.
pub(crate) fn chain(connection: &Connection) -> Result<(ChainId, Option<ChainId>), StoreError> {
    let (chain, continues): (String, Option<String>) =
        connection.query_row_cached("SELECT chain, continues FROM device", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let parse = |text: String| text.parse().map_err(|_| StoreError::Content);
    Ok((parse(chain)?, continues.map(parse).transpose()?))
}
