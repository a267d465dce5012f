//! The commands a window may call: one file per feature, each command one verb.

mod drafts;
mod enrolment;
mod inspection;
mod photos;
mod records;
mod sync;
mod vault;

use tauri::Wry;
use tauri::ipc::Invoke;

/// Every command; `src-tauri/build.rs` and the capability list the same names.
pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        vault::status,
        vault::create_vault,
        vault::unlock,
        vault::lock,
        vault::erase,
        enrolment::check_invitation,
        enrolment::enrol,
        enrolment::vocabulary,
        inspection::home,
        inspection::close_inspection,
        drafts::start_draft,
        drafts::draft,
        drafts::save_draft,
        drafts::discard_draft,
        drafts::mask_bsn,
        drafts::finalise,
        photos::add_photo,
        photos::photo_preview,
        photos::remove_photo,
        records::records,
        records::record,
        records::receipt,
        sync::sync_start,
        sync::sync_pause,
        sync::sync_status,
    ]
}
