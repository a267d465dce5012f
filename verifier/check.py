"""Checks a dossier of Baken: one signed record, with everything to believe it by.

    python3 -I check.py DOSSIER --root FINGERPRINT [--key-directory NUMBER] [--json] [--openssl FILE]

DOSSIER is the folder. FINGERPRINT is that of the municipality's root key, asked from the municipality by another way
than the one the dossier came by. NUMBER is that of its newest key directory, asked in the same way: without it a key that
was closed since cannot be known as closed. Python 3.8 or later and OpenSSL 3 are needed, and nothing else of ours.

It ends with 0 (holds), 1 (does not hold: each line names the file), 2 (cannot be checked here: says nothing about the
dossier) or 3 (proves nothing any more, since a key of it was closed: ask for another). It writes nothing into the dossier and takes nothing from it but bytes.

It is published by itself. One that came with a dossier proves nothing: whoever made the one made the other.
"""
import sys

if not sys.flags.isolated:
    # Without -I Python imports whatever lies beside a script before its own library.
    sys.stderr.write("CANNOT CHECK HERE: start it as  python3 -I check.py DOSSIER --root FINGERPRINT\n")
    sys.exit(2)
sys.dont_write_bytecode = True

import argparse
import base64
import binascii
import datetime
import functools
import hashlib
import json
import os
import re
import stat
import subprocess
import tempfile

EDITION = 1
PAGE_NAME = "CHECK.html"
# SHA-256 of the page with the verifier's hash in it written as 64 zeros, and the verifiers before this one.
PAGE = "9bc58d7810c223d80d3617f6e990b5e783b3c9820d9db06e8e52f161568efcae"
EARLIER_VERIFIERS = ()

KIB, MIB = 1024, 1024 * 1024
ENVELOPE_BYTES, PAYLOAD_BYTES, SEALED_BYTES, ATTACHMENT_BYTES = MIB, 512 * KIB, 256 * KIB, 16 * MIB
PAGE_BYTES, ENTRIES, FAULTS = 64 * KIB, 200, 50
SAFE, DEPTH, RECEIPT_KEYS = 2**53, 32, 200


class CannotCheck(Exception):
    """Something is missing here. It says nothing about the dossier."""


class Malformed(Exception):
    """Bytes that are not what they are taken for."""


class Faults(Exception):
    """What does not hold, once a stage has found everything it can."""


# What each fault means; the codes are those of `baken-backend check`.
SAYS = {
    "missing": "this file is not there",
    "unexpected": "this has no place in this dossier; who put it there?",
    "not-a-file": "this is not what stands here in a dossier",
    "too-large": "this is larger than it can be",
    "format": "this is not what a dossier says of itself",
    "page": "this is not the page of this edition; do not follow it",
    "envelope": "this is not a signed message, or not written as one is",
    "payload-type": "this is another kind of message than stands here",
    "payload": "what was signed is not a message of its kind",
    "root": "its root key does not have the fingerprint that was given",
    "unknown-key": "this is signed by another key",
    "closed-key": "this is signed by a key that has been closed",
    "older-directory": "the municipality has a newer key directory, so keys of this one may have been closed",
    "signature": "the signature does not hold",
    "directory": "the key directory is incomplete, ambiguous or of another epoch",
    "succession": "the one cannot follow the other",
    "other-municipality": "these are of two municipalities",
    "other-enrolment": "the certificate was not given for this enrolment",
    "other-device": "this is of another device than the certificate",
    "other-key": "the receipt is for what another key signed",
    "other-batch": "the receipt is for another batch",
    "other-attachment": "the receipt is for another attachment",
    "before-enrolment": "this says that something was received before its device was enrolled",
    "record": "this contradicts itself",
    "listing": "the batch does not list this record with its attachments",
    "hash": "this is not what the record names",
}
# What says no more than that the dossier is too old to prove anything.
OF_AGE = "closed-key", "older-directory"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def plain(text):
    """Text of somebody else's making, so that it can play no tricks on a terminal."""
    return "".join(c if " " <= c <= "~" else "\\u{%x}" % ord(c) for c in text)


# ---------------------------------------------------------------- strict JSON (RFC 7493): one meaning, one spelling


def unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed()
    return members


def integer(text):
    if text == "-0" or len(text) > 17 or abs(int(text)) > SAFE:
        raise Malformed()
    return int(text)


def refuse(_):
    raise Malformed()


def within(value, depth):
    if isinstance(value, (dict, list)):
        if depth == 0:
            raise Malformed()
        for inner in value.values() if isinstance(value, dict) else value:
            within(inner, depth - 1)


def strict_json(data):
    """The value, and the bytes it is written in: compact, its members in their order, no letter escaped in vain."""
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=unique, parse_int=integer, parse_float=refuse,
            parse_constant=refuse)
        within(value, DEPTH)
        # Half a surrogate pair is no text and cannot be encoded.
        return value, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except (ValueError, RecursionError):
        raise Malformed()


def canonical(read, data):
    """What READ makes of DATA, if DATA is written in the one way it can be."""
    value, written = strict_json(data)
    if written != data:
        raise Malformed()
    return read(value)


def strict_base64(text, size=None):
    """Standard base64 that is written in the one way it can be written."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raise Malformed()
    if base64.b64encode(data).decode() != text or size not in (None, len(data)):
        raise Malformed()
    return data


# ---------------------------------------------------------------- the shapes of the messages (docs/PROTOCOL.md)


def matching(pattern):
    whole = re.compile(pattern)

    def read(value):
        if not isinstance(value, str) or not whole.fullmatch(value):
            raise Malformed()
        return value
    return read


def text(value):
    if not isinstance(value, str):
        raise Malformed()
    return value


def flag(value):
    if not isinstance(value, bool):
        raise Malformed()
    return value


def number(low, high):
    def read(value):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Malformed()
        return value
    return read


def maybe(read):
    return lambda value: None if value is None else read(value)


def each(read, most=PAYLOAD_BYTES):
    def items(value):
        if not isinstance(value, list) or len(value) > most:
            raise Malformed()
        return [read(item) for item in value]
    return items


def members(**shape):
    """Exactly these members, in this order."""
    def read(value):
        if not isinstance(value, dict) or list(value) != list(shape):
            raise Malformed()
        return {name: of(value[name]) for name, of in shape.items()}
    return read


TIME_FORM = re.compile(
    "([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})([.]([0-9]{3}){1,3})?Z")


class Moment(str):
    """A time as it was written, with `key` to compare it by: nanoseconds since the year 1."""
    key = 0


def moment(value):
    """YYYY-MM-DDThh:mm:ss, three, six or nine digits of a fraction where no fewer will do, and Z; from 1970 on."""
    found = TIME_FORM.fullmatch(value) if isinstance(value, str) else None
    if not found or value < "1970":
        raise Malformed()
    try:
        whole = datetime.datetime(*(int(part) for part in found.groups()[:6]))
    except ValueError:
        raise Malformed()
    fraction = found.group(7) or "."
    if fraction.endswith("000"):
        raise Malformed()
    out = Moment(value)
    seconds = (whole - datetime.datetime(1, 1, 1)) // datetime.timedelta(seconds=1)
    out.key = seconds * 10**9 + int(fraction[1:].ljust(9, "0"))
    return out


def recipient(value):
    """An age recipient: 32 bytes in Bech32 (BIP 173) after `age1`."""
    digits = ["qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(c) for c in RECIPIENT(value)[len("age1"):]]
    check = 1
    for digit in [ord(c) >> 5 for c in "age"] + [0] + [ord(c) & 31 for c in "age"] + digits:
        top, check = check >> 25, (check & 0x1ffffff) << 5 ^ digit
        for bit, term in enumerate((0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3)):
            check ^= term if top >> bit & 1 else 0
    if check != 1 or digits[51] & 15:
        raise Malformed()
    return value


def public_key(value):
    raw = strict_base64(text(value), 32)
    if not is_sound_key(raw):
        raise Malformed()
    return raw


TENANT, HASH, CODE = matching("GM[0-9]{4}"), matching("[0-9a-f]{64}"), matching("[0-9A-Za-z-]{1,40}")
TEAM = matching("team|zorg|recovery|eigen:[0-9A-Za-z-]{1,40}")
ZONE = matching("(?=.{1,64}\\Z)[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*){0,2}")
RECIPIENT = matching("age1[02-9ac-hj-np-z]{58}")
NATURAL, NATURAL_32, WHOLE = number(0, SAFE), number(0, 2**32 - 1), number(-SAFE, SAFE)
CODES = each(CODE)
uuid = matching("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ATTACHMENT = members(sha256=HASH, sizeBytes=NATURAL, **{"class": matching("photo|audio")})
REFERENCE = maybe(members(device=uuid, entity=uuid))
ENVELOPE = members(payloadType=text, payload=text, signatures=each(members(keyid=HASH, sig=text)))
OPEN = {
    "inspection": members(
        kind=text, placeKind=CODE, district=maybe(CODE), organisations=CODES, ground=CODE),
    "observation": members(
        kind=text, placeKind=CODE, district=maybe(CODE), forms=CODES, indicators=CODES, basis=CODE, urgency=CODE,
        actions=CODES, level=matching("team|zorg|eigen"), personCount=NATURAL_32, attachmentCount=NATURAL_32),
    "participation": members(
        kind=text, organisation=CODE, role=CODE, closedWith=maybe(NATURAL_32), joinKey=maybe(public_key),
        proof=maybe(lambda value: strict_base64(text(value), 64))),
    "contact": members(kind=text, followUp=CODE, level=matching("team|zorg|eigen")),
}


def open_part(value):
    if not isinstance(value, dict) or value.get("kind") not in list(OPEN):
        raise Malformed()
    return OPEN[value["kind"]](value)


SHAPES = {
    "keydir": members(
        tenant=TENANT, municipality=text, timeZone=ZONE, epoch=NATURAL, issuedAt=moment, notAfter=moment,
        previous=each(HASH), rootKey=public_key,
        receiptKeys=each(public_key, RECEIPT_KEYS),
        contentKey=public_key, vocabulary=members(version=NATURAL_32, sha256=HASH),
        recipients=each(members(name=TEAM, recipient=recipient))),
    "device-certificate": members(
        tenant=TENANT, device=uuid, publicKey=public_key, organisation=CODE, enrolment=HASH, enrolledAt=moment),
    "enrol": members(publicKey=public_key, challenge=HASH, chain=uuid, appVersion=text, madeAt=moment),
    "operation": members(
        tenant=TENANT, device=uuid, operation=uuid, action=matching("create|amend|retract"), entity=uuid,
        inspection=REFERENCE, vocabularyVersion=NATURAL_32, finalisedAt=moment, clockOffsetSeconds=maybe(WHOLE),
        observedAt=moment, open=open_part,
        sealed=members(sha256=HASH, sizeBytes=NATURAL, recipients=each(TEAM), epoch=NATURAL),
        attachments=each(ATTACHMENT)),
    "batch": members(
        tenant=TENANT, device=uuid, chain=uuid, seq=NATURAL, prev=maybe(HASH), batch=uuid, madeAt=moment, bootId=uuid,
        monotonicMs=NATURAL, lastReceipt=maybe(HASH), continues=maybe(uuid), keyEpoch=NATURAL, schema=NATURAL_32,
        appVersion=text, operations=each(members(operation=uuid, sha256=HASH)), attachments=each(ATTACHMENT)),
    "receipt": members(
        tenant=TENANT, device=uuid, deviceKey=public_key, chain=uuid, seq=NATURAL, batchHash=HASH, receivedAt=moment,
        logOrigin=text, leafIndex=NATURAL, missingAttachments=each(HASH), quarantined=flag),
    "attachment-receipt": members(
        tenant=TENANT, device=uuid, operation=uuid, sha256=HASH, sizeBytes=NATURAL, receivedAt=moment, logOrigin=text),
}


# ---------------------------------------------------------------- keys (RFC 8032) and signatures (openssl)

P = 2**255 - 19
D = -121665 * pow(121666, P - 2, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493


def add(one, other):
    """The sum of two points of edwards25519 in extended coordinates (RFC 8032, section 5.1.4)."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(count, point):
    total = (0, 1, 1, 0)
    while count:
        if count & 1:
            total = add(total, point)
        point, count = add(point, point), count >> 1
    return total


def is_zero(point):
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0


@functools.lru_cache(maxsize=None)
def is_sound_key(raw):
    """Whether it is the one encoding of a point of the large prime order: any other key signs more than its owner."""
    y, sign = int.from_bytes(raw, "little") & (2**255 - 1), raw[31] >> 7
    if y >= P:
        return False
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return False
    x = P - x if x & 1 != sign else x
    point = (x, y, 1, x * y % P)
    return not is_zero(times(8, point)) and is_zero(times(ORDER, point))


def pae(kind, body):
    """What is signed (DSSE v1)."""
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


class Openssl:
    """openssl, after it has proven itself on a signature whose answer is known."""

    def __init__(self, program, evidence):
        self.evidence = os.path.realpath(evidence)
        self.program = self.found(program)
        self.folder = self.workplace()
        self.prove()

    def is_inside(self, path):
        try:
            return os.path.commonpath([self.evidence, os.path.realpath(path)]) == self.evidence
        except ValueError:  # on another drive
            return False

    def workplace(self):
        """A folder for temporary files, made where it leaves the dossier alone."""
        named = [os.environ[name] for name in ("TMPDIR", "TEMP", "TMP") if os.environ.get(name)]
        for above in named + ["/tmp", "/var/tmp", os.path.expanduser("~")]:
            if os.path.isabs(above) and not self.is_inside(above):
                try:
                    return tempfile.TemporaryDirectory(prefix="baken-check-", dir=above)
                except OSError:
                    continue
        raise CannotCheck("there is no place for temporary files outside the dossier; set TMPDIR")

    def found(self, program):
        """An openssl that lies in the dossier, or is found by way of the current folder, is not taken."""
        if program:
            return os.path.abspath(program)
        for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
            for name in ("openssl", "openssl.exe"):
                path = os.path.join(folder, name)
                if os.path.isabs(path) and os.path.isfile(path) and os.access(path, os.X_OK) \
                        and not self.is_inside(path):
                    return path
        raise CannotCheck(
            "there is no openssl on this computer. Install OpenSSL 3, or name one with --openssl FILE, "
            "or use `baken-backend check`")

    def run(self, *arguments):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("OPENSSL", "SSL"))}
        try:
            return subprocess.run(
                (self.program,) + arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, env=environment, timeout=60, cwd=self.folder.name)
        except (OSError, subprocess.SubprocessError) as error:
            raise CannotCheck("%s cannot be run: %s" % (self.program, error))

    def verifies(self, key, message, signature):
        """True or False when openssl said so in so many words; whatever else it says is no verdict."""
        try:
            # The key as SubjectPublicKeyInfo (RFC 8410), made here from its 32 bytes.
            for name, data in ("key", bytes.fromhex("302a300506032b6570032100") + key), ("message", message), \
                    ("signature", signature):
                with open(os.path.join(self.folder.name, name), "wb") as file:
                    file.write(data)
        except OSError as error:
            raise CannotCheck("temporary files cannot be written: %s" % error)
        done = self.run(
            "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-rawin", "-in", "message",
            "-sigfile", "signature")
        said = done.stdout.decode("utf-8", "replace")
        if done.returncode == 0 and "Signature Verified Successfully" in said:
            return True
        if done.returncode == 1 and "Signature Verification Failure" in said:
            return False
        raise CannotCheck(
            "%s (%s) cannot check Ed25519 signatures. Install OpenSSL 3 and name it with --openssl FILE, "
            "or use `baken-backend check`" % (self.program, self.version()))

    def version(self):
        return plain(self.run("version").stdout.decode("utf-8", "replace").strip()[:80]) or "of unknown version"

    def prove(self):
        """RFC 8032, section 7.1, test 3; altered, under another key, and with S not reduced it must fail."""
        key = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
        other = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        good = bytes.fromhex(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")
        larger = (int.from_bytes(good[32:], "little") + ORDER).to_bytes(32, "little")
        expected = (
            (True, key, b"\xaf\x82", good), (False, key, b"\xaf\x83", good), (False, other, b"\xaf\x82", good),
            (False, key, b"\xaf\x82", good[:32] + larger))
        if not is_sound_key(key) or is_sound_key(b"\x01" + bytes(31)):
            raise CannotCheck("this Python calculates wrongly")
        for holds, by, message, signature in expected:
            if self.verifies(by, message, signature) != holds:
                raise CannotCheck(
                    "%s (%s) answers wrongly to a signature that is known; use another" %
                    (self.program, self.version()))


# ---------------------------------------------------------------- the folder: every entry is accounted for

ENVELOPES = {
    "certificate.dsse.json": "device-certificate", "enrolment.dsse.json": "enrol",
    "operation.dsse.json": "operation", "batch.dsse.json": "batch", "receipt.dsse.json": "receipt",
}
KEYDIR_NAME = re.compile("keydir-([1-9][0-9]{0,15})[.]dsse[.]json")
ATTACHMENT_NAME = re.compile("([0-9a-f]{64})[.](age|receipt[.]dsse[.]json)")


def bound_of(name):
    """How many bytes a file of this name may have; None for a name that has no place in a dossier."""
    if name in ("dossier.json", PAGE_NAME):
        return PAGE_BYTES
    if name == "sealed.age":
        return SEALED_BYTES
    if name in ENVELOPES or KEYDIR_NAME.fullmatch(name):
        return ENVELOPE_BYTES
    found = ATTACHMENT_NAME.fullmatch(name[len("attachments/"):]) if name.startswith("attachments/") else None
    return None if not found else ATTACHMENT_BYTES if found.group(2) == "age" else ENVELOPE_BYTES


def kind_of(name):
    """The message that a file of this name holds; None for a file that is no message."""
    if name.startswith("keydir-"):
        return "keydir"
    if name.endswith(".receipt.dsse.json"):
        return "attachment-receipt"
    return ENVELOPES.get(name)


class Sized:
    """A file of which the size and the hash are kept, not the bytes."""

    def __init__(self, size, digest):
        self.size, self.sha256 = size, digest


class Dossier:
    """A folder's bytes, and what was found wrong with it."""

    def __init__(self, path):
        self.path, self.faults, self.notes, self.obstacles, self.files = path, [], [], [], {}
        self.directories = []

    def fault(self, code, *files):
        if len(self.faults) < FAULTS:
            self.faults.append({"code": code, "files": list(files), "says": SAYS[code]})

    def end_of_stage(self):
        if any(fault["code"] not in OF_AGE for fault in self.faults):
            raise Faults()

    def read_folder(self):
        top = self.entries("")
        for name in top:
            if name == "attachments" and self.is_folder(name):
                inner = self.entries("attachments/")
                if not inner:
                    self.fault("unexpected", name)
                for entry in inner:
                    self.take("attachments/" + entry)
            else:
                self.take(name)
        if "dossier.json" in self.files:
            self.read_edition()
        wanted = list(ENVELOPES) + ["dossier.json", PAGE_NAME, "sealed.age"]
        wanted += ["keydir-%d.dsse.json" % epoch for epoch in self.directories]
        seen = set(self.files) | {file for fault in self.faults for file in fault["files"]}
        for name in sorted(wanted):
            if name not in seen:
                self.fault("missing", name, *["dossier.json"] * name.startswith("keydir-"))
        for name in sorted(self.files):
            if name.startswith("keydir-") and self.directories and \
                    int(KEYDIR_NAME.fullmatch(name).group(1)) not in self.directories:
                self.fault("unexpected", name, "dossier.json")
        self.end_of_stage()

    def entries(self, below):
        names = []
        try:
            with os.scandir(os.fsencode(os.path.join(self.path, below))) as found:
                for entry in found:
                    names.append(entry.name)
                    if len(names) > ENTRIES:
                        self.fault("too-large", below or ".")
                        self.end_of_stage()
        except OSError as error:
            raise CannotCheck("%s cannot be read: %s" % (plain(os.path.join(self.path, below)), error.strerror))
        return [name.decode("utf-8", "replace") for name in sorted(names)]

    def is_folder(self, name):
        try:
            return stat.S_ISDIR(os.lstat(os.path.join(self.path, name)).st_mode)
        except OSError:
            return False

    def take(self, name):
        bound = bound_of(name)
        if bound is None and name != "attachments":
            return self.fault("unexpected", plain(name))
        path = os.path.join(self.path, *name.split("/"))
        try:
            if not stat.S_ISREG(os.lstat(path).st_mode) or name == "attachments":
                return self.fault("not-a-file", name)
            with open(path, "rb") as file:
                if os.fstat(file.fileno()).st_size > bound:
                    return self.fault("too-large", name)
                if bound != ATTACHMENT_BYTES:
                    self.files[name] = file.read(bound)
                    return None
                size, digest = 0, hashlib.sha256()
                for piece in iter(lambda: file.read(MIB), b""):
                    size += len(piece)
                    digest.update(piece)
                self.files[name] = Sized(size, digest.hexdigest())
        except OSError as error:
            raise CannotCheck("%s cannot be read: %s" % (name, error.strerror))

    def read_edition(self):
        data = self.files["dossier.json"]
        try:
            said, _ = strict_json(data)
            edition = number(1, SAFE)(said.get("dossier")) if isinstance(said, dict) else refuse(said)
            if edition > EDITION:
                raise CannotCheck(
                    "dossier.json says edition %d, and this verifier knows %d: get a newer one" % (edition, EDITION))
            read = members(dossier=NATURAL, keyDirectories=each(number(1, SAFE)))(said)
            epochs = read["keyDirectories"]
            written = b'{"dossier":%d,"keyDirectories":[%s]}\n' % (edition, ",".join(map(str, epochs)).encode())
            if written != data or len(epochs) not in (1, 2) or epochs != sorted(set(epochs)):
                raise Malformed()
            self.directories = epochs
        except Malformed:
            self.fault("format", "dossier.json")

    # ------------------------------------------------------------ the messages

    def read_forms(self):
        """Each message's envelope, which can be written in one way only, and the page."""
        self.check_page()
        self.envelopes = {}
        for name in sorted(self.files):
            if kind_of(name):
                self.read_form(name)
        self.end_of_stage()

    def read_form(self, name):
        data, expected = self.files[name], "application/vnd.baken.%s.v1+json" % kind_of(name)
        try:
            outer = canonical(ENVELOPE, data)
            if len(outer["signatures"]) != 1:
                raise Malformed()
            body, signature = strict_base64(outer["payload"]), strict_base64(outer["signatures"][0]["sig"], 64)
            if len(body) > PAYLOAD_BYTES:
                raise Malformed()
        except Malformed:
            return self.fault("envelope", name)
        if outer["payloadType"] != expected:
            return self.fault("payload-type", name)
        message = pae(expected.encode(), body)
        self.envelopes[name] = outer["signatures"][0]["keyid"], message, signature, body, sha256(message)
        return None

    def hash_of(self, name):
        return self.envelopes[name][4]

    def check_page(self):
        page = self.files[PAGE_NAME]
        named = re.findall(b"[0-9a-f]{64}", page)
        if len(named) != 1 or sha256(page.replace(named[0], b"0" * 64)) != PAGE:
            return self.fault("page", PAGE_NAME)
        try:
            with open(__file__, "rb") as file:
                own = sha256(file.read())
        except OSError as error:
            raise CannotCheck("this verifier cannot read itself: %s" % error.strerror)
        if named[0].decode() != own and named[0].decode() not in EARLIER_VERIFIERS:
            self.obstacles.append(
                "%s names the verifier %s, and this one is %s: find out which is the published one"
                % (PAGE_NAME, named[0].decode(), own))
        return None

    def payload(self, name):
        try:
            return canonical(SHAPES[kind_of(name)], self.envelopes[name][3])
        except Malformed:
            self.fault("payload", name)
            return None

    def named_root(self, name):
        """The root key a directory names. Nothing else of it is read before that key signed for it."""
        try:
            value, _ = strict_json(self.envelopes[name][3])
            return public_key(value.get("rootKey") if isinstance(value, dict) else None)
        except Malformed:
            return self.fault("payload", name)

    def signed(self, openssl, name, key, named_in):
        """The payload, once KEY's signature was found to hold."""
        keyid, message, signature, _, _ = self.envelopes[name]
        if keyid != sha256(key):
            return self.fault("unknown-key", name, *named_in)
        if not openssl.verifies(key, message, signature):
            return self.fault("signature", name)
        return self.payload(name)

    def by_receipt_key(self, openssl, name):
        """The payload of what a receipt key of the municipality signed. That of a closed one is read on, so that what
        contradicts it is found as well."""
        keys = self.newest["receiptKeys"]
        listed = [key for key in keys if sha256(key) == self.envelopes[name][0]]
        if not listed:
            return self.fault("unknown-key", name, self.newest_name)
        said = self.signed(openssl, name, listed[0], [self.newest_name])
        if said and listed[0] != keys[-1]:
            self.fault("closed-key", name, self.newest_name)
        return said

    def read_directories(self, openssl, root, newest):
        known = None
        for epoch in self.directories:
            name = "keydir-%d.dsse.json" % epoch
            key = self.named_root(name)
            if not key:
                continue
            if sha256(key) != root:
                self.fault("root", name)
                continue
            said = self.signed(openssl, name, key, [])
            if not said:
                continue
            if said["epoch"] != epoch or not is_sound_directory(said):
                self.fault("directory", name)
                continue
            if known and not may_follow(known[1], self.hash_of(known[0]), said):
                self.fault("succession", known[0], name)
            known = name, said
        self.end_of_stage()
        self.newest_name, self.newest = known
        if newest is not None and newest > self.newest["epoch"]:
            self.fault("older-directory", self.newest_name)

    def read_messages(self, openssl):
        self.certificate = self.by_receipt_key(openssl, "certificate.dsse.json")
        self.end_of_stage()
        device, named_in = self.certificate["publicKey"], ["certificate.dsse.json"]
        self.enrolment = self.signed(openssl, "enrolment.dsse.json", device, named_in)
        self.operation = self.signed(openssl, "operation.dsse.json", device, named_in)
        self.batch = self.signed(openssl, "batch.dsse.json", device, named_in)
        self.receipt = self.by_receipt_key(openssl, "receipt.dsse.json")
        self.arrivals = {
            name: self.by_receipt_key(openssl, name)
            for name in sorted(self.envelopes) if kind_of(name) == "attachment-receipt"}
        self.end_of_stage()

    # ------------------------------------------------------------ what they say of each other

    def compare(self):
        certificate, operation, batch = self.certificate, self.operation, self.batch

        def agree(holds, code, *files):
            if not holds:
                self.fault(code, *files)
        named = {name: name + ".dsse.json" for name in ("certificate", "enrolment", "operation", "batch", "receipt")}
        agree(certificate["tenant"] == self.newest["tenant"], "other-municipality",
              named["certificate"], self.newest_name)
        agree(self.enrolment["publicKey"] == certificate["publicKey"]
              and self.hash_of(named["enrolment"]) == certificate["enrolment"],
              "other-enrolment", named["enrolment"], named["certificate"])
        if not is_sound_operation(operation):
            self.fault("record", named["operation"])
        for name, said in ("operation", operation), ("batch", batch), ("receipt", self.receipt):
            agree([said["tenant"], said["device"]] == [certificate["tenant"], certificate["device"]],
                  "other-device", named[name], named["certificate"])
        # A batch of the second schema brings corrections alone, whose sealed part says why; one of the third observations alone.
        listed = {1: True, 2: operation["action"] != "create", 3: operation["open"]["kind"] == "observation"}
        if not listed.get(batch["schema"], False):
            self.fault("record", named["batch"])
        reference = {"operation": operation["operation"], "sha256": self.hash_of(named["operation"])}
        if reference not in batch["operations"] or any(
                attachment not in batch["attachments"] for attachment in operation["attachments"]):
            self.fault("listing", named["batch"], named["operation"])
        agree(self.receipt["deviceKey"] == certificate["publicKey"],
              "other-key", named["receipt"], named["certificate"])
        agree([self.receipt["chain"], self.receipt["seq"], self.receipt["batchHash"]]
              == [batch["chain"], batch["seq"], self.hash_of(named["batch"])],
              "other-batch", named["receipt"], named["batch"])
        agree(certificate["enrolledAt"].key <= self.receipt["receivedAt"].key,
              "before-enrolment", named["receipt"], named["certificate"])
        self.compare_bytes("sealed.age", len(self.files["sealed.age"]), sha256(self.files["sealed.age"]),
                           operation["sealed"])
        self.compare_directories()
        self.compare_attachments()
        self.end_of_stage()

    def compare_bytes(self, name, size, digest, reference):
        if (size, digest) != (reference["sizeBytes"], reference["sha256"]):
            self.fault("hash", name, "operation.dsse.json")

    def compare_directories(self):
        epoch = self.operation["sealed"]["epoch"]
        for held in self.directories:
            if held not in (epoch, self.newest["epoch"]):
                self.fault("unexpected", "keydir-%d.dsse.json" % held)
        if epoch not in self.directories:
            self.notes.append({
                "code": "no-sealing-directory",
                "says": "the key directory %d, under which it was sealed, is not here, so it cannot be shown to whose "
                        "keys it was sealed" % epoch})

    def compare_attachments(self):
        operation, listed = self.operation, set()
        for attachment in operation["attachments"]:
            name = "attachments/%s.age" % attachment["sha256"]
            receipt = "attachments/%s.receipt.dsse.json" % attachment["sha256"]
            listed |= {name, receipt}
            for wanted in name, receipt:
                if wanted not in self.files:
                    self.fault("missing", wanted)
            if name in self.files:
                self.compare_bytes(name, self.files[name].size, self.files[name].sha256, attachment)
            if receipt in self.files:
                said = self.arrivals[receipt]
                if any(said[field] != operation[field] for field in ("tenant", "device", "operation")) or \
                        any(said[field] != attachment[field] for field in ("sha256", "sizeBytes")):
                    self.fault("other-attachment", receipt, "operation.dsse.json")
                if said["receivedAt"].key < self.certificate["enrolledAt"].key:
                    self.fault("before-enrolment", receipt, "certificate.dsse.json")
        for name in sorted(self.files):
            if name.startswith("attachments/") and name not in listed:
                self.fault("unexpected", name)

    def summary(self):
        operation, receipt = self.operation, self.receipt
        return {
            "record": "%s.%s" % (operation["device"], operation["operation"]),
            "action": operation["action"],
            "municipality": plain(self.newest["municipality"]),
            "organisation": self.certificate["organisation"],
            "deviceKey": sha256(self.certificate["publicKey"]),
            "finalisedAt": operation["finalisedAt"],
            "clockOffsetSeconds": operation["clockOffsetSeconds"],
            "receivedAt": receipt["receivedAt"],
            "receiptNumber": receipt["leafIndex"] + 1,
            "logOrigin": plain(receipt["logOrigin"]),
            "chain": receipt["chain"],
            "seq": receipt["seq"],
            "quarantined": receipt["quarantined"],
            "keyDirectory": {"epoch": self.newest["epoch"], "issuedAt": self.newest["issuedAt"]},
            "attachments": [
                {"sha256": attachment["sha256"],
                 "receivedAt": self.arrivals["attachments/%s.receipt.dsse.json" % attachment["sha256"]]["receivedAt"]}
                for attachment in operation["attachments"]],
        }


def is_sound_directory(said):
    """A receipt key in use, the last; no key for two purposes; the recovery key among the recipients; all before it."""
    names = [entry["name"] for entry in said["recipients"]]
    every = said["receiptKeys"] + [said["rootKey"], said["contentKey"]]
    return bool(
        said["receiptKeys"] and len(set(every)) == len(every)
        and len(set(names)) == len(names) and "recovery" in names
        and said["epoch"] - 1 == len(said["previous"]) and said["vocabulary"]["version"] > 0)


def may_follow(known, known_hash, later):
    """Whether the directory LATER may come after KNOWN, which it names at its place, however many were skipped."""
    steps = later["epoch"] - known["epoch"]
    version, before = later["vocabulary"]["version"], known["vocabulary"]["version"]
    kept = later["receiptKeys"][:len(known["receiptKeys"])] == known["receiptKeys"]
    return kept and later["rootKey"] == known["rootKey"] and later["tenant"] == known["tenant"] \
        and later["previous"][known["epoch"] - 1:known["epoch"]] == [known_hash] and version - before <= steps \
        and (version > before or later["vocabulary"] == known["vocabulary"])


def is_sound_operation(said):
    """What the shape cannot say: sizes, counts, and to whom it may be sealed."""
    part, attachments, sealed = said["open"], said["attachments"], said["sealed"]
    if not 1 <= sealed["sizeBytes"] <= SEALED_BYTES or sealed["epoch"] == 0 or len(attachments) > 20:
        return False
    if any(not 1 <= attachment["sizeBytes"] <= ATTACHMENT_BYTES for attachment in attachments):
        return False
    if len({attachment["sha256"] for attachment in attachments}) != len(attachments):
        return False
    if said["inspection"] == {"device": said["device"], "entity": said["entity"]}:
        return False
    level = part.get("level", "team")
    if len(sealed["recipients"]) != 2 or sealed["recipients"][1] != "recovery" or \
            (sealed["recipients"][0].split(":")[0]) != level:
        return False
    if part["kind"] == "inspection":
        return len(part["organisations"]) <= 50 and said["inspection"] is None and not attachments
    if part["kind"] == "participation":
        started = said["inspection"] is not None and said["inspection"]["device"] == said["device"]
        return said["inspection"] is not None and not attachments \
            and (part["joinKey"] is not None) == started and (part["proof"] is None) == started
    if part["kind"] == "contact":
        return not attachments
    return part["attachmentCount"] == len(attachments) and part["personCount"] <= 50 and all(
        len(part[codes]) <= 200 for codes in ("forms", "indicators", "actions"))


def fingerprint(given):
    """64 digits, however they were written down: in capitals, in groups with whatever space or stroke between them."""
    folded = "".join(c for c in given if c.isalnum()).lower()
    folded = folded[len("sha256"):] if folded.startswith("sha256") else folded
    if not re.fullmatch("[0-9a-f]{64}", folded):
        raise CannotCheck("this is not a fingerprint: 64 digits (0-9, a-f) are expected, in groups or not")
    return folded


def check(path, root, newest, program):
    dossier, record = Dossier(path), None
    try:
        given = fingerprint(root)
        openssl = Openssl(program, path)
        dossier.read_folder()
        dossier.read_forms()
        dossier.read_directories(openssl, given, newest)
        dossier.read_messages(openssl)
        dossier.compare()
        if dossier.faults:
            # Signed with a closed key: nothing it says is told, since whoever got hold of that key could have said it.
            raise Faults()
        record = dossier.summary()
        if record["quarantined"]:
            dossier.notes.append({
                "code": "quarantined",
                "says": "the record was set apart: when the municipality received it, the device had been revoked"})
    except Faults:
        pass
    except CannotCheck as reason:
        dossier.obstacles.append(str(reason))
    if any(fault["code"] not in OF_AGE for fault in dossier.faults):
        verdict = "does-not-hold"
    elif dossier.obstacles:
        # Whatever was not looked at may not hold, or may: that it is old as well is no verdict.
        verdict = "cannot-check"
    else:
        verdict = "export-anew" if dossier.faults else "holds"
    return {"verdict": verdict, "faults": dossier.faults, "obstacles": dossier.obstacles, "notes": dossier.notes,
            "record": record}


def compared(offset):
    if offset is None:
        return "that clock had not met the municipality's before"
    return "that clock was %d s %s the municipality's when they last met, as the device signed" % (
        abs(offset), "ahead of" if offset < 0 else "behind")


def told(report):
    for fault in report["faults"]:
        what = "PROVES NOTHING ANY MORE" if fault["code"] in OF_AGE else "DOES NOT HOLD"
        yield "%s: %s: %s [%s]" % (what, " and ".join(fault["files"]), fault["says"], fault["code"])
    for obstacle in report["obstacles"]:
        yield "CANNOT CHECK HERE: " + plain(obstacle)
    record = report["record"]
    if record:
        yield "record %(record)s (%(action)s), of %(organisation)s in %(municipality)s" % record
        yield "signed %(finalisedAt)s by the device's clock, with key %(deviceKey)s" % record
        yield compared(record["clockOffsetSeconds"])
        yield "received %(receivedAt)s as number %(receiptNumber)d of log %(logOrigin)s" % record
        for attachment in record["attachments"]:
            yield "attachment %(sha256)s received whole %(receivedAt)s" % attachment
        yield "below key directory %d, signed %s" % (
            record["keyDirectory"]["epoch"], record["keyDirectory"]["issuedAt"])
    for note in report["notes"]:
        yield "NOTE: " + note["says"]
    yield {
        "holds": "The dossier HOLDS / het dossier KLOPT",
        "does-not-hold": "The dossier DOES NOT HOLD / het dossier KLOPT NIET",
        "export-anew": "The dossier PROVES NOTHING ANY MORE: ask the municipality to EXPORT IT ANEW / "
                       "het dossier BEWIJST NIETS MEER: vraag de gemeente het OPNIEUW te maken",
        "cannot-check": "It CANNOT BE CHECKED HERE, which says nothing about the dossier / "
                        "het kan HIER NIET worden nagegaan, wat niets zegt over het dossier",
    }[report["verdict"]]


def main():
    arguments = argparse.ArgumentParser(prog="check.py", description="Checks a dossier of Baken.")
    arguments.add_argument("dossier", help="the folder")
    arguments.add_argument("--root", required=True, nargs="+", metavar="FINGERPRINT",
                           help="the fingerprint of the municipality's root key, asked from the municipality")
    arguments.add_argument("--key-directory", type=int, metavar="NUMBER",
                           help="the number of the municipality's newest key directory, asked in the same way")
    arguments.add_argument("--json", action="store_true", help="print JSON")
    arguments.add_argument("--openssl", metavar="FILE", help="the openssl to use")
    given = arguments.parse_args()
    report = check(given.dossier, "".join(given.root), given.key_directory, given.openssl)
    if given.json:
        print(json.dumps(report, indent=2))
    else:
        for line in told(report):
            print(line)
    return {"holds": 0, "does-not-hold": 1, "cannot-check": 2, "export-anew": 3}[report["verdict"]]


def ended():
    """How it ends. Python itself ends with 1 on what nobody foresaw, and 1 says that a dossier does not hold."""
    try:
        code = main()
        sys.stdout.flush()
        return code
    except Exception as error:
        # What cannot be printed once more is not tried again when Python ends.
        sys.stdout = None
        try:
            sys.stderr.write("CANNOT CHECK HERE: %s: %s\n" % (type(error).__name__, plain(str(error))))
        except (OSError, ValueError):
            pass
        return 2


if __name__ == "__main__":
    sys.exit(ended())
