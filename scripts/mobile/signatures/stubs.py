"""The classes that Python stubs of a Java library declare.

The stubs (PyPI, chaquopy-stubs-*) are the one public description of Android's and AndroidX's classes that a package
registry has. A file is a package; its classes are Java's, and a nested class is nested in Java too.
Absent: the packages java and javax, which the Java that compiles brings itself.
"""

import ast
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Declaration:
    """One class: its name as the JVM writes it, where it stands, and its body as Python's parser reads it."""

    name: str
    package: str
    outer: "Declaration | None"
    node: ast.ClassDef
    bounds: dict[str, ast.expr | None]  # of the type variables that are known in it
    nested: list["Declaration"] = field(default_factory=list)

    @property
    def methods(self) -> list[ast.FunctionDef]:
        return [it for it in self.node.body if isinstance(it, ast.FunctionDef)]

    @property
    def own_variables(self) -> list[str]:
        """The names in `typing.Generic[...]`, in Java's order."""
        for base in self.node.bases:
            if isinstance(base, ast.Subscript) and dotted(base.value) == "typing.Generic":
                return [dotted(it) for it in elements(base.slice)]
        return []

    @property
    def bases(self) -> list[ast.expr]:
        """What it extends, if that is more than Object, and after that what it implements."""
        python = ("typing.Generic", "typing.Protocol", "java.lang.Object", "object")
        return [it for it in self.node.bases if dotted(it.value if isinstance(it, ast.Subscript) else it) not in python]


class Library:
    """Every declaration below a folder, by its name. Directly below it stands a folder for each of the libraries, since
    two of them may have a file each for one package."""

    def __init__(self, folder: Path):
        self.classes: dict[str, Declaration] = {}
        for file in sorted(folder.rglob("*.pyi")):
            _, top, *rest = file.relative_to(folder).with_suffix("").parts
            parts = [top.removesuffix("-stubs"), *(it for it in rest if it != "__init__")]
            if parts[0] not in ("java", "javax"):
                self._declare(ast.parse(file.read_text()).body, "/".join(parts), None, {})

    def _declare(self, body: list[ast.stmt], package: str, outer: Declaration | None, known: dict) -> list[Declaration]:
        """The classes of a file, or of a class; `known` are the type variables around it."""
        bounds, made = dict(known), []
        for it in body:
            if isinstance(it, ast.Assign) and isinstance(it.value, ast.Call):
                bounds[dotted(it.targets[0])] = next((k.value for k in it.value.keywords if k.arg == "bound"), None)
        for it in body:
            if isinstance(it, ast.ClassDef):
                name = (f"{outer.name}$" if outer else f"{package}/") + it.name
                inner = dict(bounds)
                declaration = self.classes[name] = Declaration(name, package, outer, it, inner)
                declaration.nested = self._declare(it.body, package, declaration, inner)
                made.append(declaration)
        if outer:
            outer.bounds = bounds
        return made

    def find(self, name: str, where: Declaration) -> str | None:
        """The class that a dotted name means where it is written; none if the stubs do not have it."""
        parts = name.split(".")
        if parts[0] in ("java", "javax"):
            first = next((i for i, it in enumerate(parts) if it[:1].isupper()), len(parts) - 1)
            return "/".join(parts[:first] + ["$".join(parts[first:])])
        for i in range(len(parts)):
            candidate = "/".join([*(parts[:i] or [where.package]), "$".join(parts[i:])])
            if candidate in self.classes:
                return candidate
        return None


def dotted(node: ast.expr) -> str:
    """`a.b.C` of a name, a chain of attributes or a quoted annotation; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def elements(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]
