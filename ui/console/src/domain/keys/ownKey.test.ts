import { armor, Decrypter, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";

import { isSamePassphrase, makeOwnKey, makePassphrase } from "./ownKey";

async function opened(wrapped: string, passphrase: string): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  return (await decrypter.decrypt(armor.decode(wrapped), "text")).trim();
}

describe("a key that is made here", () => {
  it("is opened by the passphrase that was shown, and by no other", async () => {
    const passphrase = makePassphrase();
    const { recipient, wrappedIdentity } = await makeOwnKey(passphrase);
    expect(await identityToRecipient(await opened(wrappedIdentity, passphrase))).toBe(recipient);
    await expect(opened(wrappedIdentity, makePassphrase())).rejects.toThrow();
  });

  it("has a passphrase of five groups in which nothing looks like something else, another each time", () => {
    const made = Array.from({ length: 200 }, makePassphrase);
    for (const passphrase of made) expect(passphrase).toMatch(/^([a-kmnp-z2-9]{4}-){4}[a-kmnp-z2-9]{4}$/);
    expect(new Set(made).size).toBe(200);
  });

  it("is confirmed however the groups were typed", () => {
    expect(isSamePassphrase(" ABCD efgh-ijkm npqr stuv", "abcd-efgh-ijkm-npqr-stuv")).toBe(true);
    expect(isSamePassphrase("abcd-efgh-ijkm-npqr-stuw", "abcd-efgh-ijkm-npqr-stuv")).toBe(false);
  });
});
