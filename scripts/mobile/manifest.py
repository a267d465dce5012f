"""Makes a manifest and its resources such that aapt2 of Android 10 can link them: MANIFEST OUT PACKAGE.

A build fills in the package and the placeholders; so does this. An attribute of a newer Android is known by its name alone
(NEWER): it is taken out, and the resource it names is asked for in another way, so that a missing one is still found. Its
value is not checked. A name that is in no list stays, and aapt2 refuses it.
"""

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

ANDROID = "http://schemas.android.com/apk/res/android"
# Attributes after API 29 that an app like ours may want, with the API they came with.
NEWER = {
    "allowCrossUidActivitySwitchFromBelow": 35,
    "attributionTags": 31,
    "attributionsAreUserVisible": 31,
    "autoRevokePermissions": 30,
    "dataExtractionRules": 31,
    "enableOnBackInvokedCallback": 33,
    "gwpAsanMode": 30,
    "intentMatchingFlags": 36,
    "isMonitoringTool": 33,
    "knownActivityEmbeddingCerts": 33,
    "localeConfig": 33,
    "memtagMode": 31,
    "nativeHeapZeroInitialized": 31,
    "pageSizeCompat": 36,
    "preserveLegacyExternalStorage": 30,
    "requestRawExternalStorageAccess": 31,
    "usesPermissionFlags": 31,
    "windowOptOutEdgeToEdgeEnforcement": 35,
    "windowSplashScreenAnimatedIcon": 31,
    "windowSplashScreenAnimationDuration": 31,
    "windowSplashScreenBackground": 31,
    "windowSplashScreenBrandingImage": 31,
    "windowSplashScreenIconBackgroundColor": 31,
}
KNOWN = 29


def is_newer(name: str) -> bool:
    return NEWER.get(name, 0) > KNOWN


def main(manifest: str, out: str, package: str) -> None:
    ET.register_namespace("android", ANDROID)
    ET.register_namespace("tools", "http://schemas.android.com/tools")
    root = ET.fromstring(Path(manifest).read_text().replace("${applicationId}", package))
    placeholder = re.search(r"\$\{\w+\}", ET.tostring(root, encoding="unicode"))
    if placeholder:
        sys.exit(f"{manifest}: nobody fills in {placeholder[0]}")
    root.set("package", package)
    # An element of API 30; what it names is not looked at.
    for queries in root.findall("queries"):
        root.remove(queries)
    asked: set[str] = set()
    for element in root.iter():
        for attribute in [it for it in element.attrib if it.startswith(f"{{{ANDROID}}}")]:
            if is_newer(attribute.split("}")[1]):
                value = element.attrib.pop(attribute)
                asked |= {value} if value.startswith("@") else set()
    application = root.find("application")
    for number, value in enumerate(sorted(asked)):
        where = root.makeelement("application", {}) if application is None else application
        where.append(where.makeelement("meta-data", {f"{{{ANDROID}}}name": f"asked{number}", f"{{{ANDROID}}}resource": value}))
        if application is None:
            root.append(application := where)
    ET.ElementTree(root).write(Path(out) / "AndroidManifest.xml", encoding="utf-8", xml_declaration=True)
    for file in Path(out, "res").glob("values*/*.xml"):
        styles = ET.parse(file)
        for style in styles.getroot().iter("style"):
            for item in [it for it in style.findall("item") if is_newer(it.get("name", "").removeprefix("android:"))]:
                style.remove(item)
        styles.write(file, encoding="utf-8", xml_declaration=True)


main(*sys.argv[1:])
