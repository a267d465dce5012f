#!/usr/bin/env bash
# `make test`: every test there is, from units to the real app and a real browser against a real backend.
# It installs what it needs first, and needs no display.
set -euo pipefail
. "$(dirname "$0")/say.sh"
export PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH:/snap/bin
# An answer that is another than its file says fails; nothing is written.
export INSTA_UPDATE=no

step "What the tests need"
scripts/setup.sh
scripts/tools.sh test

step "Interface"
scripts/ui.sh
(cd ui && npm test)

step "Rust (a first build takes some minutes)"
cargo test --quiet --workspace --exclude baken --exclude baken-tests --exclude baken-phone
cargo test --quiet -p baken

step "The backend on PostgreSQL"
scripts/postgres.sh suite

# Last, since the runs above leave programs of other features in the same place.
step "Programs for the end-to-end tests"
cargo build --quiet -p baken -p baken-backend -p baken-fleet --features baken/custom-protocol
# By itself: what it adds to Tauri must not get into the app.
cargo build --quiet -p baken-phone

step "End to end: app, backend and console"
export NO_AT_BRIDGE=1 LIBGL_ALWAYS_SOFTWARE=1
dbus-run-session -- xvfb-run -a cargo test -p baken-tests

say
say "All tests passed."
