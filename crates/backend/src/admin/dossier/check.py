import base64, glob, hashlib, json, subprocess, sys, tempfile, os
root = "" if len(sys.argv) < 2 else sys.argv[1]  # the root key's fingerprint, from the municipality itself
sha, read, pem = lambda b: hashlib.sha256(b).hexdigest(), lambda n: open(n, "rb").read(), {}
for name in ("device", "receipt", "root"):
    pem[name] = base64.b64decode("".join(read(name + ".pem").decode().split("\n")[1:-2]))[-32:]
def signed(name, key):
    e = json.loads(read(name + ".dsse.json")); body = base64.b64decode(e["payload"]); t = e["payloadType"]
    pae = b"DSSEv1 %d %s %d %s" % (len(t), t.encode(), len(body), body); d = tempfile.mkdtemp(); m, s = d + "/m", d + "/s"
    open(m, "wb").write(pae); open(s, "wb").write(base64.b64decode(e["signatures"][0]["sig"]))
    subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key + ".pem", "-rawin", "-in", m, "-sigfile", s], check=True, stdout=-3)
    return json.loads(body), sha(pae)
(keydir, _), (enrol, _), (batch, bh), (op, oh), (receipt, _) = (signed(*x) for x in (("keydir", "root"), ("enrolment", "device"), ("batch", "device"), ("operation", "device"), ("receipt", "receipt")))
b64 = lambda name: base64.b64encode(pem[name]).decode()
files = {sha(read(f)) for f in glob.glob("attachments/*.age")}
for what, holds in {"the root key is the one you were given": not root or sha(pem["root"]) == root, "the key directory names the root and receipt keys": (keydir["rootKey"], keydir["receiptKey"]) == (b64("root"), b64("receipt")), "the enrolment is of this device's key": enrol["publicKey"] == b64("device"), "the batch lists this record": oh in [o["sha256"] for o in batch["operations"]] and op["device"] == batch["device"], "the receipt is for this batch": (receipt["batchHash"], receipt["chain"], receipt["seq"]) == (bh, batch["chain"], batch["seq"]), "the sealed part is the one signed": sha(read("sealed.age")) == op["sealed"]["sha256"], "the attachments are the ones signed": files == {a["sha256"] for a in op["attachments"]}}.items():
    print(("holds: " if holds else "DOES NOT HOLD: ") + what) or holds or sys.exit(1)
print("record", op["operation"], "signed", op["finalisedAt"], "received", receipt["receivedAt"], "as number", receipt["leafIndex"])
