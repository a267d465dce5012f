# shellcheck shell=bash
# Which Rust compiler knows the phones. Sourced by scripts/mobile.sh.
# The project's own, if rustup has their targets already. Else Debian's (a version of its own, unpacked beside it), which
# builds std for a target from its source. Else the project's own again, if rustup can add the targets. Else none.
# Afterwards `compile TARGET cargo ...` runs cargo with it; COMPILER says which one it is.
ANDROID=(aarch64-linux-android x86_64-linux-android)
IOS=(aarch64-apple-ios)
STAND_IN=$PWD/scripts/mobile/stand-in

# find_compiler TARGET...: false, and said, where there is none for them.
find_compiler() {
  COMPILER=
  if rustup_has "$@"; then
    COMPILER=rustup
  elif debian rustc-web rust-web-clippy rust-web-src; then
    COMPILER=debian
  elif command -v rustup >/dev/null && timeout 300 rustup target add "$@" 2>/dev/null; then
    COMPILER=rustup
  fi
  [ -n "$COMPILER" ]
}

rustup_has() {
  local installed target
  installed=$(rustup target list --installed 2>/dev/null) || return 1
  for target in "$@"; do grep -qx "$target" <<<"$installed" || return 1; done
}

# What every build for TARGET is told; what is built with Debian's compiler is kept apart.
compile() {
  local target=$1 name=${1//-/_} settings=() std=()
  shift
  settings=(CARGO_TARGET_DIR="$MOBILE/target-$COMPILER" "${C_COMPILER[@]//TARGET/$name}")
  settings+=(OPENSSL_NO_VENDOR=1 "$(upper "$name")_OPENSSL_STATIC=1")
  settings+=("$(upper "$name")_OPENSSL_LIB_DIR=$(pkg-config --variable=libdir libssl)")
  settings+=("$(upper "$name")_OPENSSL_INCLUDE_DIR=$(pkg-config --variable=includedir libssl)")
  if [ "$COMPILER" = debian ]; then
    settings+=(RUSTC="$DEBIAN/usr/bin/rustc" RUSTC_BOOTSTRAP=1 LD_LIBRARY_PATH="$DEBIAN/usr/lib/x86_64-linux-gnu")
    std=(-Zbuild-std=std,panic_abort)
  fi
  local program=$1 command=$2
  shift 2
  env MOBILE="$MOBILE" PATH="$STAND_IN:${COMPILER_PATH:-}$PATH" "${settings[@]}" \
    nice "$program" "$command" --target "$target" "${std[@]}" "$@"
}

# The stand-in, where nothing is linked.
C_COMPILER=(CC_TARGET="$STAND_IN/no-cc" CXX_TARGET="$STAND_IN/no-cc" AR_TARGET="$STAND_IN/no-ar" RANLIB_TARGET=true)

upper() { tr '[:lower:]' '[:upper:]' <<<"$1"; }
