//! Tells Tauri's build where the Kotlin stands (`DEP_BAKEN_PLATFORM_ANDROID_LIBRARY_PATH` in `src-tauri/build.rs`).

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let (Some(target), Some(root)) = (std::env::var_os("CARGO_CFG_TARGET_OS"), std::env::var_os("CARGO_MANIFEST_DIR"))
    else {
        return;
    };
    if target == "android" {
        println!("cargo::metadata=android_library_path={}", Path::new(&root).join("android").display());
    }
}
