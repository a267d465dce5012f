import type { MemberKey } from "@baken/bindings";
import { Encrypter, armor, generateX25519Identity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";

import { keysFor, openKeyring } from "./keyring";
import { teamsWithoutKey } from "./teamKeys";
import { WrongPassphrase } from "./wrongPassphrase";

const PASSPHRASE = "hcoy-ptns-ebzy-7dfn";

let member = "";
let teamOne = "";
let teamTwo = "";
let care = "";
let key: MemberKey;

async function wrapped(line: string, passphrase: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(10); // the lowest that is quick to test with; it stands in the file itself
  return armor.encode(await encrypter.encrypt(line));
}

async function share(team: string, epoch: number, identity: string, to = member) {
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(to));
  return {
    team,
    epoch,
    recipient: await identityToRecipient(identity),
    sealed: armor.encode(await encrypter.encrypt(`${identity}\n`)),
  };
}

beforeAll(async () => {
  [member, teamOne, teamTwo, care] = await Promise.all([
    generateX25519Identity(),
    generateX25519Identity(),
    generateX25519Identity(),
    generateX25519Identity(),
  ]);
  key = {
    login: "coordinator",
    recipient: await identityToRecipient(member),
    wrappedIdentity: await wrapped(`${member}\n`, PASSPHRASE),
    recovery: "",
    teamKeys: [
      await share("team", 1, teamOne),
      await share("team", 2, teamTwo),
      await share("eigen:gemeente-velsen", 1, care),
    ],
  };
});

describe("openKeyring", () => {
  it("opens every team's key of every epoch", async () => {
    const keyring = await openKeyring(key, PASSPHRASE);
    expect(Object.fromEntries(keyring)).toEqual({
      "team@1": teamOne,
      "team@2": teamTwo,
      "eigen:gemeente-velsen@1": care,
    });
  });

  it.each([
    ["another", "hcoy-ptns-ebzy-7dfm"],
    ["an empty", ""],
    ["a longer", `${PASSPHRASE}x`],
  ])("says that %s passphrase is wrong", async (_name, passphrase) => {
    await expect(openKeyring(key, passphrase)).rejects.toBeInstanceOf(WrongPassphrase);
  });

  it("leaves out a share that cannot be opened, and opens the others", async () => {
    const damaged = { ...(await share("team", 2, teamTwo)), sealed: "not an age file" };
    const foreign = await share("zorg", 1, teamTwo, care);
    const teamKeys = [await share("team", 1, teamOne), damaged, foreign];
    expect(Object.fromEntries(await openKeyring({ ...key, teamKeys }, PASSPHRASE))).toEqual({
      "team@1": teamOne,
    });
  });

  it("opens with no share at all", async () => {
    expect(await openKeyring({ ...key, teamKeys: [], recovery: "" }, PASSPHRASE)).toEqual(new Map());
  });
});

describe("keysFor", () => {
  const keyring = new Map([
    ["team@1", "a"],
    ["team@2", "b"],
    ["zorg@1", "c"],
  ]);

  it("finds the keys of my teams, those of the epoch something was sealed under first", () => {
    expect(keysFor(keyring, ["team", "recovery"], 2)).toEqual(["b", "a"]);
    expect(keysFor(keyring, ["zorg", "team"], 1)).toEqual(["c", "a", "b"]);
  });

  it("finds the keys of other epochs where a restored register lacks that epoch, each once", () => {
    expect(keysFor(keyring, ["team", "recovery"], 3)).toEqual(["a", "b"]);
    const same = new Map([...keyring, ["team@3", "b"]]);
    expect(keysFor(same, ["team"], 3)).toEqual(["b", "a"]);
  });

  it("finds none where no team of mine may read it", () => {
    expect(keysFor(keyring, ["eigen:politie", "recovery"], 1)).toEqual([]);
    expect(keysFor(new Map([["eigen:politie@1", "d"]]), ["eigen:nla", "eigen"], 1)).toEqual([]);
  });
});

describe("teamsWithoutKey", () => {
  it("names the teams of which no epoch's key is there", () => {
    expect(
      teamsWithoutKey(["team@1", "eigen:politie@2"], ["team", "zorg", "eigen:politie", "eigen:nla"]),
    ).toEqual(["zorg", "eigen:nla"]);
    expect(teamsWithoutKey([], ["team"])).toEqual(["team"]);
  });
});
