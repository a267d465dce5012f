# shellcheck shell=bash
# Which Rust compiler knows the phones. Sourced by scripts/mobile.sh.
# The project's own, if rustup has their targets already. Else Debian's (a version of its own, unpacked beside it), which
# builds std for a target from its source. Else the project's own again, if rustup can add the target. Else none.
ANDROID=(aarch64-linux-android x86_64-linux-android)
IOS=(aarch64-apple-ios)
STAND_IN=$MOBILE/tools/stand-in
MUSL=$MOBILE/tools/musl

# What stands in for compilers and linkers is run where it is the same for every clone of the repository: its path is part
# of what cargo judges by whether something has to be built again.
place_tools() {
  local it there
  for it in scripts/mobile/stand-in/{no-cc,no-ar,xcrun} scripts/mobile/musl/*; do
    there=$MOBILE/tools/${it#scripts/mobile/}
    cmp --silent "$it" "$there" && continue
    mkdir -p "${there%/*}" && cp "$it" "$there.new" && mv "$there.new" "$there"
  done
}

# find_compiler TARGET: says in COMPILER whose it is; false where nobody has one.
find_compiler() {
  place_tools
  COMPILER=rustup
  rustup target list --installed 2>/dev/null | grep -qx "$1" && return
  if debian rust rustc-web rust-web-clippy rust-web-src; then
    COMPILER=debian
  else
    command -v rustup >/dev/null || return
    say "Debian's compiler cannot be had here; rustup is asked to add $1"
    timeout 300 rustup target add "$1"
  fi
}

# compile TARGET COMMAND...: cargo, with that compiler and with stand-ins for what only a linker would need.
compile() {
  local target=$1 name=${1//-/_} command=(cargo "$2") settings
  shift 2
  settings=(MOBILE="$MOBILE" PATH="$STAND_IN:$PATH" CARGO_TARGET_DIR="$MOBILE/target-$COMPILER"
    "CC_$name=$STAND_IN/no-cc" "CXX_$name=$STAND_IN/no-cc" "AR_$name=$STAND_IN/no-ar" "RANLIB_$name=true"
    OPENSSL_NO_VENDOR=1 "${name^^}_OPENSSL_STATIC=1"
    "${name^^}_OPENSSL_LIB_DIR=$(pkg-config --variable=libdir libssl)"
    "${name^^}_OPENSSL_INCLUDE_DIR=$(pkg-config --variable=includedir libssl)")
  if [ "$COMPILER" = debian ]; then
    settings+=("${DEBIANS_COMPILER[@]}")
    [ "${command[1]}" != clippy ] || command[0]=$DEBIAN/rust/usr/bin/cargo-clippy
    command+=("$BUILD_STD")
  fi
  env "${settings[@]}" nice "${command[@]}" --target "$target" "$@"
}

DEBIANS_COMPILER=(RUSTC="$DEBIAN/rust/usr/bin/rustc" RUSTC_BOOTSTRAP=1 LD_LIBRARY_PATH="$DEBIAN/rust/usr/lib/x86_64-linux-gnu")
BUILD_STD=-Zbuild-std=std,panic_abort
