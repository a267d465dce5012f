#!/usr/bin/env bash
# `make bindings`: writes the TypeScript types of everything that crosses IPC and HTTP, from the Rust types.
set -euo pipefail
. "$(dirname "$0")/say.sh"

# Every type anew: one that no longer exists must not stay behind.
LC_ALL=C find ui/bindings -maxdepth 1 -name '[A-Z]*.ts' -delete
cargo test --quiet -p baken-protocol -p baken-companion -p baken-backend export_bindings
if [ -e ui/bindings/write-index.js ]; then node ui/bindings/write-index.js; fi
scripts/ui.sh install
(cd ui && npx prettier --log-level warn --write bindings)
