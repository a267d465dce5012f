"""Checks this dossier with Python and openssl alone: python3 check.py FINGERPRINT

FINGERPRINT is that of the municipality's root key; ask the municipality for it.
"""
import base64
import glob
import hashlib
import json
import subprocess
import sys


def read(name):
    with open(name, "rb") as file:
        return file.read()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def signed(name, signer):
    """What NAME.dsse.json says, and the hash of what was signed, once openssl found SIGNER's signature to hold."""
    envelope = json.loads(read(name + ".dsse.json"))
    kind, body = envelope["payloadType"].encode(), base64.b64decode(envelope["payload"])
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)
    signature = base64.b64decode(envelope["signatures"][0]["sig"])
    for file, data in ("pae.bin", message), ("sig.bin", signature):
        with open(file, "wb") as out:
            out.write(data)
    verify = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", signer + ".pem", "-rawin"]
    done = subprocess.run(verify + ["-in", "pae.bin", "-sigfile", "sig.bin"], stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit("DOES NOT HOLD: the signature of %s.dsse.json with %s.pem" % (name, signer))
    print("holds: the signature of %s.dsse.json with %s.pem" % (name, signer))
    return json.loads(body), sha256(message)


def raw_key(name):
    """The key in NAME.pem: the last 32 bytes of what stands between its first and its last line."""
    return base64.b64decode(b"".join(read(name + ".pem").splitlines()[1:-1]))[-32:]


def check(holds, words):
    print(("holds: " if holds else "DOES NOT HOLD: ") + words)
    results.append(holds)


results = []
given = "".join(sys.argv[1:]).replace(" ", "")
if not given:
    sys.exit("usage: check.py FINGERPRINT (of the root key, asked from the municipality)")
root, receipt_key, device = raw_key("root"), raw_key("receipt"), raw_key("device")
directory, _ = signed("keydir", "root")
enrolment, _ = signed("enrolment", "device")
batch, batch_hash = signed("batch", "device")
operation, operation_hash = signed("operation", "device")
receipt, _ = signed("receipt", "receipt")
listed = [entry["sha256"] for entry in batch["operations"]]
held = sorted(sha256(read(name)) for name in glob.glob("attachments/*.age"))
named = sorted(attachment["sha256"] for attachment in operation["attachments"])

check(sha256(root) == given, "the root key is the municipality's")
check(base64.b64decode(directory["rootKey"]) == root, "the key directory names the root key")
check(
    receipt_key in [base64.b64decode(entry["key"]) for entry in directory["receiptKeys"]],
    "the key directory names the receipt key",
)
check(base64.b64decode(enrolment["publicKey"]) == device, "the device enrolled with this key")
check(operation_hash in listed, "the batch lists this record")
check(receipt["batchHash"] == batch_hash, "the receipt is for this batch")
check([receipt["chain"], receipt["seq"]] == [batch["chain"], batch["seq"]], "the receipt names the batch's place")
check(sha256(read("sealed.age")) == operation["sealed"]["sha256"], "the sealed part is the one signed")
check(held == named, "the attachments are those signed")
if not all(results):
    sys.exit(1)
print("record", operation["operation"], "signed", operation["finalisedAt"], "received", receipt["receivedAt"])
print("as entry", receipt["leafIndex"], "of", receipt["logOrigin"])
