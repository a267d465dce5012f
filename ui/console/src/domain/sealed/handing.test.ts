import { armor, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";

import { makeOwnKey, makePassphrase } from "../keys/ownKey";
import { handKeys, rewrap } from "./handing";
import { openKeyring } from "./keyring";
import { WrongPassphrase } from "./wrongPassphrase";

const PASSPHRASE = makePassphrase();

async function sealed(line: string, to: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(to);
  return armor.encode(await encrypter.encrypt(line));
}

/** A member who has the key of `team` under two directories. */
async function member() {
  const own = await makeOwnKey(PASSPHRASE);
  const team = await generateX25519Identity();
  const recipient = await identityToRecipient(team);
  const share = { team: "team", recipient, sealed: await sealed(team, own.recipient) };
  const teamKeys = [
    { ...share, epoch: 1 },
    { ...share, epoch: 2 },
  ];
  return { key: { login: "coordinator", recovery: "", ...own, teamKeys }, team, recipient };
}

describe("handKeys", () => {
  it("seals what is lacking to a colleague, who opens it with their own key", async () => {
    const { key, team, recipient } = await member();
    const theirs = makePassphrase();
    const colleague = await makeOwnKey(theirs);
    const names = [1, 2].map((epoch) => ({ team: "team", epoch, recipient }));
    const teamKeys = await handKeys(key, PASSPHRASE, colleague.recipient, names);
    expect(JSON.stringify(teamKeys)).not.toContain(team);
    const keyring = await openKeyring({ login: "nieuw", recovery: "", ...colleague, teamKeys }, theirs);
    expect(keyring).toEqual(
      new Map([
        ["team@1", team],
        ["team@2", team],
      ]),
    );
  });

  it("leaves out what this member has not, and what is named as another key", async () => {
    const { key, recipient } = await member();
    const { recipient: other } = await makeOwnKey(makePassphrase());
    const names = [
      { team: "zorg", epoch: 1, recipient },
      { team: "team", epoch: 9, recipient },
      { team: "team", epoch: 1, recipient: other },
    ];
    expect(await handKeys(key, PASSPHRASE, other, names)).toEqual([]);
  });

  it("hands on no key that stands under the names of two teams", async () => {
    const { key, recipient } = await member();
    const again = key.teamKeys.map((share) => ({ ...share, team: "zorg", epoch: 7 }));
    const names = [{ team: "team", epoch: 1, recipient }];
    const handed = await handKeys(
      { ...key, teamKeys: [...key.teamKeys, ...again] },
      PASSPHRASE,
      recipient,
      names,
    );
    expect(handed).toEqual([]);
  });

  it("hands nothing to whoever has not the passphrase", async () => {
    const { key, recipient } = await member();
    const names = [{ team: "team", epoch: 1, recipient }];
    await expect(handKeys(key, "geraden", recipient, names)).rejects.toBeInstanceOf(WrongPassphrase);
  });
});

describe("a passphrase that was made here", () => {
  it("opens the key however its groups were typed", async () => {
    const { key, team } = await member();
    for (const typed of [PASSPHRASE.replaceAll("-", ""), PASSPHRASE.toUpperCase().replaceAll("-", " ")])
      expect((await openKeyring(key, typed)).get("team@1")).toBe(team);
  });
});

describe("rewrap", () => {
  it("puts the same key under another passphrase, and the one before opens it no more", async () => {
    const { key, team } = await member();
    const chosen = makePassphrase();
    const wrapped = { ...key, wrappedIdentity: await rewrap(key, PASSPHRASE, chosen) };
    expect((await openKeyring(wrapped, chosen)).get("team@1")).toBe(team);
    await expect(openKeyring(wrapped, PASSPHRASE)).rejects.toBeInstanceOf(WrongPassphrase);
  });
});
