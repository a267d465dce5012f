#!/usr/bin/env bash
# Installs the development tools, each at one exact version, only when that version is missing.
#   scripts/tools.sh test    what the tests drive the app with
#   scripts/tools.sh check   what the checks use
set -euo pipefail
. "$(dirname "$0")/say.sh"

TAURI_DRIVER=2.1.0
CARGO_DENY=0.20.2
CARGO_MACHETE=0.9.2
TYPOS=1.52.0

crate() {
  local installed
  installed=$(cargo install --list)
  grep -qx "$1 v$2:" <<<"$installed" && return
  say "Installing $1 $2"
  cargo install --locked --quiet "$1@$2"
}

# A venv of its own: it touches no other Python.
typos() {
  local venv=${XDG_CACHE_HOME:-$HOME/.cache}/baken/typos-$TYPOS
  [ -x "$venv/bin/typos" ] && return
  say "Installing typos $TYPOS"
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "typos==$TYPOS"
}

case ${1:-} in
  test) crate tauri-driver "$TAURI_DRIVER" ;;
  check)
    crate cargo-deny "$CARGO_DENY"
    crate cargo-machete "$CARGO_MACHETE"
    typos
    ;;
  typos) echo "${XDG_CACHE_HOME:-$HOME/.cache}/baken/typos-$TYPOS/bin/typos" ;;
  *) die "usage: scripts/tools.sh test|check|typos" ;;
esac
