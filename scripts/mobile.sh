#!/usr/bin/env bash
# `make check-mobile`: what of Android and iOS can be checked without a phone, an SDK or an emulator.
#   scripts/mobile.sh             all of it
#   scripts/mobile.sh kotlin      the Kotlin of Tauri, wry and ours compiles; ours without Android in it is tested
#   scripts/mobile.sh resources   manifest and resources of Android link
# Everything comes from package registries and is kept below ~/.cache/baken/mobile; nothing is installed. What could not be
# checked is named at the end. docs/MOBILE.md says what each check is worth and what none of them sees.
set -euo pipefail
. "$(dirname "$0")/say.sh"
export PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
for part in cache compiler kotlin ours resources; do
  # shellcheck source=/dev/null
  . "scripts/mobile/$part.sh"
done
case ${1:-all} in
  kotlin) alone kotlin && kotlin ;;
  resources) alone kotlin && resources ;;
  *) die "usage: scripts/mobile.sh [kotlin|resources]" ;;
esac
