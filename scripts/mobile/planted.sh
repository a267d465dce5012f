#!/usr/bin/env bash
# `scripts/mobile.sh planted [PART]`: whether the checks find what they are there for. Into a copy of the repository one
# mistake at a time is planted, of each kind; the check has to fail and to name it. Only those of one check with PART.
set -euo pipefail
. "$(dirname "$0")/../say.sh"
cd "$(dirname "$0")/../.."
. scripts/mobile/cache.sh
only=${1:-}
TREE=$MOBILE/planted
APP=src-tauri/android/app/src
alone planted

rm -rf "$TREE" && mkdir -p "$TREE"
git ls-files -z --cached --others --exclude-standard |
  tar --null --files-from - --ignore-failed-read -c 2>/dev/null | tar -x -C "$TREE"
mkdir -p "$TREE/ui/companion" && cp -r ui/companion/dist "$TREE/ui/companion/"
[ -d "$TREE/src-tauri/android" ] || cp -r scripts/mobile/stand-in/android "$TREE/src-tauri/android"
here() { git -C "$TREE" -c user.name=planted -c user.email=planted@localhost "$@"; }
here init --quiet && here add --all && here commit --quiet --message sound

missed=()
# mistake NAME PLANT NAMED PART [ARGUMENT...]: PLANT is run in the copy; the output of the check has to match NAMED.
mistake() {
  local name=$1 plant=$2 named=$3 verdict seconds=$SECONDS
  shift 3
  [ -z "$only" ] || [ "$only" = "$1" ] || return 0
  (cd "$TREE" && eval "$plant")
  if (cd "$TREE" && scripts/mobile.sh "$@") >"$MOBILE/planted.log" 2>&1; then
    verdict='NOT FOUND: the check passed'
  elif grep -qE -- "$named" "$MOBILE/planted.log"; then
    verdict=found
  else
    verdict="NOT NAMED: $(tail -n 1 "$MOBILE/planted.log")"
  fi
  [ "$verdict" = found ] || missed+=("$name")
  printf '%-58s %-10s %4d s  %s\n' "$name" "$1" "$((SECONDS - seconds))" "$verdict"
  here checkout --quiet --force && here clean --quiet --force -d
}

# append FILE LINE...
append() { local file=$1 && shift && mkdir -p "${file%/*}" && printf '%s\n' "$@" >>"$file"; }
kotlin() { append "$APP/$1/java/Planted$2.kt" 'package nl.velsen.baken' "${@:3}"; }
core=crates/companion/src/lib.rs
app=src-tauri/src/lib.rs
phone=aarch64-linux-android

mistake 'a type error under cfg(target_os = "android")' \
  "append $core '#[cfg(target_os = \"android\")]' 'const PLANTED: u8 = \"no\";'" 'E0308' types "$phone"
mistake 'a type error under cfg(mobile)' \
  "append $app '#[cfg(mobile)]' 'const PLANTED: u8 = \"no\";'" 'E0308' types "$phone"
mistake 'an unwrap under cfg(target_os = "android"), a lint of ours' \
  "append $core '#[cfg(target_os = \"android\")]' '/// Planted.' 'pub fn planted(it: Option<u8>) -> u8 { it.unwrap() }'" \
  'used `unwrap' types "$phone"
mistake 'a type error under cfg(target_os = "ios")' \
  "append $core '#[cfg(target_os = \"ios\")]' 'const PLANTED: u8 = \"no\";'" 'E0308' types aarch64-apple-ios
mistake 'no entry point for phones' \
  "sed -i 's/^#.cfg_attr(mobile, tauri::mobile_entry_point).$//' $app" 'Rust does not export' names
mistake 'an external function of Kotlin that Rust does not have' \
  "kotlin main Names 'object Planted { @JvmStatic external fun planted(): Int }'" 'calls Java_nl_velsen_baken_Planted_planted' names
mistake 'a failing test of the core, for Android alone' \
  "append crates/protocol/src/lib.rs '#[cfg(all(test, target_os = \"android\"))]' '#[test]' 'fn planted_fails() { assert_eq!(1, 2); }'" \
  'planted_fails' core planted_fails
mistake "std's lock of a file, which it does not have on Android" \
  "sed -i 's/^use fs4::.*/use std::fs::TryLockError;/; s/FileExt::try_lock/File::try_lock/' crates/companion/src/data_folder.rs" \
  'test result: FAILED' core
mistake "TLS that asks Android for its roots, which nobody set up" \
  "sed -i 's/client.tls_certs_only(brought_along())$/client/' crates/companion/src/sync/roots.rs" 'test result: FAILED' core roots
mistake 'a batch that a device sends as something else' \
  "sed -i 's#wire::MEDIA_TYPE, bytes#\"text/plain\", bytes#' crates/companion/src/sync/http.rs" 'not acknowledged|Error:' sync
mistake 'a type error in Kotlin' \
  "kotlin main Type 'val planted: Int = \"no\"'" 'PlantedType.kt:2:.*error' kotlin
mistake 'a call of a method of Android that there is not' \
  "kotlin main Call 'fun planted(it: android.app.Activity) = it.plantedCall()'" "unresolved reference 'plantedCall'" kotlin
mistake 'a wrong argument for a method of Android' \
  "kotlin main Argument 'fun planted(it: android.app.Activity) = it.setTitle(android.os.Bundle())'" 'PlantedArgument.kt:2:.*error' kotlin
mistake 'an override of what Tauri does not have' \
  "kotlin main Override 'class Planted : TauriActivity() { override fun planted() {} }'" "'planted' overrides nothing" kotlin
mistake 'an API that is newer than the signatures' \
  "kotlin main Api 'val planted = android.os.Build.VERSION_CODES.CINNAMON_BUN'" "unresolved reference 'CINNAMON_BUN'" kotlin
mistake 'a failing test on the Java of this machine' \
  "kotlin test Test 'class PlantedTest { @kotlin.test.Test fun fails() { kotlin.test.assertEquals(1, 2) } }'" \
  'fails\(nl.velsen.baken.PlantedTest\)' kotlin
mistake 'a mistyped attribute in the manifest' \
  "sed -i 's/android:exported=/android:exportd=/' $APP/main/AndroidManifest.xml" 'attribute android:exportd not found' resources
mistake 'a resource that there is not, named in the manifest' \
  "sed -i 's#</application>#<meta-data android:name=\"planted\" android:resource=\"@xml/planted\" />&#' $APP/main/AndroidManifest.xml" \
  'xml/planted' resources
mistake 'a resource that there is not, named in a resource' \
  "append $APP/main/res/values/planted.xml '<resources><string name=\"planted\">@string/there_is_not</string></resources>'" \
  'there_is_not' resources

say
[ ${#missed[@]} -eq 0 ] || die "not found: $(printf '%s; ' "${missed[@]}")"
say "Every planted mistake was found."
