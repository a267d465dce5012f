//! Tells Tauri which commands the window may call: each becomes a permission that the capability must list.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&[
        "status",
        "create_vault",
        "unlock",
        "lock",
        "touched",
        "erase",
        "presence_offered",
        "set_up_presence",
        "remove_presence",
        "unlock_by_presence",
        "put_away",
        "check_invitation",
        "enrol",
        "vocabulary",
        "home",
        "inspection",
        "confirm_inspection",
        "close_inspection",
        "inspection_overview",
        "show_join_code",
        "read_join_code",
        "check_join_code",
        "join_inspection",
        "start_draft",
        "start_amendment",
        "draft",
        "save_draft",
        "discard_draft",
        "mask_bsn",
        "finalise",
        "add_photo",
        "photo_preview",
        "keep_photo",
        "remove_photo",
        "records",
        "record",
        "retract",
        "receipt",
        "sync_start",
        "sync_pause",
        "sync_status",
        "expect_absence",
        "leave",
        "insets",
        "name_work",
    ]);
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(commands);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
