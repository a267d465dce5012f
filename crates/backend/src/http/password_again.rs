//! Whoever is signed in says their password once more: a browser that was left open changes nothing about its account.

use axum_extra::extract::CookieJar;

use crate::accounts::password_matches;
use crate::http::attempt::Attempt;
use crate::http::extract::known_browser::carried;
use crate::http::extract::origin::Origin;
use crate::http::extract::signed_in::SignedIn;
use crate::http::problem::{FieldProblem, FieldProblemCode, Problem};
use crate::http::state::AppState;
use crate::register::{Passes, passes_second_factor};
use crate::storage::{AuditAction, AuditObject, Transaction};

/// Does it for whoever knows the password; what goes wrong counts as it does at signing in.
pub async fn with_password<T: Send + 'static>(
    state: &AppState,
    (signed_in, origin, jar): (SignedIn, Origin, CookieJar),
    action: AuditAction,
    password: String,
    what: impl FnOnce(&AppState, &SignedIn) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let attempt = Attempt::of(state, &signed_in.account.login, carried(state, &jar), origin).await?;
    let turn = attempt.turn(state).await?;
    let wrong_code = FieldProblem::new("code", FieldProblemCode::Invalid);
    state
        .blocking(move |state| {
            let _turn = turn;
            let login = &signed_in.account.login;
            let refused = |outcome: &str| {
                let entry = signed_in.entry(action, AuditObject::Account, login).ended(outcome);
                state.write(|tx| Ok(tx.audit(state.environment.clock.now(), &entry)?))
            };
            let found = state.read(|tx| Ok(tx.account(login)?))?;
            if !password_matches(found.as_ref().map(|(_, hash)| hash.as_str()), &password) {
                attempt.failed(state);
                refused("refused")?;
                return Err(invalid("password"));
            }
            if !attempt.may_try_code(state) {
                refused("too-many-attempts")?;
                return Err(Problem::too_many(3600));
            }
            let done = what(state, &signed_in);
            if done.as_ref().is_err_and(|problem| problem.errors.contains(&wrong_code)) {
                attempt.code_failed(state);
                refused("wrong-code")?;
            }
            done
        })
        .await
}

/// Lets whoever has a second factor by with a code of it, and whoever has none without one.
pub fn pass_code(state: &AppState, tx: &dyn Transaction, login: &str, code: Option<&str>) -> Result<(), Problem> {
    let code = code.filter(|code| !code.trim().is_empty());
    match passes_second_factor(tx, login, code, state.environment.clock.now())? {
        Passes::Yes => Ok(()),
        Passes::CodeAsked => Err(Problem::invalid(vec![FieldProblem::new("code", FieldProblemCode::Required)])),
        Passes::WrongCode => Err(invalid("code")),
    }
}

/// One field does not hold.
pub fn invalid(field: &str) -> Problem {
    Problem::invalid(vec![FieldProblem::new(field, FieldProblemCode::Invalid)])
}

/// Every field of these in which nothing stands, at once.
pub fn required(fields: &[(&str, &String)]) -> Result<(), Problem> {
    let missing = fields.iter().filter(|(_, given)| given.trim().is_empty());
    let missing: Vec<_> = missing.map(|(field, _)| FieldProblem::new(field, FieldProblemCode::Required)).collect();
    if missing.is_empty() { Ok(()) } else { Err(Problem::invalid(missing)) }
}
