//! Sending without a network: a file that somebody carries away, and one of receipts that comes back.
//!
//! On a phone the system's own sheet takes the file over; on a desktop it is put where downloads go, which a person knows
//! how to find. Its name is neutral.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use baken_companion::sync::{CarriedIn, CarriedSummary};
use baken_companion::{Clock, CommandError, Failure, FailureCode, SystemClock};
use baken_platform::plugin::Native;
use baken_platform::{Exchange, Leaving, PlatformError};
use data_encoding::BASE64;
use serde::Serialize;
use tauri::{AppHandle, Manager, Runtime, State};
use zeroize::Zeroizing;

use crate::state::Shell;
use crate::sync;

/// A file that was made, and where it went.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CarriedAway {
    #[serde(flatten)]
    summary: CarriedSummary,
    /// Its name.
    name: String,
    /// The folder it is in; nothing where the system handed it on.
    folder: Option<String>,
}

/// Puts what waits into a file. Nothing where nothing waits.
#[tauri::command]
pub(crate) async fn carry_out<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    platform: State<'_, Native>,
) -> Result<Option<CarriedAway>, CommandError> {
    let Some(carried) = shell.on_store(baken_companion::Store::carry_out).await? else { return Ok(None) };
    let name = format!("{}.age", SystemClock::default().now().format("%Y%m%d-%H%M%S"));
    let leaving = Leaving { name: name.clone(), media_type: "application/octet-stream".into() };
    let folder = match platform.share(&leaving, &carried.bytes).await {
        Ok(()) => None,
        Err(PlatformError::Unsupported) => {
            let folder = app.path().download_dir().or_else(|_| app.path().home_dir());
            let folder = folder.map_err(|_| CommandError::from(Failure::Internal))?;
            let kept = put(&folder, &name, &carried.bytes);
            kept.map_err(|error| CommandError::from(Failure::from(error)))?;
            Some(folder.to_string_lossy().into_owned())
        }
        Err(error) => {
            tracing::warn!(error.code = error.code(), "the file could not be handed on");
            return Err(Failure::Internal.into());
        }
    };
    Ok(Some(CarriedAway { summary: carried.summary, name, folder }))
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    let path = folder.join(name);
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(path)
}

/// Takes in a file of receipts, by the code of one of the last files or one that somebody typed.
#[tauri::command]
pub(crate) async fn carry_in<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    base64: String,
    code: Option<String>,
) -> Result<CarriedIn, CommandError> {
    let code = code.map(Zeroizing::new);
    let read = shell
        .on_store(move |store| {
            let file = BASE64.decode(base64.as_bytes()).map_err(|_| Failure::NotFound)?;
            drop(base64);
            store.carry_in(&file, code.as_ref().map(|code| code.as_str()))
        })
        .await;
    if matches!(&read, Err(error) if error.code == FailureCode::WipeOrdered) {
        sync::carry_out_wipe(&app).await;
    }
    read
}
