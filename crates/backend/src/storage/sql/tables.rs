//! Whole tables, read and written by the page.

use super::{Columns, SqlTransaction, Value};
use crate::storage::sql::engine::Table;
use crate::storage::{Cell, Cells, Kind, StorageError, TableShape, Tables};

impl Tables for SqlTransaction<'_> {
    fn rows_after(&self, table: &TableShape, key: &[Cell], limit: usize) -> Result<Vec<Cells>, StorageError> {
        let (names, of_key) = (names(table.columns), key_of(table));
        let marks: Vec<String> = (1..=key.len()).map(|number| format!("${number}")).collect();
        let after = if key.is_empty() { "" } else { &format!("WHERE ({of_key}) > ({})", marks.join(", ")) };
        let sql = format!("SELECT {names} FROM {} {after} ORDER BY {of_key} LIMIT {limit}", table.name);
        let values: Vec<_> = key.iter().map(value).collect();
        self.sql().all(&sql, &values, |row| read(row, table.columns))
    }

    fn last_key(&self, table: &TableShape) -> Result<Cells, StorageError> {
        let columns = table.columns.get(..table.key).unwrap_or(table.columns);
        let order: Vec<String> = columns.iter().map(|(name, _)| format!("{name} DESC")).collect();
        let sql = format!("SELECT {} FROM {} ORDER BY {} LIMIT 1", key_of(table), table.name, order.join(", "));
        Ok(self.sql().first(&sql, &[], |row| read(row, columns))?.unwrap_or_default())
    }

    fn put_rows(&self, table: &TableShape, rows: &[Cells]) -> Result<(), StorageError> {
        let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
        let values: Vec<_> = rows.iter().flatten().map(value).collect();
        self.sql().insert(&Table { name: table.name, columns: &columns }, &values)
    }
}

fn names(columns: &[(&str, Kind)]) -> String {
    columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

fn key_of(table: &TableShape) -> String {
    names(table.columns.get(..table.key).unwrap_or(table.columns))
}

fn read(row: &dyn Columns, columns: &[(&str, Kind)]) -> Result<Cells, StorageError> {
    let cell = |(at, (_, kind)): (usize, &(&str, Kind))| {
        if row.is_null(at)? {
            return Ok(Cell::Null);
        }
        Ok(match kind {
            Kind::Text => Cell::Text(row.get(at)?),
            Kind::Bytes => Cell::Bytes(row.get(at)?),
            Kind::Integer => Cell::Integer(row.get(at)?),
            Kind::Bool => Cell::Bool(row.get(at)?),
            Kind::Moment => Cell::Moment(row.get(at)?),
            Kind::Id => Cell::Id(row.get(at)?),
            Kind::Hash => Cell::Hash(row.get(at)?),
        })
    };
    columns.iter().enumerate().map(cell).collect()
}

fn value(cell: &Cell) -> Value<'_> {
    match cell {
        Cell::Null => Value::Null,
        Cell::Text(text) => Value::Text(text),
        Cell::Bytes(bytes) => Value::Bytes(bytes),
        Cell::Integer(number) => Value::Integer(*number),
        Cell::Bool(is) => Value::Bool(*is),
        Cell::Moment(time) => Value::Moment(*time),
        Cell::Id(id) => Value::Id(*id),
        Cell::Hash(hash) => Value::Hash(*hash),
    }
}
