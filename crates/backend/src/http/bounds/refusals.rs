//! What was refused to somebody nobody knows: a line in the audit log, as often as its network may be refused.
//!
//! Only what the asker did counts. Trouble of the backend's own is answered as it is: it writes no line and spends
//! nobody's budget, or an office whose backend is out of order would hear that it asked too often.

use crate::http::bounds::attempts::Attempts;
use crate::http::extract::origin::{Network, Origin};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::storage::AuditEntry;

/// Writes the refusal down under `entry`, and answers it. Who is refused too often is told to wait, and fills no log.
pub fn refused(
    state: &AppState,
    budget: &Attempts<Network>,
    origin: Origin,
    entry: &AuditEntry<'_>,
    problem: Problem,
) -> Problem {
    if problem.status >= 500 {
        return problem;
    }
    if !budget.allow(&origin.network()) {
        return Problem::too_many(60);
    }
    let code = problem.code.to_string();
    let entry = entry.ended(&code);
    let written = state.write(|tx| Ok(tx.audit(state.environment.clock.now(), &entry)?));
    written.err().unwrap_or(problem)
}
