#!/usr/bin/env bash
# `make check`: everything that is judged without running the programs.
# It goes through all of them and names those that failed at the end.
set -euo pipefail
. "$(dirname "$0")/say.sh"
export PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH

scripts/setup.sh check
scripts/tools.sh check
scripts/ui.sh

failed=()
check() {
  local name=$1
  shift
  step "$name"
  "$@" || failed+=("$name")
}

bindings_current() {
  scripts/bindings.sh && git diff --exit-code -- ui/bindings docs/openapi.json &&
    [ -z "$(git ls-files --others --exclude-standard -- ui/bindings)" ]
}

shell_scripts() {
  shellcheck --external-sources scripts/*.sh .ci/run scripts/mobile/planted.sh scripts/mobile/musl/{cc,linker,ar,ranlib} \
    scripts/mobile/stand-in/{no-cc,no-ar,xcrun}
}

interface() { (cd ui && npm run check); }

check "Rust formatting" cargo fmt --check
check "Clippy" cargo clippy --workspace --all-targets -- -D warnings
check "Licences, bans and sources of dependencies" cargo deny --log-level error check bans licenses sources
check "What is known against dependencies" scripts/advisories.sh
check "Floors" python3 scripts/floors.py
check "Unused dependencies" cargo machete
check "Spelling" "$(scripts/tools.sh typos)"
check "Shell scripts" shell_scripts
check "Interface" interface
check "Bindings and the description are those of the Rust types" bindings_current
check "What of Android and iOS can be checked here" scripts/mobile.sh

say
[ ${#failed[@]} -eq 0 ] || die "failed: $(printf '%s; ' "${failed[@]}")"
say "All checks passed."
