"""Writes class files (The Java Virtual Machine Specification, chapter 4) of which only the signatures count.

Every method that has a body throws. Absent: debug names, inner classes that keep their outer one, anything private.
"""

import struct

PUBLIC, STATIC, FINAL, SUPER, VARARGS, INTERFACE, ABSTRACT, ANNOTATION, ENUM = (
    0x1, 0x8, 0x10, 0x20, 0x80, 0x200, 0x400, 0x2000, 0x4000)  # fmt: skip
VERSION = 52  # Java 8
THROWS = b"\x01\xbf"  # aconst_null, athrow


class Pool:
    """The constants of one class file, each once."""

    def __init__(self):
        self._entries: dict[bytes, int] = {}

    def _add(self, entry: bytes) -> int:
        return self._entries.setdefault(entry, len(self._entries) + 1)

    def text(self, value: str) -> int:
        encoded = value.encode()
        return self._add(struct.pack(">BH", 1, len(encoded)) + encoded)

    def integer(self, value: int) -> int:
        return self._add(struct.pack(">Bi", 3, value))

    def class_(self, name: str) -> int:
        return self._add(struct.pack(">BH", 7, self.text(name)))

    def string(self, value: str) -> int:
        return self._add(struct.pack(">BH", 8, self.text(value)))

    def __bytes__(self) -> bytes:
        return struct.pack(">H", len(self._entries) + 1) + b"".join(self._entries)


class ClassFile:
    def __init__(self, name: str, flags: int, parent: str, interfaces: list[str], signature: str):
        self.pool = Pool()
        names = [self.pool.class_(it) for it in (name, parent, *interfaces)]
        self._head = struct.pack(f">HHHH{len(interfaces)}H", flags, *names[:2], len(interfaces), *names[2:])
        self._fields: list[bytes] = []
        self._methods: list[bytes] = []
        self._attributes = [self._signature(signature)]

    def field(self, flags: int, name: str, descriptor: str, signature: str, constant: int | None) -> None:
        """`constant` is an entry of the pool."""
        attributes = [self._signature(signature)]
        if constant is not None:
            attributes.append(self._attribute("ConstantValue", struct.pack(">H", constant)))
        self._fields.append(self._member(flags, name, descriptor, attributes))

    def method(self, flags: int, name: str, descriptor: str, signature: str, words: int, nullable: bool) -> None:
        """`words` is how much its arguments take on the stack."""
        attributes = [self._signature(signature)]
        if nullable:
            kind = self.pool.text("Lorg/jetbrains/annotations/Nullable;")
            attributes.append(self._attribute("RuntimeInvisibleAnnotations", struct.pack(">HHH", 1, kind, 0)))
        if not flags & ABSTRACT:
            code = struct.pack(">HHI", 1, words, len(THROWS)) + THROWS + struct.pack(">HH", 0, 0)
            attributes.append(self._attribute("Code", code))
        self._methods.append(self._member(flags, name, descriptor, attributes))

    def nested(self, classes: list[tuple[str, str, str, int]]) -> None:
        """Each class that is nested in another and meant here: its name, the outer's, its short name, its flags."""
        rows = [(self.pool.class_(n), self.pool.class_(o), self.pool.text(s), f) for n, o, s, f in classes]
        body = struct.pack(">H", len(rows)) + b"".join(struct.pack(">HHHH", *it) for it in rows)
        if rows:
            self._attributes.append(self._attribute("InnerClasses", body))

    def __bytes__(self) -> bytes:
        tables = b"".join(
            struct.pack(">H", len(it)) + b"".join(it) for it in (self._fields, self._methods, self._attributes)
        )
        return struct.pack(">IHH", 0xCAFEBABE, 0, VERSION) + bytes(self.pool) + self._head + tables

    def _signature(self, signature: str) -> bytes:
        return self._attribute("Signature", struct.pack(">H", self.pool.text(signature)))

    def _attribute(self, name: str, body: bytes) -> bytes:
        return struct.pack(">HI", self.pool.text(name), len(body)) + body

    def _member(self, flags: int, name: str, descriptor: str, attributes: list[bytes]) -> bytes:
        numbers = flags, self.pool.text(name), self.pool.text(descriptor), len(attributes)
        return struct.pack(">HHHH", *numbers) + b"".join(attributes)
