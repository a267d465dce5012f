#!/usr/bin/env bash
# Builds the interface: the app and the console embed ui/*/dist.
#   scripts/ui.sh install   only the packages
#   scripts/ui.sh           packages and build
set -euo pipefail
. "$(dirname "$0")/say.sh"
cd ui

# Not npm ci: it refuses a lock file in which npm itself left out optional packages of other platforms
# (npm 11, seen with oxc and lix). This installs what the lock file pins and leaves the file alone.
lock=$(sha256sum package-lock.json | cut -d' ' -f1)
stamp=node_modules/.lock-installed
if [ "$(cat "$stamp" 2>/dev/null)" != "$lock" ]; then
  npm install --no-save --no-audit --no-fund
  echo "$lock" >"$stamp"
fi
[ "${1:-}" = install ] || npm run build
