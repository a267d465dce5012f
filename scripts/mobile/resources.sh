# shellcheck shell=bash
# The manifest and the resources of the app for Android are linked as a build would (Debian's aapt2, with the framework of
# Android 10). Sourced by scripts/mobile.sh. manifest.py makes of what a newer Android knows something that this one does.
RESOURCES=src-tauri/android/app/src/main

resources() {
  [ -d src-tauri/android ] || { say "There is no project for Android yet."; return; }
  [ -f "$RESOURCES/AndroidManifest.xml" ] || { say "There is no $RESOURCES/AndroidManifest.xml."; return 1; }
  [ -d "$RESOURCES/res" ] || { say "There is no $RESOURCES/res."; return 1; }
  debian aapt aapt android-framework-res || { leave_out "manifest and resources of Android" "Debian's packages are missing: aapt android-framework-res"; return; }
  local out=$MOBILE/resources android=$PLUGIN/src/main
  rm -rf "$out" && mkdir -p "$out/java" || return
  cp -r "$RESOURCES/res" "$out/res" && cp -r scripts/mobile/stand-in/res "$out/libraries" || return
  # The manifest of the plugin is merged into the app's by a build: each is linked, against the resources of both.
  [ ! -d "$android/res" ] || cp -rn "$android/res/." "$out/res" || return
  aapt2 compile --dir "$out/libraries" -o "$out/libraries.zip" || return
  local manifest
  for manifest in "$RESOURCES/AndroidManifest.xml" "$android/AndroidManifest.xml"; do
    [ -f "$manifest" ] || continue
    python3 -B scripts/mobile/manifest.py "$manifest" "$out" "$(app_package)" || return
    aapt2 compile --dir "$out/res" -o "$out/ours.zip" || return
    aapt2 link -o "$out/linked.apk" --manifest "$out/AndroidManifest.xml" --java "$out/java" --auto-add-overlay \
      -I "$DEBIAN/aapt/usr/share/android-framework-res/framework-res.apk" --min-sdk-version 24 --target-sdk-version 36 \
      -R "$out/libraries.zip" -R "$out/ours.zip" || return
  done
  say "Manifest and resources of Android link."
}

aapt2() {
  local libraries=$DEBIAN/aapt/usr/lib/x86_64-linux-gnu
  LD_LIBRARY_PATH=$libraries:$libraries/android:$DEBIAN/aapt/usr/lib/p7zip "$DEBIAN/aapt/usr/bin/aapt2" "$@"
}
