//! Acts on observations.

use baken_protocol::outcomes::Question;

use super::{Columns, SqlTransaction, values};
use crate::storage::{ActRow, Handling, StorageError};

impl Handling for SqlTransaction<'_> {
    fn add_act(&self, act: &ActRow) -> Result<(), StorageError> {
        let ActRow { standing, place, kind, reason, passed_to, doubles, report, question, actor, at } = act;
        let (kind, reason) = (kind.to_string(), reason.map(|reason| reason.to_string()));
        let sql =
            "INSERT INTO handling_acts (standing, place, act, reason, passed_to, doubles, actor, at, report, question)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let (passed_to, actor, question) = (passed_to.as_ref(), actor.as_ref(), question.map(Question::name));
        self.sql().execute(
            sql,
            values![*standing, *place, &kind, reason.as_ref(), passed_to, *doubles, actor, *at, *report, question],
        )?;
        Ok(())
    }

    fn acts_on(&self, standing: i64, limit: u32) -> Result<Vec<ActRow>, StorageError> {
        let sql = format!(
            "SELECT standing, place, act, reason, passed_to, doubles, actor, at, report, question FROM handling_acts
             WHERE standing = $1 ORDER BY place DESC LIMIT {limit}"
        );
        let mut acts = self.sql().all(&sql, values![standing], read)?;
        acts.reverse();
        Ok(acts)
    }

    fn count_stray_acts(&self) -> Result<u64, StorageError> {
        let sql = "SELECT count(*) FROM handling_acts a
                   WHERE NOT EXISTS (SELECT 1 FROM standings s WHERE s.number = a.standing)";
        self.sql().value(sql, &[])
    }
}

fn read(row: &dyn Columns) -> Result<ActRow, StorageError> {
    Ok(ActRow {
        standing: row.get(0)?,
        place: row.get(1)?,
        kind: row.parsed(2)?,
        reason: if row.is_null(3)? { None } else { Some(row.parsed(3)?) },
        passed_to: row.get(4)?,
        doubles: row.get(5)?,
        actor: row.get(6)?,
        at: row.get(7)?,
        report: row.get(8)?,
        question: if row.is_null(9)? { None } else { Some(row.parsed(9)?) },
    })
}
