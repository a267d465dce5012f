//! What this device keeps of an inspection that several devices do together.

use baken_protocol::ids::{Code, DeviceId, EntityId, EntityReference};
use baken_protocol::join_code::JoinSecret;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::failure::Failure;
use crate::recording::forms::InspectionForm;
use crate::recording::inspection::OpenInspection;
use crate::store::{Cached, StoreError, parse_time, time_text};
use crate::trust::device;

/// An inspection in which this device takes part together with others.
pub(crate) struct JointInspection {
    pub(super) inspection: EntityReference,
    /// The organisation of the device that started it.
    pub(crate) started_by: Code,
    /// What this device does there.
    pub(crate) role: Code,
    pub(super) secret: JoinSecret,
    /// The join code as it was last shown or read.
    pub(super) code: Option<String>,
    /// When this device joined, or first showed the code.
    pub(crate) joined_at: DateTime<Utc>,
    /// When this device said that it is done.
    pub(super) closed_at: Option<DateTime<Utc>>,
    /// As far as it is known here.
    pub(super) form: InspectionForm,
}

const SELECT: &str =
    "SELECT device, entity, started_by, role, secret, code, joined_at, closed_at, form FROM joint_inspections";

pub(super) fn find(connection: &Connection, inspection: EntityReference) -> Result<Option<JointInspection>, Failure> {
    let EntityReference { device, entity } = inspection;
    let sql = format!("{SELECT} WHERE device = ?1 AND entity = ?2");
    let row = connection.query_row_cached(&sql, [device.to_string(), entity.to_string()], columns).optional()?;
    row.map(read).transpose()
}

/// The inspection of another device that this one joined.
pub(crate) fn joined(connection: &Connection, entity: EntityId) -> Result<Option<OpenInspection>, Failure> {
    let sql = format!(
        "{SELECT} WHERE entity = ?1 AND device <> coalesce((SELECT device FROM enrolment), '') ORDER BY device LIMIT 1"
    );
    let row = connection.query_row_cached(&sql, [entity.to_string()], columns).optional()?;
    let joint = row.map(read).transpose()?;
    Ok(joint.map(|joint| OpenInspection { entity, of: Some(joint.inspection.device), form: joint.form }))
}

/// How this device takes part in the open inspection, where it does so together with others.
pub(crate) fn taking_part(connection: &Connection, open: &OpenInspection) -> Result<Option<JointInspection>, Failure> {
    let own = device::load(connection)?.ok_or(Failure::NotEnrolled)?.device;
    find(connection, EntityReference { device: open.of.unwrap_or(own), entity: open.entity })
}

/// Keeps it; what is known already keeps the time it was joined at.
pub(super) fn keep(connection: &Connection, joint: &JointInspection) -> Result<(), Failure> {
    let EntityReference { device, entity } = joint.inspection;
    connection.execute_cached(
        "INSERT INTO joint_inspections (device, entity, started_by, role, secret, code, joined_at, closed_at, form)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (device, entity) DO UPDATE
         SET role = excluded.role, secret = excluded.secret, code = excluded.code, closed_at = excluded.closed_at,
             form = excluded.form",
        params![
            device.to_string(),
            entity.to_string(),
            joint.started_by.as_str(),
            joint.role.as_str(),
            String::from(joint.secret.clone()),
            joint.code,
            time_text(joint.joined_at),
            joint.closed_at.map(time_text),
            serde_json::to_string(&joint.form).map_err(|_| StoreError::Content)?,
        ],
    )?;
    Ok(())
}

pub(super) fn close(
    connection: &Connection,
    inspection: EntityReference,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let EntityReference { device, entity } = inspection;
    connection.execute_cached(
        "UPDATE joint_inspections SET closed_at = ?3 WHERE device = ?1 AND entity = ?2",
        params![device.to_string(), entity.to_string(), time_text(now)],
    )?;
    Ok(())
}

/// What is always there, in the order it is read in, and what may be missing: the code, and when it was closed.
type Columns = ([String; 7], [Option<String>; 2]);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    let there = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(6)?, row.get(8)?];
    Ok((there, [row.get(5)?, row.get(7)?]))
}

fn read(
    ([device, entity, started_by, role, secret, joined_at, form], [code, closed_at]): Columns,
) -> Result<JointInspection, Failure> {
    let content = || StoreError::Content;
    let device: DeviceId = device.parse().map_err(|_| content())?;
    let entity: EntityId = entity.parse().map_err(|_| content())?;
    Ok(JointInspection {
        inspection: EntityReference { device, entity },
        started_by: started_by.parse().map_err(|_| content())?,
        role: role.parse().map_err(|_| content())?,
        secret: secret.try_into().map_err(|_| content())?,
        code,
        joined_at: parse_time(&joined_at)?,
        closed_at: closed_at.as_deref().map(parse_time).transpose()?,
        form: serde_json::from_str(&form).map_err(|_| content())?,
    })
}
