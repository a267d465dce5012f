import base64, glob, hashlib, json, subprocess, sys
read, sha = lambda name: open(name, "rb").read(), lambda data: hashlib.sha256(data).hexdigest()
raw = {name: base64.b64decode("".join(open(name + ".pem").read().splitlines()[1:-1]))[-32:] for name in ("root", "receipt", "device")}
key = {name: base64.b64encode(data).decode() for name, data in raw.items()}
given = sys.argv[1] if len(sys.argv) > 1 else sys.exit("usage: check.py FINGERPRINT (of the root key, asked from the municipality)")
def signed(name, signer):  # DSSE: openssl checks the Ed25519 signature over the PAE; answers the payload and its hash
    envelope = json.loads(read(name + ".dsse.json")); kind, body = envelope["payloadType"].encode(), base64.b64decode(envelope["payload"])
    pae = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body); open("pae.bin", "wb").write(pae); open("sig.bin", "wb").write(base64.b64decode(envelope["signatures"][0]["sig"]))
    subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", signer + ".pem", "-rawin", "-in", "pae.bin", "-sigfile", "sig.bin"], check=True, stdout=subprocess.DEVNULL)
    return json.loads(body), sha(pae)
(directory, _), (enrolment, _), (batch, batch_hash), (operation, hash), (receipt, _) = [signed(*pair) for pair in (("keydir", "root"), ("enrolment", "device"), ("batch", "device"), ("operation", "device"), ("receipt", "receipt"))]
checks = {"the root key is the municipality's": sha(raw["root"]) == given, "the key directory names root and receipt key": [directory["rootKey"], directory["receiptKey"]] == [key["root"], key["receipt"]], "the device enrolled with this key": enrolment["publicKey"] == key["device"], "the batch lists this record": hash in [listed["sha256"] for listed in batch["operations"]], "the receipt is for this batch": [receipt[k] for k in ("batchHash", "chain", "seq")] == [batch_hash, batch["chain"], batch["seq"]], "the sealed part is the one signed": sha(read("sealed.age")) == operation["sealed"]["sha256"], "the attachments are those signed": sorted(sha(read(name)) for name in glob.glob("attachments/*.age")) == sorted(listed["sha256"] for listed in operation["attachments"])}
print("five signatures hold", *(("holds: " if holds else "DOES NOT HOLD: ") + what for what, holds in checks.items()), sep="\n")
print("record", operation["operation"], "signed", operation["finalisedAt"], "received", receipt["receivedAt"], "as entry", receipt["leafIndex"], "of", receipt["logOrigin"]) if all(checks.values()) else sys.exit(1)
