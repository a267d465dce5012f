# shellcheck shell=bash
# Kotlin: Tauri's, wry's and ours compile, and ours without Android in it is tested. Sourced by scripts/mobile.sh.
# JetBrains' compiler (npm) reads a jar of Android's signatures that signatures/ makes of stubs (PyPI). Constants in it
# have invented values and what a method gives back is partly guessed: what compiles is well typed, and no more.
KOTLIN=2.4.20
KOTLINC=$MOBILE/npm/kotlin-compiler-$KOTLIN/lib
STUBS=(chaquopy-stubs-android==36.20260406 chaquopy-stubs-androidx-activity-activity==1.13.0.20260401
  chaquopy-stubs-androidx-appcompat-appcompat==1.7.1.20260401 chaquopy-stubs-androidx-core-core==1.18.0.20260401
  chaquopy-stubs-androidx-fragment-fragment==1.8.9.20260401
  chaquopy-stubs-androidx-lifecycle-lifecycle-common==2.7.0.20260401
  chaquopy-stubs-androidx-lifecycle-lifecycle-process==2.10.0.20260401
  chaquopy-stubs-androidx-lifecycle-lifecycle-runtime==2.7.0.20260401
  chaquopy-stubs-androidx-lifecycle-lifecycle-viewmodel==2.7.0.20260401
  chaquopy-stubs-androidx-savedstate-savedstate==1.2.1.20260401
  chaquopy-stubs-androidx-webkit-webkit==1.15.0.20260401)
JARS=(libjackson2-core-java libjackson2-databind-java libjackson2-annotations-java libandroid-json-java junit4 libhamcrest-java)

# Everything the compiler needs; false where something cannot be had.
kotlin_tools() {
  command -v java >/dev/null || { leave_out Kotlin "there is no java"; return 1; }
  npm_package kotlin-compiler "$KOTLIN" || { leave_out Kotlin "its compiler cannot be had from npm"; return 1; }
  debian java "${JARS[@]}" || { leave_out Kotlin "Debian's packages are missing: ${JARS[*]}"; return 1; }
  pypi android-stubs "${STUBS[@]}" || { leave_out Kotlin "Android's stubs cannot be had from PyPI"; return 1; }
  local java=$DEBIAN/java/usr/share/java
  LIBRARIES=$java/jackson-core.jar:$java/jackson-databind.jar:$java/jackson-annotations.jar
  TESTING=$java/junit4.jar:$java/hamcrest-core.jar:$KOTLINC/kotlin-test.jar:$KOTLINC/kotlin-test-junit.jar
}

# kotlinc CLASSPATH OUT SOURCE...
kotlinc() {
  local classpath=$1 out=$2
  shift 2
  nice java -Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$KOTLINC/kotlin-compiler.jar:$KOTLINC/kotlin-stdlib.jar" \
    org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -kotlin-home "${KOTLINC%/lib}" -jvm-target 11 -classpath "$classpath" \
    -d "$out" "$@"
}

# The jar of signatures, made anew when the stubs or what makes it change: $SIGNATURES.
signatures() {
  local state
  state=$(cat scripts/mobile/signatures/*.py scripts/mobile/stand-in/*.kt <(echo "${STUBS[*]}") | sha256sum | cut -c1-16)
  SIGNATURES=$MOBILE/signatures-$state.jar
  [ -s "$SIGNATURES" ] && return
  say "Making the signatures of Android (half a minute, once)"
  rm -f "$MOBILE"/signatures-*.jar
  kotlinc "$KOTLINC/kotlin-stdlib.jar" "$MOBILE/interfaces.jar" scripts/mobile/stand-in/Interfaces.kt &&
    python3 -B scripts/mobile/signatures "$MOBILE/pypi/android-stubs" "$SIGNATURES" \
      java -cp "$MOBILE/interfaces.jar:$KOTLINC/kotlin-stdlib.jar" InterfacesKt
}

# source_of CRATE: its folder, as Cargo.lock has it.
source_of() {
  cargo metadata --format-version 1 --locked | python3 -c '
import json, pathlib, sys
print(*(pathlib.Path(it["manifest_path"]).parent for it in json.load(sys.stdin)["packages"] if it["name"] == sys.argv[1]))' "$1"
}

# Tauri's and wry's Kotlin with the placeholders filled in as their build does: $FRAMEWORK_SOURCES.
framework_sources() {
  local tauri wry package namespace
  tauri=$(source_of tauri) && wry=$(source_of wry) && package=$(app_package) || return 1
  FRAMEWORK_SOURCES=$MOBILE/framework-sources
  rm -rf "$FRAMEWORK_SOURCES" && mkdir -p "$FRAMEWORK_SOURCES/app" "$FRAMEWORK_SOURCES/stand-in"
  cp -r "$tauri/mobile/android/src/main/java" "$FRAMEWORK_SOURCES/tauri"
  cp "$tauri"/mobile/android-codegen/*.kt "$wry"/src/android/kotlin/*.kt "$FRAMEWORK_SOURCES/app"
  sed -i -e "s/{{package}}/$package/; s/{{library}}/baken_app/; s/{{class-[a-z]*}}//" "$FRAMEWORK_SOURCES"/app/*.kt
  cp scripts/mobile/stand-in/{SharedPreferences,JsonOrgModule}.kt "$FRAMEWORK_SOURCES/stand-in"
  for namespace in "$package" app.tauri; do
    sed "s/{{package}}/$namespace/" scripts/mobile/stand-in/BuildConfig.kt >"$FRAMEWORK_SOURCES/stand-in/BuildConfig-$namespace.kt"
  done
}

app_package() { python3 -c 'import json; print(json.load(open("tauri.conf.json"))["identifier"])'; }

# The framework compiled, once for each state of it: $FRAMEWORK.
framework() {
  local state
  framework_sources || return 1
  state=$(find "$FRAMEWORK_SOURCES" -name '*.kt' -exec cat {} + | cat - <(echo "$SIGNATURES $KOTLIN") | sha256sum | cut -c1-16)
  FRAMEWORK=$MOBILE/framework-$state.jar
  [ -s "$FRAMEWORK" ] && return
  say "Compiling the Kotlin of Tauri and wry"
  rm -f "$MOBILE"/framework-*.jar
  kotlinc "$SIGNATURES:$LIBRARIES" "$MOBILE/compiling.jar" -nowarn "$FRAMEWORK_SOURCES" && mv "$MOBILE/compiling.jar" "$FRAMEWORK"
}
