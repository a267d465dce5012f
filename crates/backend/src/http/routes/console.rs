//! The endpoints of the console, one file per noun. Each handler extracts who is signed in, asks the register
//! with what that account may see, writes the audit line, answers.

pub mod acts;
pub mod admissions;
pub mod alerts;
pub mod casework;
pub mod contacts;
pub mod device_lists;
pub mod device_settings;
pub mod devices;
pub mod events;
pub mod inspections;
pub mod invitations;
pub mod joinings;
pub mod member_invitations;
pub mod member_key;
pub mod members;
pub mod notes;
pub mod observations;
pub mod operations;
pub mod passwords;
pub mod photos;
pub mod planned_inspections;
pub(super) mod query;
pub mod readers;
pub mod referrals;
pub mod reports;
pub mod search;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;
pub mod tasks;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;

use super::endpoint::endpoint;
use crate::http::state::AppState;

/// As many planned inspections as there may be, each with a line of notes.
const LIST_BYTES: usize = 512 * 1024;

/// All of them.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(endpoint!(sessions::create))
        .routes(endpoint!(sessions::read))
        .routes(endpoint!(sessions::end))
        .routes(endpoint!(sessions::end_all))
        .routes(endpoint!(sign_in::read))
        .routes(endpoint!(sign_in::leave))
        .routes(endpoint!(sign_in::come_back))
        .routes(endpoint!(sign_in::prove))
        .routes(endpoint!(member_key::read))
        .routes(endpoint!(member_key::replace))
        .routes(endpoint!(passwords::replace))
        .routes(endpoint!(joinings::read))
        .routes(endpoint!(joinings::create))
        .routes(endpoint!(admissions::list))
        .routes(endpoint!(admissions::admit_member))
        .routes(endpoint!(member_invitations::create))
        .routes(endpoint!(member_invitations::withdraw))
        .routes(endpoint!(second_factor::read))
        .routes(endpoint!(second_factor::begin))
        .routes(endpoint!(second_factor::confirm))
        .routes(endpoint!(second_factor::end))
        .routes(endpoint!(events::listen))
        .routes(endpoint!(observations::list))
        .routes(endpoint!(observations::read))
        .routes(endpoint!(acts::create))
        .routes(endpoint!(reports::list))
        .routes(endpoint!(reports::create))
        .routes(endpoint!(reports::read))
        .routes(endpoint!(reports::step))
        .routes(endpoint!(tasks::list))
        .routes(endpoint!(tasks::plan))
        .routes(endpoint!(tasks::end))
        .routes(endpoint!(readers::of_report))
        .routes(endpoint!(readers::of_observation))
        .routes(endpoint!(notes::create))
        .routes(endpoint!(notes::texts))
        .routes(endpoint!(referrals::create))
        .routes(endpoint!(referrals::answer))
        .routes(endpoint!(search::sealed_parts))
        .routes(endpoint!(search::numbered))
        .routes(endpoint!(inspections::list))
        .routes(endpoint!(inspections::read))
        .routes(endpoint!(contacts::list))
        .routes(endpoint!(contacts::read))
        .routes(endpoint!(operations::sealed))
        .routes(endpoint!(operations::evidence))
        .routes(endpoint!(photos::content))
        .routes(endpoint!(devices::list))
        .routes(endpoint!(devices::revoke))
        .routes(endpoint!(devices::wipe))
        .routes(endpoint!(invitations::list))
        .routes(endpoint!(invitations::create))
        .routes(endpoint!(invitations::withdraw))
        .routes(endpoint!(alerts::list))
        .routes(endpoint!(device_lists::list))
        .routes(endpoint!(device_settings::read))
        .routes(endpoint!(device_settings::replace))
        .merge(large_documents())
        .routes(endpoint!(members::list))
        .routes(endpoint!(members::give_roles))
        .routes(endpoint!(members::end))
        .routes(endpoint!(members::end_sessions))
        .routes(endpoint!(members::end_second_factor))
}

/// Those whose document holds a whole list.
fn large_documents() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(endpoint!(planned_inspections::read))
        .routes(endpoint!(planned_inspections::replace))
        .layer(DefaultBodyLimit::max(LIST_BYTES))
}
