#!/usr/bin/env bash
# `make bench`: builds for release; what is measured, and how much by default, is in crates/fleet/src/bench.rs.
# OBSERVATIONS, DEVICES and GROWTH say how much.
set -euo pipefail
. "$(dirname "$0")/say.sh"

export PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH:/snap/bin
scripts/setup.sh
scripts/tools.sh test
scripts/ui.sh
cargo build --release -p baken-backend -p baken-fleet
# The app's window is timed too.
cargo build --release -p baken --features custom-protocol
cargo build --release -p baken-tests --example time-app-start --example time-phone
# By itself: what it adds to Tauri must not get into the app.
cargo build --release -p baken-phone

export RUST_LOG=${RUST_LOG:-warn} LC_ALL=C
exec "$TARGET/release/baken-fleet" bench --interface ui/companion/dist --interface ui/console/dist
