//! What the web view may use of the device on Linux: the location, when the app measures it, and nothing else.
//!
//! On phones and other desktops the system asks the person. `WebKitGTK` asks the program, and takes silence for a no.
//! The only page it ever shows is our own, which measures at the tap of a button.

use tauri::{App, Manager};
use webkit2gtk::glib::prelude::ObjectExt;
use webkit2gtk::{GeolocationPermissionRequest, PermissionRequest, PermissionRequestExt, WebViewExt};

/// Answers every request for permission.
pub(crate) fn answer(app: &App) -> tauri::Result<()> {
    for window in app.webview_windows().values() {
        window.with_webview(|webview| {
            webview.inner().connect_permission_request(|_, request| decide(request));
        })?;
    }
    Ok(())
}

fn decide(request: &PermissionRequest) -> bool {
    if request.is::<GeolocationPermissionRequest>() {
        request.allow();
    } else {
        request.deny();
    }
    true
}
