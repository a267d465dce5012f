#!/usr/bin/env bash
# `make run` and `make stop`: builds what is needed; what is done is in crates/fleet/src/run.rs.
set -euo pipefail
. "$(dirname "$0")/say.sh"

FLEET=$TARGET/debug/baken-fleet
window=()
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && window=(--window)

case ${1:-} in
  run)
    scripts/setup.sh "$([ ${#window[@]} -gt 0 ] && echo app || echo build)"
    scripts/ui.sh
    cargo build -p baken-backend -p baken-fleet
    [ ${#window[@]} -eq 0 ] || cargo build -p baken --features custom-protocol
    exec "$FLEET" run "${window[@]}"
    ;;
  stop)
    # Nothing is built to say that nothing runs.
    if [ ! -e var/backend.pid ]; then
      say "No backend of this folder runs."
      exit
    fi
    [ -x "$FLEET" ] || cargo build -p baken-backend -p baken-fleet
    exec "$FLEET" stop
    ;;
  *) die "usage: scripts/run.sh run|stop" ;;
esac
