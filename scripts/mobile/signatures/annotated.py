"""What a stub's annotation is in Java: its descriptor, its generic signature, and whether it may be null.

What a method takes is exact (`int | java.jlong | java.lang.Long` is a long). What it gives back is not: Python has one
`int`. It is taken to be a long where something says so: the setter beside it, or the name.
"""

import ast
import re
from dataclasses import dataclass

from stubs import Declaration, Library, dotted, elements

PRIMITIVES = {"Int": "I", "Long": "J", "Short": "S", "Byte": "B", "Char": "C", "Float": "F", "Double": "D", "Boolean": "Z"}
OBJECT = "Ljava/lang/Object;"
# A last resort, for what no setter tells.
LONG = re.compile(r"(Millis|Nanos|Long|Timestamp|Uptime|Realtime|Duration)$|^(uptimeMillis|elapsedRealtime|getTime|itemId|getItemId)")


@dataclass
class Type:
    descriptor: str
    signature: str
    nullable: bool = False


class Types:
    def __init__(self, library: Library):
        self.library = library
        self.unknown: set[str] = set()  # classes that are named and nowhere declared: read as Object

    def read(self, node: ast.expr, where: Declaration, used: set[str]) -> Type:
        """Of anything annotated; `used` gathers the type variables that it names."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = ast.parse(node.value, mode="eval").body
        either = [it for it in _alternatives(node) if not _is_none(it)]
        nullable = len(either) < len(_alternatives(node))
        if not either:
            return Type("V", "V")
        for it in either:
            if dotted(it).startswith("java.j") and dotted(it)[6:].capitalize() in PRIMITIVES:
                return _plain(PRIMITIVES[dotted(it)[6:].capitalize()])
        # `str | java.lang.String`: Java's own name says more than Python's.
        ours = [it for it in either if dotted(it.value if isinstance(it, ast.Subscript) else it).startswith("java")]
        made = self._one((ours or either)[0], where, used)
        made.nullable = nullable
        return made

    def _one(self, node, where, used) -> Type:
        if isinstance(node, ast.Subscript):
            return self._generic(dotted(node.value), elements(node.slice), where, used)
        name = dotted(node)
        if name in where.bounds:
            used.add(name)
            bound = where.bounds[name]
            erased = self.read(bound, where, set()).descriptor if bound is not None else OBJECT
            return Type(erased, f"T{name};")
        if name.startswith("java.chaquopy.JavaArrayJ"):
            return _plain("[" + PRIMITIVES[name.removeprefix("java.chaquopy.JavaArrayJ")])
        simple = {"str": "Ljava/lang/String;", "bool": "Z", "int": "I", "float": "F", "bytes": "[B"}
        return _plain(simple.get(name) or self._class(name, where))

    def _generic(self, head, arguments, where, used) -> Type:
        read = [self.read(it, where, used) for it in arguments]
        if head == "java.chaquopy.JavaArray":
            return Type("[" + read[0].descriptor, "[" + read[0].signature)
        if head in ("typing.Type", "type"):
            return Type("Ljava/lang/Class;", "Ljava/lang/Class<*>;")
        descriptor = self._class(head, where)
        if descriptor == OBJECT:
            return _plain(OBJECT)
        inner = "".join("*" if _says_nothing(n, t) else t.signature for n, t in zip(arguments, read))
        return Type(descriptor, f"{descriptor[:-1]}<{inner}>;")

    def _class(self, name: str, where: Declaration) -> str:
        found = self.library.find(name, where)
        if not found and name and name != "object" and not name.startswith("typing."):
            self.unknown.add(name)
        return f"L{found};" if found else OBJECT

    def result(self, method: ast.FunctionDef, where: Declaration, used: set[str]) -> Type:
        """Of what a method gives back."""
        read = self.read(method.returns, where, used) if method.returns else _plain("V")
        if read.descriptor not in ("I", "F"):
            return read
        wide, named = ("J", bool(LONG.search(method.name))) if read.descriptor == "I" else ("D", False)
        return _plain(wide) if named or self._taken_as(wide, method, where) else read

    def _taken_as(self, wide: str, method: ast.FunctionDef, where: Declaration) -> bool:
        """Whether what sets this takes the wider type: `setX` beside `getX`, or a default of `getX` itself."""
        setter = "set" + method.name.removeprefix("get")
        families = [where, *where.nested]
        for it in (it for family in families for it in family.methods if it.name in (setter, method.name)):
            taken = [self.read(a.annotation, where, set()).descriptor for a in arguments(it) if a.annotation]
            if (it.name == setter and taken == [wide]) or (it.name == method.name and taken[1:] == [wide]):
                return True
        return False


def arguments(method: ast.FunctionDef) -> list[ast.arg]:
    """What the caller writes."""
    every = method.args.posonlyargs + method.args.args
    return every if is_static(method) else every[1:]


def is_static(method: ast.FunctionDef) -> bool:
    return any(dotted(it) == "staticmethod" for it in method.decorator_list)


def _alternatives(node) -> list[ast.expr]:
    return _alternatives(node.left) + _alternatives(node.right) if isinstance(node, ast.BinOp) else [node]


def _is_none(node) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _plain(descriptor: str) -> Type:
    return Type(descriptor, descriptor)


def _says_nothing(node, read: Type) -> bool:
    return len(read.signature) == 1 or (read.signature == OBJECT and dotted(node) != "java.lang.Object")
