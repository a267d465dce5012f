# shellcheck shell=bash
# Our own Kotlin: all of it compiles beside Tauri's, and its tests run on the Java that is here. Sourced by
# scripts/mobile.sh, after kotlin.sh. In those tests Android is only its signatures: whatever calls it fails, so what is
# tested this way must be free of Android.
PLUGIN=crates/platform/android
APP=src-tauri/android/app

kotlin() {
  kotlin_tools || return 0
  signatures && framework || return
  local sources=() tests=() state out
  mapfile -t sources < <(kotlin_below "$PLUGIN/src/main" "$APP/src/main")
  mapfile -t tests < <(kotlin_below "$PLUGIN/src/test" "$APP/src/test")
  [ -d "$PLUGIN" ] || [ -d "$APP" ] || { say "There is no Kotlin of ours yet."; return; }
  [ ${#sources[@]} -gt 0 ] || { say "There is no Kotlin below $PLUGIN/src/main and $APP/src/main."; return 1; }
  # The ids of our resources, which Kotlin may name.
  [ ! -d "$APP" ] || { resources && mapfile -t -O "${#sources[@]}" sources < <(find "$MOBILE/resources/java" -name R.java); } || return
  state=$(cat "${sources[@]}" "${tests[@]}" <(echo "$FRAMEWORK ${sources[*]} ${tests[*]}") | sha256sum | cut -c1-16)
  once "kotlin-ours-$state" compile_and_test || return
  say "Kotlin of ours: ${#sources[@]} files compile, ${#tests[@]} files of tests."
}

kotlin_below() {
  local folder
  for folder in "$@"; do [ ! -d "$folder" ] || find "$folder" -name '*.kt' | sort; done
}

compile_and_test() {
  out=$MOBILE/kotlin-ours
  rm -rf "$out" && mkdir -p "$out" || return
  kotlinc "$SIGNATURES:$LIBRARIES:$FRAMEWORK" "$out/main" "${sources[@]}" || return
  [ ${#tests[@]} -gt 0 ] || return 0
  # What is internal is shown to the tests of the same module.
  kotlinc "$out/main:$TESTING:$SIGNATURES:$LIBRARIES:$FRAMEWORK" "$out/test" "-Xfriend-paths=$out/main" "${tests[@]}" || return
  local classes=()
  mapfile -t classes < <(cd "$out/test" && find . -name '*Test.class' | sed 's#^\./##; s#\.class$##; s#/#.#g' | sort)
  [ ${#classes[@]} -gt 0 ] || { say "No class of the tests has a name that ends in Test."; return 1; }
  nice java -cp "$out/test:$out/main:$TESTING:$KOTLINC/kotlin-stdlib.jar:$LIBRARIES:$DEBIAN/java/usr/share/java/com.android.json.jar:$FRAMEWORK:$SIGNATURES" \
    org.junit.runner.JUnitCore "${classes[@]}" >&2
}
