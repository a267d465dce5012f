//! What the municipality gives to work with: cards, places, planned inspections.

use baken_companion::{CommandError, Draft, FoundPlaces, Planned, ReferenceShelf, Store};
use baken_protocol::ids::Code;
use tauri::State;

use crate::state::Shell;

#[tauri::command]
pub(crate) async fn reference_shelf(shell: State<'_, Shell>) -> Result<ReferenceShelf, CommandError> {
    shell.on_store_to_send(Store::reference_shelf).await
}

#[tauri::command]
pub(crate) async fn search_places(shell: State<'_, Shell>, question: String) -> Result<FoundPlaces, CommandError> {
    shell.on_store(move |store| store.search_places(&question)).await
}

#[tauri::command]
pub(crate) async fn planned_inspections(shell: State<'_, Shell>) -> Result<Vec<Planned>, CommandError> {
    shell.on_store(Store::planned_inspections).await
}

#[tauri::command]
pub(crate) async fn start_planned(shell: State<'_, Shell>, code: Code) -> Result<Draft, CommandError> {
    shell.on_store(move |store| store.start_planned(&code)).await
}
