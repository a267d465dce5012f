#!/usr/bin/env bash
# `make bindings`: writes what others rely on from the Rust types: the TypeScript types of everything that crosses IPC
# and HTTP, and the description of the HTTP interface.
set -euo pipefail
. "$(dirname "$0")/say.sh"

# Every type anew: one that no longer exists must not stay behind.
LC_ALL=C find ui/bindings -maxdepth 1 -name '[A-Z]*.ts' -delete
cargo test --quiet -p baken-protocol -p baken-platform -p baken-strength -p baken-companion -p baken-backend export_bindings
BAKEN_WRITE_DESCRIPTION=1 cargo test --quiet -p baken-backend --test device_side the_committed_description
if [ -e ui/bindings/write-index.js ]; then node ui/bindings/write-index.js; fi
scripts/ui.sh install
(cd ui && npx prettier --log-level warn --write bindings)
