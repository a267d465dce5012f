//! Spoken notes of a draft. Their pieces cross as base64, since Android's IPC carries no raw bytes.

use baken_companion::{CommandError, Failure, SpokenNote};
use data_encoding::BASE64;
use tauri::State;
use uuid::Uuid;

use crate::state::Shell;

#[tauri::command]
pub(crate) async fn begin_spoken(
    shell: State<'_, Shell>,
    draft: Uuid,
    base64: String,
) -> Result<SpokenNote, CommandError> {
    shell.on_store(move |store| store.begin_spoken(draft, &piece(&base64)?)).await
}

#[tauri::command]
pub(crate) async fn continue_spoken(
    shell: State<'_, Shell>,
    id: Uuid,
    place: u32,
    base64: String,
) -> Result<SpokenNote, CommandError> {
    shell.on_store(move |store| store.continue_spoken(id, place, &piece(&base64)?)).await
}

#[tauri::command]
pub(crate) async fn end_spoken(shell: State<'_, Shell>, id: Uuid) -> Result<SpokenNote, CommandError> {
    shell.on_store(move |store| store.end_spoken(id)).await
}

#[tauri::command]
pub(crate) async fn spoken_sound(shell: State<'_, Shell>, id: Uuid) -> Result<String, CommandError> {
    shell.on_store(move |store| store.spoken_sound(id)).await
}

fn piece(base64: &str) -> Result<Vec<u8>, Failure> {
    BASE64.decode(base64.as_bytes()).map_err(|_| Failure::SoundUnreadable)
}
