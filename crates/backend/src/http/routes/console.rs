//! The endpoints of the console, one file per noun. Each handler extracts who is signed in, asks the register
//! with what that account may see, writes the audit line, answers.

pub mod alerts;
pub mod devices;
pub mod inspections;
pub mod invitations;
pub mod member_key;
pub mod observations;
pub mod operations;
pub mod photos;
pub(super) mod query;
pub mod sessions;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::state::AppState;

/// All of them.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(sessions::create))
        .routes(routes!(sessions::read, sessions::end))
        .routes(routes!(member_key::read))
        .routes(routes!(observations::list))
        .routes(routes!(observations::read))
        .routes(routes!(inspections::list))
        .routes(routes!(inspections::read))
        .routes(routes!(operations::sealed))
        .routes(routes!(operations::evidence))
        .routes(routes!(photos::content))
        .routes(routes!(devices::list))
        .routes(routes!(devices::revoke))
        .routes(routes!(invitations::list, invitations::create))
        .routes(routes!(invitations::withdraw))
        .routes(routes!(alerts::list))
}
