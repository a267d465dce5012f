#!/usr/bin/env bash
# Builds the interface: the app and the console embed ui/*/dist.
#   scripts/ui.sh install   only the packages
#   scripts/ui.sh           packages and build
set -euo pipefail
. "$(dirname "$0")/say.sh"
cd ui

# npm ci empties node_modules first, so it runs only for a lock file it has not seen.
lock=$(sha256sum package-lock.json | cut -d' ' -f1)
stamp=node_modules/.lock-installed
if [ "$(cat "$stamp" 2>/dev/null)" != "$lock" ]; then
  npm ci --no-audit --no-fund
  echo "$lock" >"$stamp"
fi
[ "${1:-}" = install ] || npm run build
