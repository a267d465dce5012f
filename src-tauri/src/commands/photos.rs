//! Photos of a draft, and the words on spoken notes. They cross as base64, since Android's IPC carries no raw bytes.

use baken_companion::{CommandError, CoveredArea, Failure, PhotoSummary};
use data_encoding::BASE64;
use tauri::State;
use uuid::Uuid;

use crate::state::Shell;

#[tauri::command]
pub(crate) async fn add_photo(
    shell: State<'_, Shell>,
    draft: Uuid,
    base64: String,
) -> Result<PhotoSummary, CommandError> {
    shell
        .on_store(move |store| {
            let file = BASE64.decode(base64.as_bytes()).map_err(|_| Failure::PhotoUnreadable)?;
            // It is held once while it is decoded.
            drop(base64);
            store.add_photo(draft, &file)
        })
        .await
}

#[tauri::command]
pub(crate) async fn photo_preview(shell: State<'_, Shell>, id: Uuid) -> Result<String, CommandError> {
    shell.on_store(move |store| store.photo_preview(id)).await
}

#[tauri::command]
pub(crate) async fn caption_photo(shell: State<'_, Shell>, id: Uuid, caption: String) -> Result<(), CommandError> {
    shell.on_store(move |store| store.caption_photo(id, &caption)).await
}

#[tauri::command]
pub(crate) async fn order_photos(shell: State<'_, Shell>, draft: Uuid, order: Vec<Uuid>) -> Result<(), CommandError> {
    shell.on_store(move |store| store.order_photos(draft, &order)).await
}

#[tauri::command]
pub(crate) async fn cover_photo(
    shell: State<'_, Shell>,
    id: Uuid,
    areas: Vec<CoveredArea>,
) -> Result<PhotoSummary, CommandError> {
    shell.on_store(move |store| store.cover_photo(id, &areas)).await
}

#[tauri::command]
pub(crate) async fn keep_photo(shell: State<'_, Shell>, id: Uuid) -> Result<(), CommandError> {
    shell.on_store(move |store| store.keep_photo(id)).await
}

#[tauri::command]
pub(crate) async fn remove_photo(shell: State<'_, Shell>, id: Uuid) -> Result<(), CommandError> {
    shell.on_store(move |store| store.remove_photo(id)).await
}
