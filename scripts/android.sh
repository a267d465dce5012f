#!/usr/bin/env bash
# From a machine with Android's SDK and NDK to a signed APK and AAB in one command.
#   scripts/android.sh check   says everything that is missing, and builds nothing
#   scripts/android.sh lay     makes Tauri's project anew and lays ours over it
#   scripts/android.sh build   builds, unsigned; needs no key, and should get none: everything that is built runs code of others
#   scripts/android.sh sign    signs what was built, and verifies it; runs Android's and Java's own programs alone
#   scripts/android.sh         all of it, for a machine where the key may be
# It has never been run where an SDK is: docs/MOBILE.md says what was checked instead.
# Deliberately absent: downloads of the SDK, whose licence a person must accept, and the signing key.
set -euo pipefail
. "$(dirname "$0")/say.sh"

TAURI_CLI=2.12.5
JAVA=17
PLATFORM=36
TARGETS=(aarch64-linux-android armv7-linux-androideabi x86_64-linux-android)
OURS=src-tauri/android/app
PROJECT=gen/android
APP=$PROJECT/app
APPLY='apply(from = "baken.gradle")'

tauri() { npx --yes "@tauri-apps/cli@$TAURI_CLI" "$@"; }

sdk() { echo "${ANDROID_HOME:-${ANDROID_SDK_ROOT:-}}"; }

ndk() {
  if [ -n "${NDK_HOME:-}" ]; then
    echo "$NDK_HOME"
  else
    find "$(sdk)/ndk" -mindepth 1 -maxdepth 1 -type d 2>/dev/null | sort -V | tail -n 1
  fi
}

# Everything that is missing, not the first thing alone.
missing() {
  local it have
  for it in node npx cargo rustup java jarsigner git sha256sum; do command -v "$it" >/dev/null || echo "$it"; done
  if command -v java >/dev/null; then
    have=$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
    at_least "$JAVA" "${have:-0}" || echo "Java $JAVA or newer (this is ${have:-unknown})"
  fi
  if [ -z "$(sdk)" ]; then
    echo "Android's SDK: ANDROID_HOME names no folder"
  else
    [ -d "$(sdk)/platforms/android-$PLATFORM" ] || echo "Android's SDK: platforms;android-$PLATFORM"
    [ -n "$(find "$(sdk)/build-tools" -name apksigner 2>/dev/null)" ] || echo "Android's SDK: build-tools, for apksigner"
    [ -d "$(ndk)" ] || echo "Android's NDK: 28 or newer, for pages of 16 KiB (NDK_HOME, or below ANDROID_HOME/ndk)"
    if [ -f "$(ndk)/source.properties" ]; then
      have=$(sed -n 's/^Pkg.Revision *= *\([0-9]*\).*/\1/p' "$(ndk)/source.properties")
      at_least 28 "${have:-0}" || echo "Android's NDK: 28 or newer, for pages of 16 KiB (this is ${have:-unknown})"
    fi
  fi
  if command -v rustup >/dev/null; then
    have=$(rustup target list --installed 2>/dev/null || true)
    for it in "${TARGETS[@]}"; do grep -qx "$it" <<<"$have" || echo "Rust's $it (rustup target add $it)"; done
  fi
}

missing_key() {
  local it
  for it in BAKEN_ANDROID_KEYSTORE BAKEN_ANDROID_KEYSTORE_PASSWORD BAKEN_ANDROID_KEY_ALIAS BAKEN_ANDROID_KEY_PASSWORD; do
    [ -n "${!it:-}" ] || echo "the signing key: $it is empty"
  done
  [ -z "${BAKEN_ANDROID_KEYSTORE:-}" ] || [ -f "$BAKEN_ANDROID_KEYSTORE" ] || echo "the signing key: BAKEN_ANDROID_KEYSTORE names no file"
}

# Names what is missing, of what is given.
check() {
  local list it
  list=$("$@")
  [ -z "$list" ] && { say "Nothing is missing."; return; }
  say "Missing:"
  while IFS= read -r it; do say "  $it"; done <<<"$list"
  die "nothing was built"
}

# Tauri's project is made anew each time, so that it is that of TAURI_CLI and nothing is left of another. Ours lies over it.
lay() {
  rm -rf "$PROJECT"
  NDK_HOME=$(ndk) tauri android init --ci --skip-targets-install
  local res=$APP/src/main/res
  # The icons, words and themes that Tauri puts there, and the folder that it would share.
  rm -rf "$res"/mipmap-* "$res"/drawable* "$res"/values* "$res"/xml
  cp -R "$OURS/." "$APP/"
  grep -qxF "$APPLY" "$APP/build.gradle.kts" || printf '\n%s\n' "$APPLY" >>"$APP/build.gradle.kts"
}

build() {
  # The same sources make the same bytes: no time but the commit's, and no path of this machine.
  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
  RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=$PWD=baken --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
  export SOURCE_DATE_EPOCH RUSTFLAGS TZ=UTC LC_ALL=C
  npm --prefix ui ci
  NDK_HOME=$(ndk) tauri android build --ci --apk --aab --target aarch64 armv7 x86_64
}

# Android's own programs read the key's words from the environment, so that no list of processes shows them.
sign() {
  local tools file found=
  tools=$(dirname "$(find "$(sdk)/build-tools" -name apksigner | sort -V | tail -n 1)")
  while IFS= read -r file; do
    found=yes
    case $file in
      *.aab) jarsigner -keystore "$BAKEN_ANDROID_KEYSTORE" -storepass:env BAKEN_ANDROID_KEYSTORE_PASSWORD \
        -keypass:env BAKEN_ANDROID_KEY_PASSWORD "$file" "$BAKEN_ANDROID_KEY_ALIAS" >&2 ;;
      *)
        "$tools/apksigner" sign --ks "$BAKEN_ANDROID_KEYSTORE" --ks-pass env:BAKEN_ANDROID_KEYSTORE_PASSWORD \
          --ks-key-alias "$BAKEN_ANDROID_KEY_ALIAS" --key-pass env:BAKEN_ANDROID_KEY_PASSWORD \
          --min-sdk-version 28 --v1-signing-enabled false --v2-signing-enabled true --v3-signing-enabled true \
          --out "${file/-unsigned/}" "$file"
        [ "${file/-unsigned/}" = "$file" ] || rm "$file"
        file=${file/-unsigned/}
        "$tools/apksigner" verify --min-sdk-version 28 --print-certs "$file" >&2 || die "$file does not verify"
        ;;
    esac
    sha256sum "$file"
  done < <(find "$APP/build/outputs" \( -name '*release*.apk' -o -name '*release*.aab' \) | sort)
  [ -n "$found" ] || die "there is nothing to sign: run scripts/android.sh build"
}

everything() { missing && missing_key; }

case ${1:-} in
  check) check everything ;;
  lay)
    check missing
    lay
    ;;
  build)
    check missing
    lay
    build
    ;;
  sign)
    check missing_key
    sign
    ;;
  '')
    check everything
    lay
    build
    sign
    ;;
  *) die "usage: scripts/android.sh [check|lay|build|sign]" ;;
esac
