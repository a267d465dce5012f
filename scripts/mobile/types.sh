# shellcheck shell=bash
# The whole app and all it stands on is type checked for phones, with the project's lints. Sourced by scripts/mobile.sh.
# Clippy goes over every crate of ours and checks the types on its way. Nothing is linked, so no C is compiled.
# Lints that say what is not so there: where std keeps thread-local values in another way, clippy does not see that they are
# const; and the entry point for iOS that Tauri's macro writes has no documentation. Both are judged on the desktop.
MISTAKEN=(-A clippy::missing_const_for_thread_local -A missing_docs)

# types [TARGET...]: all that are checked, where none is named.
types() {
  [ -f ui/companion/dist/index.html ] || { say "The interface is not built, which the app takes in: scripts/ui.sh"; return 1; }
  local target failed=
  [ $# -gt 0 ] || set -- "${ANDROID[@]}" "${IOS[@]}"
  for target in "$@"; do
    find_compiler "$target" || { leave_out "types for $target" "neither Debian's rustc-web nor rustup has that target"; continue; }
    say "$target, with the compiler of $COMPILER"
    compile "$target" clippy --locked --quiet -p baken --lib -- -D warnings "${MISTAKEN[@]}" || failed=yes
  done
  [ -z "$failed" ]
}
