# shellcheck shell=bash
# The core is run as it is compiled for Android. Sourced by scripts/mobile.sh.
# x86_64-linux-android is linked against musl (zig, from PyPI) and a few functions of bionic, so its programs run here:
# what is asked of the kernel and of std is what a phone asks. Debian's compiler is needed, which can build std.
ZIG_VERSION=0.17.1
RUNS=x86_64-linux-android

# core [FILTER]: all, where no part of their names is given.
core() {
  run_tools "the core's tests as Android's code" || return 0
  step "The protocol's and the companion's own tests, as Android's code"
  run test --locked --quiet -p baken-protocol -p baken-companion --lib -- "$@"
}

# run_tools WHAT: whether it can be run here; else it is left out.
run_tools() {
  [ "$(uname -sm)" = "Linux x86_64" ] || { leave_out "$1" "this is no x86_64 Linux"; return 1; }
  debian rust rustc-web rust-web-clippy rust-web-src ||
    { leave_out "$1" "Debian's rustc-web is missing"; return 1; }
  pypi zig "ziglang==$ZIG_VERSION" || { leave_out "$1" "ziglang cannot be had from PyPI"; return 1; }
  place_tools
  chmod +x "$MOBILE/pypi/zig/ziglang/ziglang/zig"
}

# run COMMAND...: with what links and runs.
run() {
  local command=$1
  shift
  # On Android std has no place for temporary files but the one that is named.
  TMPDIR=${TMPDIR:-/tmp} env "${DEBIANS_COMPILER[@]}" ZIG="$MOBILE/pypi/zig/ziglang/ziglang/zig" ZIG_GLOBAL_CACHE_DIR="$MOBILE/zig-cache" \
    CARGO_TARGET_DIR="$MOBILE/target-run" CARGO_TARGET_X86_64_LINUX_ANDROID_LINKER="$MUSL/linker" \
    CC_x86_64_linux_android="$MUSL/cc" CXX_x86_64_linux_android="$MUSL/cc" AR_x86_64_linux_android="$MUSL/ar" \
    RANLIB_x86_64_linux_android="$MUSL/ranlib" \
    nice cargo "$command" -Zbuild-std=std,panic_abort --target "$RUNS" "$@"
}
