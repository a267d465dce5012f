//! Messages that the receipt key vouches for, in pages: a register of any size takes no more memory than a small one.

use super::{SqlTransaction, Value};
use crate::storage::{RowKey, StorageError, Vouched, VouchedMessages, VouchedRow};

/// Where messages of one kind are, in the order of the rows' key.
struct Place {
    table: &'static str,
    envelope: &'static str,
    key: &'static [&'static str],
}

const fn place(of: Vouched) -> Place {
    match of {
        Vouched::Certificates => Place { table: "devices", envelope: "certificate_envelope", key: &["device"] },
        Vouched::Continuations => Place { table: "log_continuations", envelope: "envelope", key: &["position"] },
        Vouched::Receipts => Place { table: "batches", envelope: "receipt_envelope", key: &["leaf_index"] },
        Vouched::AttachmentReceipts => {
            Place { table: "attachments", envelope: "receipt_envelope", key: &["device", "operation", "sha256"] }
        }
    }
}

impl VouchedMessages for SqlTransaction<'_> {
    fn vouched_after(&self, of: Vouched, last: Option<&RowKey>) -> Result<Vec<VouchedRow>, StorageError> {
        let place = place(of);
        let values: Vec<_> = last.into_iter().flatten().map(Value::from).collect();
        self.sql().all(&place.page(last), &values, |row| {
            let key = (1..=place.key.len()).map(|column| row.rendered(column)).collect::<Result<_, _>>()?;
            Ok(VouchedRow { key, envelope: row.get(0)? })
        })
    }

    fn replace_vouched(&self, of: Vouched, row: &VouchedRow) -> Result<(), StorageError> {
        let key = row.key.iter().map(Value::from);
        let values: Vec<_> = [Value::Bytes(&row.envelope)].into_iter().chain(key).collect();
        self.sql().execute(&place(of).store(), &values)?;
        Ok(())
    }
}

impl Place {
    /// The envelope and the key of the rows that follow `last`; of the first where there is none.
    fn page(&self, last: Option<&RowKey>) -> String {
        let Self { table, envelope, key } = self;
        let key = key.join(", ");
        let after = last.map(|last| format!("({key}) > ({}) AND", marks(1, last.len()).join(", "))).unwrap_or_default();
        format!("SELECT {envelope}, {key} FROM {table} WHERE {after} {envelope} IS NOT NULL ORDER BY {key} LIMIT 256")
    }

    /// Puts another envelope in the place of a row's.
    fn store(&self) -> String {
        let Self { table, envelope, key } = self;
        let named = key.iter().zip(marks(2, key.len())).map(|(column, mark)| format!("{column} = {mark}"));
        format!("UPDATE {table} SET {envelope} = $1 WHERE {}", named.collect::<Vec<_>>().join(" AND "))
    }
}

fn marks(first: usize, count: usize) -> Vec<String> {
    (first..).take(count).map(|number| format!("${number}")).collect()
}
