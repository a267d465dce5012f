//! Pictures of every screen, for people to look at: `target/screens/NAME-SIZE.png`.

use std::path::PathBuf;

use crate::axe;
use crate::page::Page;
use crate::processes::{program, until};

const PHONE: (u32, u32) = (360, 740);
const TABLET: (u32, u32) = (820, 1180);
/// Coordinators sit at a desk.
const DESK: (u32, u32) = (1280, 860);

pub(crate) fn folder() -> PathBuf {
    let folder = program("baken-backend").parent().unwrap().parent().unwrap().join("screens");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Takes a picture at phone and at tablet size, and of the console at a desk too; checks the page's
/// accessibility at each.
pub(crate) async fn show(page: &Page, name: &str) {
    let desk = name.starts_with("console").then_some(("desk", DESK));
    for (size, (width, height)) in [("tablet", TABLET), ("phone", PHONE)].into_iter().chain(desk) {
        size_of(page, (width, height)).await;
        let png = page.driver.screenshot_as_png().await.unwrap();
        std::fs::write(folder().join(format!("{name}-{size}.png")), png).unwrap();
        axe::check(page, &format!("{name} at {size} size")).await;
    }
}

/// The page itself gets this size; a window has edges and bars of its own.
pub(crate) async fn size(page: &Page, (width, height): (u32, u32)) {
    size_of(page, (width, height)).await;
    let inner = page.script("return [window.innerWidth, window.innerHeight]").await;
    let missing = |at: usize, whole: u32| whole.saturating_sub(u32::try_from(inner[at].as_u64().unwrap()).unwrap());
    size_of(page, (width + missing(0, width), height + missing(1, height))).await;
}

async fn size_of(page: &Page, (width, height): (u32, u32)) {
    let _ = page.driver.set_window_rect(0, 0, width, height).await;
    settle(page, width).await;
}

/// The window has its new width, and two frames more: the first lays out, the second has painted.
async fn settle(page: &Page, width: u32) {
    until("the window to have its size", async || {
        let script = "return Math.abs(window.innerWidth - arguments[0]) < 20 && \
                      window.matchMedia(`(max-width: ${window.innerWidth}px)`).matches;";
        let fits = page.driver.execute(script, vec![width.into()]).await.unwrap();
        fits.json().as_bool().unwrap_or(false)
    })
    .await;
    let script = "const done = arguments[arguments.length - 1]; \
                  requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";
    page.driver.execute_async(script, Vec::new()).await.unwrap();
}
