"""From a declaration to its class file."""

import ast
import keyword

from annotated import OBJECT, Type, Types, arguments, is_static
from class_file import (
    ABSTRACT, ANNOTATION, ENUM, FINAL, INTERFACE, PUBLIC, STATIC, SUPER, VARARGS, ClassFile)  # fmt: skip
from kinds import Kinds, is_nameless
from stubs import Declaration, dotted


class Writer:
    def __init__(self, types: Types, kinds: Kinds):
        self.types = types
        self.kinds = kinds
        self._constants = 0  # each constant has a value of its own: invented, good to compile with and no more

    def write(self, it: Declaration) -> bytes:
        interface = self.kinds.is_interface(it.name)
        bases = [self.types.read(base, it, set()) for base in it.bases]
        bases = [base for base in bases if base.descriptor != OBJECT]
        parents = [] if interface else [base for base in bases if not self.kinds.is_interface(_name(base))][:1]
        implemented = [base for base in bases if self.kinds.is_interface(_name(base))]
        parent = parents[0] if parents else Type(OBJECT, OBJECT)
        flags = PUBLIC | (INTERFACE | ABSTRACT if interface else SUPER)
        flags |= ANNOTATION if "java/lang/annotation/Annotation" in map(_name, implemented) else 0
        enum = _name(parent) == "java/lang/Enum"
        signature = self._variables(it.own_variables, it) + parent.signature + "".join(b.signature for b in implemented)
        made = ClassFile(it.name, flags | (ENUM if enum else 0), _name(parent), list(map(_name, implemented)), signature)
        for field in it.node.body:
            if isinstance(field, ast.AnnAssign):
                self._field(made, field, it)
        seen: set[tuple[str, str]] = set()
        for method in it.methods:
            self._method(made, method, it, interface, seen)
        chain = _chain(it) + it.nested
        made.nested([(c.name, c.outer.name, c.node.name, self._nested_flags(c)) for c in chain if c.outer])
        return bytes(made)

    def _field(self, made: ClassFile, field: ast.AnnAssign, where: Declaration) -> None:
        static = isinstance(field.annotation, ast.Subscript) and dotted(field.annotation.value) == "typing.ClassVar"
        read = self.types.read(field.annotation.slice if static else field.annotation, where, set())
        if read.descriptor == "V":
            return
        self._constants += 1
        constant = None
        if static and read.descriptor == "I":
            constant = made.pool.integer(self._constants)
        elif static and read.descriptor == "Ljava/lang/String;":
            constant = made.pool.string(f"invented {self._constants}")
        flags = PUBLIC | (STATIC | FINAL if static else 0) | (ENUM if read.descriptor == f"L{where.name};" and static else 0)
        made.field(flags, dotted(field.target), read.descriptor, read.signature, constant)

    def _method(self, made, method: ast.FunctionDef, where: Declaration, interface: bool, seen) -> None:
        name = "<init>" if method.name == "__init__" else _java_name(method.name)
        if name.startswith("__"):
            return
        used: set[str] = set()
        taken = [self.types.read(a.annotation, where, used) for a in arguments(method) if a.annotation]
        if method.args.vararg and method.args.vararg.annotation:
            last = self.types.read(method.args.vararg.annotation, where, used)
            taken.append(Type("[" + last.descriptor, "[" + last.signature))
        result = Type("V", "V") if name == "<init>" else self.types.result(method, where, used)
        descriptor = f"({''.join(t.descriptor for t in taken)}){result.descriptor}"
        if (name, descriptor) in seen:
            return
        seen.add((name, descriptor))
        known = {v for c in _chain(where) for v in c.own_variables}
        signature = self._variables(sorted(used - known), where)
        signature += f"({''.join(t.signature for t in taken)}){result.signature}"
        static = is_static(method)
        flags = PUBLIC | (STATIC if static else 0) | (VARARGS if method.args.vararg else 0)
        flags |= ABSTRACT if interface and not static and is_nameless(method) else 0
        words = sum(2 if t.descriptor in "JD" else 1 for t in taken) + (0 if static else 1)
        made.method(flags, name, descriptor, signature, words, result.nullable)

    def _variables(self, names: list[str], where: Declaration) -> str:
        written = ""
        for name in names:
            bound = where.bounds.get(name)
            read = self.types.read(bound, where, set()) if bound is not None else Type(OBJECT, OBJECT)
            written += f"{name}:{':' if self.kinds.is_interface(_name(read)) else ''}{read.signature}"
        return f"<{written}>" if written else ""

    def _nested_flags(self, it: Declaration) -> int:
        return PUBLIC | STATIC | (INTERFACE | ABSTRACT if self.kinds.is_interface(it.name) else 0)


def _name(read: Type) -> str:
    return read.descriptor[1:-1]


def _java_name(name: str) -> str:
    """Without the underscore that keeps Python's own words apart."""
    return name[:-1] if name.endswith("_") and keyword.iskeyword(name[:-1]) or name == "print_" else name


def _chain(it: Declaration) -> list[Declaration]:
    return [*_chain(it.outer), it] if it.outer else [it]
