"""Whether each floor of a crate uses only the floors below it (docs/ARCHITECTURE.md). Run by `make check`.

A floor is a folder or a file directly below `src`. It names another by `crate::…`; tests may look up. A name at the
crate's own door (`crate::Home`) hides which floor it is of, and is refused.
"""
import pathlib
import re
import sys

# The lowest first. Those of one line do not use each other.
FLOORS = {
    "crates/companion/src": [
        ["access", "environment", "failure_code"],
        ["idle", "transport", "vault"],
        ["store"],
        ["failure"],
        ["data_folder", "off_runtime"],
        ["trust"],
        ["content"],
        ["recording"],
        ["outbox"],
        ["sync"],
        ["companion"],
    ],
    "crates/backend/src": [
        ["access", "environment", "time_zone"],
        ["files", "openid"],
        ["storage"],
        ["accounts", "register"],
        ["content", "ingest"],
        ["http"],
        ["admin"],
        ["cli"],
    ],
}
# Where SQL may stand; elsewhere no statement, and nothing of the library.
SQL = {"crates/backend/src": "storage"}
STATEMENT = re.compile(r"\brusqlite\b|\b(?:SELECT|INSERT INTO|DELETE FROM)\s|\bUPDATE \w+ SET\b")
# The crate's own roots, which name every floor.
ROOTS = {"lib", "main"}
USE = re.compile(r"\bcrate::(?:([A-Za-z_]+)|\{([^}]*)\})")


def used(text):
    """The floors that a file names, without its comments and its tests."""
    text = re.sub(r"//.*", "", text.split("#[cfg(test)]\nmod tests")[0])
    for one, group in USE.findall(text):
        yield from [one] if one else re.findall(r"(?:^|,)\s*([A-Za-z_]+)", group)


def without_comments(text):
    return re.sub(r"^\s*//.*", "", text, flags=re.M)


def complaints(crate, floors):
    level = {name: height for height, names in enumerate(floors) for name in names}
    for name in level:
        if not pathlib.Path(crate, name).is_dir() and not pathlib.Path(crate, f"{name}.rs").is_file():
            yield f"{crate}: there is no {name}"
    for path in sorted(pathlib.Path(crate).rglob("*.rs")):
        inside = path.relative_to(crate).with_suffix("").parts
        if inside[0] in ROOTS or "tests" in inside:
            continue
        if inside[0] not in level:
            yield f"{path}: {inside[0]} stands on no floor"
            continue
        text = path.read_text(encoding="utf-8")
        if SQL.get(crate, inside[0]) != inside[0] and STATEMENT.search(without_comments(text)):
            yield f"{path}: SQL stands in {SQL[crate]} alone"
        for name in sorted(set(used(text))):
            if name != inside[0] and level.get(name, len(floors)) >= level[inside[0]]:
                yield f"{path}: uses {name}, which does not stand below {inside[0]}"


found = [line for crate, floors in FLOORS.items() for line in complaints(crate, floors)]
print(*found, sep="\n", end="\n" if found else "")
sys.exit(1 if found else 0)
