//! The desktop entry point; phones enter through `baken_app::run` in the library.

// A release build on Windows opens no console beside its window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    baken_app::run();
}
