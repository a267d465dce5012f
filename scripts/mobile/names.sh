# shellcheck shell=bash
# What Kotlin calls in Rust has to be there under a name that is made of package, class and function. A wrong one is found
# by nobody before the app starts on a phone. Sourced by scripts/mobile.sh, after kotlin.sh.
# The exports are read from the app's library as the compiler sees it, all macros expanded (`mobile_entry_point` makes them).
names() {
  local target=${ANDROID[0]}
  find_compiler "$target" || { leave_out "names of Rust's functions in Kotlin" "no compiler knows $target"; return 0; }
  framework_sources || return
  RUSTC_BOOTSTRAP=1 compile "$target" rustc --locked --quiet -p baken --lib --profile check --crate-type rlib -- \
    -Zunpretty=expanded >"$MOBILE/expanded.rs" || return
  python3 -B scripts/mobile/names.py "$MOBILE/expanded.rs" "$FRAMEWORK_SOURCES" "$PLUGIN/src/main" "$APP/src/main"
}
