//! Small facts the device remembers, by name.

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;
use baken_sqlite::Cached;

/// A remembered fact; the name is what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setting {
    /// The inspection that is open on this device.
    OpenInspection,
    /// Whose that is, where another device started it.
    OpenInspectionOf,
    /// When somebody last said that it runs: at its start, when this device joined it, or when it was asked.
    InspectionConfirmedAt,
    /// The kind of place of the last observation.
    LastPlaceKind,
    /// The devices of which the municipality said that they are revoked.
    RevokedDevices,
    /// Whether the municipality ordered that this device be wiped.
    WipeOrdered,
    /// When the municipality was last heard, which the lease begins with.
    HeardAt,
    /// The latest time that an opening of the store saw since then.
    LatestSeen,
    /// When the last sync ended well.
    LastSyncAt,
    /// How the last sync failed; absent after a good one.
    LastSyncError,
    /// How far this device's clock was off when the municipality was last heard, and when that was.
    ClockReading,
    /// When every page of the store was last found whole.
    FoundWholeAt,
    /// How many looks at the store a lock cut short, one after the other.
    LooksCutShort,
    /// The hash of the last receipt seen, on whatever chain.
    LastReceipt,
    /// The recovery recipient that `recovery.age` is for.
    RecoveryRecipient,
    /// The codes of the last files that were carried away.
    CarryCodes,
    /// When chains were left lately, since the backend had another history of them.
    ChainsLeft,
    /// Up to which change, in which log, the backend told what became of records.
    OutcomesKnown,
    /// The largest body the network was seen to let through, where one was turned away.
    NetworkLimit,
    /// Whether that was only for others who waited, or for silence, so that it may be otherwise by now.
    LimitPasses,
    /// When something was last sent in smaller portions since nobody answered it, or the line was too slow for it.
    SilentAt,
    /// When a backend last refused whatever it was sent.
    RefusedAllAt,
}

impl Setting {
    const fn name(self) -> &'static str {
        match self {
            Self::OpenInspection => "open-inspection",
            Self::OpenInspectionOf => "open-inspection-of",
            Self::InspectionConfirmedAt => "inspection-confirmed-at",
            Self::LastPlaceKind => "last-place-kind",
            Self::RevokedDevices => "revoked-devices",
            Self::WipeOrdered => "wipe-ordered",
            Self::HeardAt => "heard-at",
            Self::LatestSeen => "latest-seen",
            Self::LastSyncAt => "last-sync-at",
            Self::LastSyncError => "last-sync-error",
            Self::ClockReading => "clock-reading",
            Self::FoundWholeAt => "found-whole-at",
            Self::LooksCutShort => "looks-cut-short",
            Self::LastReceipt => "last-receipt",
            Self::RecoveryRecipient => "recovery-recipient",
            Self::CarryCodes => "carry-codes",
            Self::ChainsLeft => "chains-left",
            Self::OutcomesKnown => "outcomes-known",
            Self::NetworkLimit => "network-limit",
            Self::LimitPasses => "limit-passes",
            Self::SilentAt => "silent-at",
            Self::RefusedAllAt => "refused-all-at",
        }
    }

    /// Reads the fact, if it is known.
    pub(crate) fn read<T: DeserializeOwned>(self, connection: &Connection) -> Result<Option<T>, StoreError> {
        let text: Option<String> = connection
            .query_row_cached("SELECT value FROM settings WHERE name = ?1", [self.name()], |row| row.get(0))
            .optional()?;
        text.map(|text| serde_json::from_str(&text).map_err(|_| StoreError::Content)).transpose()
    }

    /// Remembers the fact, or forgets it.
    pub(crate) fn write<T: Serialize>(self, connection: &Connection, value: Option<&T>) -> Result<(), StoreError> {
        match value {
            Some(value) => {
                let text = serde_json::to_string(value).map_err(|_| StoreError::Content)?;
                connection.execute_cached(
                    "INSERT INTO settings (name, value) VALUES (?1, ?2)
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    [self.name(), &text],
                )?;
            }
            None => {
                connection.execute_cached("DELETE FROM settings WHERE name = ?1", [self.name()])?;
            }
        }
        Ok(())
    }
}
