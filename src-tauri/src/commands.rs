//! The commands a window may call: one file per feature, each command one verb.

mod carry;
mod content;
mod drafts;
mod enrolment;
mod inspection;
mod photos;
mod presence;
mod records;
mod spoken;
mod surroundings;
pub(crate) mod sync;
mod vault;

use tauri::Runtime;
use tauri::ipc::Invoke;

/// Every command; `src-tauri/build.rs` and the capability list the same names.
pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        vault::status,
        vault::create_vault,
        vault::unlock,
        vault::change_passphrase,
        vault::lock,
        vault::touched,
        vault::erase,
        presence::presence_offered,
        presence::set_up_presence,
        presence::remove_presence,
        presence::unlock_by_presence,
        presence::put_away,
        enrolment::check_invitation,
        enrolment::enrol,
        enrolment::vocabulary,
        inspection::home,
        inspection::inspection,
        inspection::confirm_inspection,
        inspection::close_inspection,
        inspection::inspection_overview,
        inspection::show_join_code,
        inspection::read_join_code,
        inspection::check_join_code,
        inspection::join_inspection,
        content::reference_shelf,
        content::search_places,
        content::planned_inspections,
        content::start_planned,
        drafts::start_draft,
        drafts::start_amendment,
        drafts::draft,
        drafts::earlier,
        drafts::save_draft,
        drafts::discard_draft,
        drafts::mask_bsn,
        drafts::finalise,
        photos::add_photo,
        photos::photo_preview,
        photos::caption_photo,
        photos::order_photos,
        photos::cover_photo,
        photos::keep_photo,
        photos::remove_photo,
        spoken::begin_spoken,
        spoken::continue_spoken,
        spoken::end_spoken,
        spoken::spoken_sound,
        records::records,
        records::record,
        records::retract,
        records::receipt,
        carry::carry_out,
        carry::carry_in,
        sync::sync_start,
        sync::sync_pause,
        sync::sync_status,
        surroundings::expect_absence,
        surroundings::leave,
        surroundings::insets,
        surroundings::name_work,
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// Every quoted or listed word of `text` after `start` and before `end` that `name` makes a command of.
    fn names<'a>(text: &'a str, start: &str, end: &str, name: impl Fn(&'a str) -> Option<String>) -> BTreeSet<String> {
        let (_, after) = text.split_once(start).unwrap_or_default();
        let (list, _) = after.split_once(end).unwrap_or_default();
        list.split([',', '\n']).filter_map(|word| name(word.trim())).collect()
    }

    /// A name missing in one of the three is refused only when a person first needs it.
    #[test]
    fn what_is_handled_is_what_is_declared_is_what_the_window_may_call() {
        let handled = names(include_str!("commands.rs"), "generate_handler![", "]", |word| {
            word.split_once("::").map(|(_, command)| command.to_owned())
        });
        let declared = names(include_str!("../build.rs"), ".commands(&[", "]", |word| {
            Some(word.trim_matches('"').to_owned()).filter(|word| !word.is_empty())
        });
        let allowed = names(include_str!("../capabilities/main.json"), "\"permissions\": [", "]", |word| {
            word.trim_matches('"').strip_prefix("allow-").map(|command| command.replace('-', "_"))
        });
        assert!(handled.len() > 20, "{handled:?}");
        assert_eq!(handled, declared);
        assert_eq!(handled, allowed);
    }
}
