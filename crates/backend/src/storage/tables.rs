//! The tables of a register as whole tables: for whoever takes all of it elsewhere, row by row, and says nothing of what
//! they mean.

use baken_protocol::digest::Digest;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::StorageError;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Bytes as they are.
    Bytes,
    /// A whole number.
    Integer,
    /// Yes or no.
    Bool,
    /// A time.
    Moment,
    /// An id.
    Id,
    /// A hash.
    Hash,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// None.
    Null,
    /// Words.
    Text(String),
    /// Bytes as they are.
    Bytes(Vec<u8>),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Bool(bool),
    /// A time.
    Moment(DateTime<Utc>),
    /// An id.
    Id(Uuid),
    /// A hash.
    Hash(Digest),
}

/// One row, by the columns of its table.
pub type Cells = Vec<Cell>;

/// A table: what it is called, and its columns, of which the first `key` are its key.
#[derive(Debug, Clone, Copy)]
pub struct TableShape {
    /// Its name.
    pub name: &'static str,
    /// How many columns its key has.
    pub key: usize,
    /// Its columns.
    pub columns: &'static [(&'static str, Kind)],
}

/// Every table, each after those it refers to. The last one's row is what makes a register of all of them.
pub const TABLES: [TableShape; 33] = {
    use Kind::{Bool, Bytes, Hash, Id, Integer, Moment, Text};
    [
        TableShape { name: "key_directories", key: 1, columns: &[("epoch", Integer), ("envelope", Bytes)] },
        TableShape {
            name: "log_continuations",
            key: 1,
            columns: &[("position", Integer), ("log_origin", Text), ("envelope", Bytes)],
        },
        TableShape {
            name: "invitations",
            key: 1,
            columns: &[
                ("id", Id),
                ("challenge", Hash),
                ("label", Text),
                ("organisation", Text),
                ("created_by", Text),
                ("created_at", Moment),
                ("expires_at", Moment),
                ("used_at", Moment),
                ("withdrawn_at", Moment),
            ],
        },
        TableShape {
            name: "devices",
            key: 1,
            columns: &[
                ("device", Id),
                ("public_key", Bytes),
                ("label", Text),
                ("organisation", Text),
                ("invitation", Id),
                ("enrolment_envelope", Bytes),
                ("certificate_envelope", Bytes),
                ("token_hash", Hash),
                ("enrolled_at", Moment),
                ("revoked_at", Moment),
                ("revoked_by", Text),
                ("revoked_reason", Text),
                ("wipe_ordered_at", Moment),
                ("wipe_ordered_by", Text),
                ("wipe_fetched_at", Moment),
            ],
        },
        TableShape {
            name: "chains",
            key: 2,
            columns: &[("device", Id), ("chain", Id), ("continues", Id), ("frozen_at", Moment)],
        },
        TableShape {
            name: "batches",
            key: 1,
            columns: &[
                ("leaf_index", Integer),
                ("device", Id),
                ("chain", Id),
                ("seq", Integer),
                ("hash", Hash),
                ("envelope", Bytes),
                ("receipt_envelope", Bytes),
                ("made_at", Moment),
                ("received_at", Moment),
                ("quarantined", Bool),
            ],
        },
        TableShape {
            name: "log_entries",
            key: 1,
            columns: &[("leaf_index", Integer), ("kind", Text), ("hash", Hash), ("received_at", Moment)],
        },
        TableShape {
            name: "forked_batches",
            key: 1,
            columns: &[
                ("hash", Hash),
                ("device", Id),
                ("chain", Id),
                ("seq", Integer),
                ("push", Bytes),
                ("received_at", Moment),
            ],
        },
        TableShape {
            name: "operations",
            key: 1,
            columns: &[
                ("number", Integer),
                ("device", Id),
                ("operation", Id),
                ("hash", Hash),
                ("leaf_index", Integer),
                ("position", Integer),
                ("organisation", Text),
                ("entity", Id),
                ("kind", Text),
                ("action", Text),
                ("inspection_device", Id),
                ("inspection", Id),
                ("level", Text),
                ("place_kind", Text),
                ("district", Text),
                ("urgency", Text),
                ("observed_at", Moment),
                ("finalised_at", Moment),
                ("received_at", Moment),
                ("quarantined", Bool),
                ("standing", Integer),
            ],
        },
        TableShape {
            name: "operation_contents",
            key: 1,
            columns: &[("number", Integer), ("envelope", Bytes), ("sealed", Bytes)],
        },
        TableShape { name: "operation_codes", key: 3, columns: &[("number", Integer), ("list", Text), ("code", Text)] },
        TableShape {
            name: "attachments",
            key: 3,
            columns: &[
                ("device", Id),
                ("operation", Id),
                ("sha256", Hash),
                ("size_bytes", Integer),
                ("class", Text),
                ("completed_at", Moment),
                ("receipt_envelope", Bytes),
            ],
        },
        TableShape { name: "oddities", key: 3, columns: &[("code", Text), ("device", Id), ("operation", Id)] },
        TableShape {
            name: "standings",
            key: 1,
            columns: &[
                ("number", Integer),
                ("shown", Integer),
                ("shown_to", Text),
                ("quarantined", Bool),
                ("urgency", Text),
                ("urgent_since", Moment),
                ("due_at", Moment),
                ("received_at", Moment),
                ("amended_at", Moment),
                ("retracted_at", Moment),
                ("acts", Integer),
                ("holder", Text),
                ("handled_at", Moment),
                ("report", Integer),
                ("question", Text),
            ],
        },
        TableShape {
            name: "standing_counts",
            key: 4,
            columns: &[
                ("shown_to", Text),
                ("quarantined", Bool),
                ("urgency", Text),
                ("handled", Bool),
                ("observations", Integer),
            ],
        },
        TableShape {
            name: "reports",
            key: 1,
            columns: &[
                ("number", Integer),
                ("year", Integer),
                ("sequence", Integer),
                ("source", Text),
                ("level", Text),
                ("organisation", Text),
                ("shown_to", Text),
                ("form", Text),
                ("place_kind", Text),
                ("district", Text),
                ("urgency", Text),
                ("made_by", Text),
                ("made_at", Moment),
                ("state", Text),
                ("since", Moment),
                ("holder", Text),
                ("ever_concrete", Bool),
                ("closed", Bool),
                ("steps", Integer),
            ],
        },
        TableShape {
            name: "report_steps",
            key: 2,
            columns: &[
                ("report", Integer),
                ("place", Integer),
                ("state", Text),
                ("reason", Text),
                ("doubles", Integer),
                ("assigned_to", Text),
                ("actor", Text),
                ("at", Moment),
                ("act", Text),
                ("what", Text),
                ("due", Text),
                ("of_place", Integer),
                ("persons", Integer),
                ("ground", Text),
                ("text_hash", Hash),
            ],
        },
        TableShape {
            name: "report_texts",
            key: 2,
            columns: &[("report", Integer), ("place", Integer), ("epoch", Integer), ("sealed", Bytes)],
        },
        TableShape {
            name: "report_tasks",
            key: 2,
            columns: &[
                ("report", Integer),
                ("place", Integer),
                ("shown_to", Text),
                ("task", Text),
                ("due", Text),
                ("holder", Text),
                ("is_open", Bool),
            ],
        },
        TableShape {
            name: "handling_acts",
            key: 2,
            columns: &[
                ("standing", Integer),
                ("place", Integer),
                ("act", Text),
                ("reason", Text),
                ("passed_to", Text),
                ("doubles", Integer),
                ("actor", Text),
                ("at", Moment),
                ("report", Integer),
                ("question", Text),
            ],
        },
        TableShape {
            name: "outcomes",
            key: 1,
            columns: &[("number", Integer), ("standing", Integer), ("device", Id), ("since", Moment)],
        },
        TableShape { name: "reckoning", key: 1, columns: &[("id", Integer), ("terms", Text)] },
        TableShape {
            name: "accounts",
            key: 1,
            columns: &[
                ("login", Text),
                ("organisation", Text),
                ("levels", Text),
                ("recipient", Text),
                ("wrapped_identity", Text),
                ("created_at", Moment),
                ("disabled_at", Moment),
                ("roles", Text),
                ("admitted_at", Moment),
            ],
        },
        TableShape {
            name: "member_invitations",
            key: 1,
            columns: &[
                ("login", Text),
                ("code_hash", Hash),
                ("organisation", Text),
                ("roles", Text),
                ("levels", Text),
                ("invited_by", Text),
                ("invited_at", Moment),
                ("expires_at", Moment),
            ],
        },
        TableShape {
            name: "credentials",
            key: 2,
            columns: &[("login", Text), ("kind", Text), ("secret", Text), ("created_at", Moment)],
        },
        TableShape {
            name: "team_key_shares",
            key: 3,
            columns: &[("login", Text), ("team", Text), ("epoch", Integer), ("recipient", Text), ("sealed", Text)],
        },
        TableShape { name: "former_team_keys", key: 2, columns: &[("login", Text), ("team", Text)] },
        TableShape {
            name: "known_browsers",
            key: 2,
            columns: &[("login", Text), ("browser_hash", Hash), ("network", Text), ("last_used_at", Moment)],
        },
        TableShape {
            name: "alerts",
            key: 1,
            columns: &[("id", Integer), ("code", Text), ("device", Id), ("raised_at", Moment), ("detail", Text)],
        },
        TableShape {
            name: "audit",
            key: 1,
            columns: &[
                ("id", Integer),
                ("at", Moment),
                ("actor", Text),
                ("action", Text),
                ("object", Text),
                ("object_id", Text),
                ("result", Text),
                ("origin", Text),
                ("purpose", Text),
                ("detail", Text),
                ("hash", Hash),
            ],
        },
        TableShape {
            name: "catalogues",
            key: 1,
            columns: &[
                ("kind", Text),
                ("version", Integer),
                ("envelope", Bytes),
                ("content_hash", Hash),
                ("content", Bytes),
            ],
        },
        TableShape {
            name: "sign_in_provider",
            key: 1,
            columns: &[("id", Integer), ("settings", Text), ("since", Moment)],
        },
        TableShape {
            name: "installation",
            key: 1,
            columns: &[
                ("id", Integer),
                ("tenant", Text),
                ("municipality", Text),
                ("address", Text),
                ("log_origin", Text),
                ("root_key", Bytes),
                ("receipt_key", Bytes),
                ("created_at", Moment),
                ("time_zone", Text),
                ("backup_recipient", Text),
            ],
        },
    ]
};

/// Left where they are: whoever is signed in signs in again.
pub const LEFT: [&str; 1] = ["sessions"];

/// What is asked of whole tables.
pub trait Tables {
    /// So many rows at most, in the order of their key, of those after the row with this one.
    fn rows_after(&self, table: &TableShape, key: &[Cell], limit: usize) -> Result<Vec<Cells>, StorageError>;
    /// The key of the last row; nothing where there is none.
    fn last_key(&self, table: &TableShape) -> Result<Cells, StorageError>;
    /// Puts rows in.
    fn put_rows(&self, table: &TableShape, rows: &[Cells]) -> Result<(), StorageError>;
}
