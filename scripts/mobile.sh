#!/usr/bin/env bash
# `make check-mobile`: what of Android and iOS can be checked without a phone, an SDK or an emulator.
#   scripts/mobile.sh             all of it
#   scripts/mobile.sh types       types and lints of the whole app for Android and iOS
#   scripts/mobile.sh names       what Kotlin calls in Rust is there under that name
#   scripts/mobile.sh core        the core's own tests, run as Android's code
#   scripts/mobile.sh sync        a device as Android's code syncs with a real backend
#   scripts/mobile.sh kotlin      the Kotlin of Tauri, wry and ours compiles; ours without Android in it is tested
#   scripts/mobile.sh resources   manifest and resources of Android link
#   scripts/mobile.sh planted     whether mistakes of each kind are found (some minutes; not part of all)
# Everything comes from package registries and is kept below ~/.cache/baken/mobile; nothing is installed. What could not be
# checked is named at the end. docs/MOBILE.md says what each check is worth and what none of them sees.
set -euo pipefail
. "$(dirname "$0")/say.sh"
export PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
. scripts/mobile/cache.sh
. scripts/mobile/compiler.sh
. scripts/mobile/types.sh
. scripts/mobile/core.sh
. scripts/mobile/sync.sh
. scripts/mobile/kotlin.sh
. scripts/mobile/ours.sh
. scripts/mobile/names.sh
. scripts/mobile/resources.sh

# all: each by itself, and those that failed or could not be done by name at the end.
all() {
  local failed=() part seconds
  : >"$MOBILE/left-out"
  for part in types names core sync kotlin resources; do
    step "Mobile: $part"
    seconds=$SECONDS
    "$0" "$part" || failed+=("$part")
    say "($((SECONDS - seconds)) s)"
  done
  say
  [ ! -s "$MOBILE/left-out" ] || { say "NOT checked, for want of something:" && sed 's/^/  /' "$MOBILE/left-out" >&2; }
  [ ${#failed[@]} -eq 0 ] || die "failed: ${failed[*]}"
}

part=${1:-all}
shift || true
case $part in
  all) alone all && all ;;
  types) alone rust && types "$@" ;;
  names) alone rust && names ;;
  core) alone run && core "$@" ;;
  sync) alone run && syncs ;;
  kotlin) alone kotlin && kotlin ;;
  resources) alone kotlin && resources ;;
  planted) scripts/mobile/planted.sh "$@" ;;
  *) die "usage: scripts/mobile.sh [types|names|core|sync|kotlin|resources|planted]" ;;
esac
