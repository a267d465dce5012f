"""Compares what Kotlin declares as `external` with what Rust exports for it: names.py EXPANDED KOTLIN...

The name is the one of the JNI specification ("Resolving Native Method Names"), without the signature behind it, which is
for overloads alone. Of Kotlin as much is read as names need: packages, classes and what is in which. How many arguments each takes is compared too; their types are not.
"""

import re
import sys
from pathlib import Path

NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.DOTALL)
# What says where in a file one is: a function of Rust's, a class, any other function, and the braces.
WHERE = re.compile(
    r"\bexternal\s+fun\s+(?P<external>\w+)\s*\((?P<arguments>[^)]*)\)"
    r"|(?P<companion>\bcompanion\s+object(?=\s*\{))|\b(?:class|object|interface)\s+(?P<class>\w+)|(?P<fun>\bfun\b)|(?P<brace>[{}])"
)
PACKAGE = re.compile(r"^package\s+([\w.]+)", re.MULTILINE)
EXPORT = re.compile(r'extern\s+"(?:C|system)"\s+fn\s+(Java_\w+)\s*(?:<[^>]*>)?\s*\(([^)]*)\)')


def mangled(name: str) -> str:
    special = {".": "_", "/": "_", "_": "_1"}
    return "".join(special.get(c) or (c if c.isascii() and c.isalnum() else f"_0{ord(c):04x}") for c in name)


def count(arguments: str) -> int:
    """How many are written; a comma may stand behind the last, and between angle brackets."""
    flat = re.sub(r"<[^<>]*>", "", re.sub(r"<[^<>]*>", "", arguments))
    return len([it for it in flat.split(",") if it.strip()])


def declared(folders: list[str]) -> dict[str, tuple[int, str]]:
    """By the name that the virtual machine looks for: how many arguments, and where it is written."""
    found = {}
    for file in (it for folder in folders for it in sorted(Path(folder).rglob("*.kt"))):
        text = NOT_CODE.sub("", file.read_text())
        package = PACKAGE.search(text)
        around: list[str | None] = []  # for each brace that is open, the class whose body it opens
        opening = None
        for it in WHERE.finditer(text):
            if it["brace"] == "{":
                around.append(opening)
                opening = None
            elif it["brace"]:
                around.pop()
            elif it["external"]:
                owner = "$".join(filter(None, around)) or f"{file.stem}Kt"
                name = f"Java_{mangled(f'{package[1]}.{owner}' if package else owner)}_{mangled(it['external'])}"
                found[name] = count(it["arguments"]), f"{file.name}: {it['external']}"
            else:
                opening = it["class"] or ("Companion" if it["companion"] else None)
    return found


def main(expanded: str, *folders: str) -> None:
    # The first two that Rust takes are the virtual machine and the class.
    exported = {it[1]: count(it[2]) - 2 for it in EXPORT.finditer(Path(expanded).read_text())}
    wanted = declared(list(folders))
    wrong = [f"Kotlin calls {name} ({where}), which Rust does not export" for name, (_, where) in wanted.items() if name not in exported]
    wrong += [f"Rust exports {name}, which Kotlin does not declare" for name in exported if name not in wanted]
    wrong += [
        f"{where} takes {taken} arguments, and {exported[name]} in Rust"
        for name, (taken, where) in wanted.items()
        if exported.get(name, taken) != taken
    ]
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
    print(f"{len(wanted.keys() & exported.keys())} of {len(wanted)} functions that Kotlin calls are exported.", file=sys.stderr)
    sys.exit(1 if wrong or not wanted else 0)


main(*sys.argv[1:])
