"""Makes one jar of signatures from stubs: python3 scripts/mobile/signatures STUBS JAR INTERFACES.

Kotlin compiles against it; nothing of it runs. INTERFACES is a program: it is given names of Java's own classes, one a
line, and answers with those that are interfaces.
"""

import subprocess
import sys
import zipfile
from pathlib import Path

from annotated import Types
from kinds import Kinds
from stubs import Library, dotted
from writing import Writer

stubs, jar, *interfaces = sys.argv[1:]
library = Library(Path(stubs))
bases = {
    library.find(dotted(getattr(base, "value", base) if hasattr(base, "slice") else base), it) or ""
    for it in library.classes.values()
    for base in it.bases
}
asked = sorted(it for it in bases if it.startswith("java"))
answer = subprocess.run(interfaces, input="\n".join(asked), capture_output=True, text=True, check=True)
types = Types(library)
writer = Writer(types, Kinds(library, dict.fromkeys(asked, False) | dict.fromkeys(answer.stdout.split(), True)))
with zipfile.ZipFile(f"{jar}.new", "w", zipfile.ZIP_DEFLATED) as archive:
    for name in sorted(library.classes):
        archive.writestr(f"{name}.class", writer.write(library.classes[name]))
Path(f"{jar}.new").replace(jar)
print(f"{len(library.classes)} classes; {len(types.unknown)} named and not declared", file=sys.stderr)
if "-v" in sys.argv:
    print(*sorted(types.unknown), sep="\n", file=sys.stderr)
