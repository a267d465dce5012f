import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { KeyHolder } from "./keyHolder";
import type { KeyAnswer, KeyRequest } from "./keyProtocol";
import type { Keyring } from "./keyring";
import { WrongPassphrase } from "./wrongPassphrase";

const ORIGIN = "https://baken.example";
const SECRET = "AGE-SECRET-KEY-1QQQ";
const KEYRING: Keyring = new Map([["team@1", SECRET]]);
const KEY = { login: "coordinator", recipient: "age1", wrappedIdentity: "", teamKeys: [], recovery: "" };
const EXPECTED = { sha256: "", recipients: ["team"], epoch: 1, tenant: "GM0453", operation: "d.1" };
const UNTIL = Date.UTC(2026, 10, 24, 22);

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(Date.UTC(2026, 10, 24, 10));
});
afterEach(() => vi.useRealTimers());

function holder(open: () => Promise<Keyring> = () => Promise.resolve(KEYRING)) {
  return new KeyHolder(ORIGIN, () => Date.now(), open);
}

/** A page of `account`; it answers when it is asked whether it is there, unless it is `silent`. */
/** The real one: the clock of these tests is a false one. */
const nextTurn = globalThis.setImmediate;

function page(of: KeyHolder, account: string, { silent = false, origin = "" } = {}) {
  const heard: KeyAnswer[] = [];
  const take = of.connect({
    tell: (answer) => {
      heard.push(answer);
      if (answer.say === "there?" && !silent) take({ say: "here" }, origin);
    },
  });
  const say = (request: KeyRequest) => {
    take(request, origin);
  };
  say({ say: "hello", account });
  const state = () => {
    const states = heard.flatMap((answer) => (answer.say === "state" ? [answer.state] : []));
    return states.at(-1);
  };
  const answerTo = async (id: number) => {
    // Opening is the browser's own cryptography, which no false clock drives.
    for (let turns = 0; turns < 2000; turns += 1) {
      await vi.advanceTimersByTimeAsync(0);
      const answer = heard.find((answer) => "id" in answer && answer.id === id);
      if (answer) return answer;
      await new Promise((resolve) => nextTurn(resolve));
    }
    return undefined;
  };
  const open = (id = 1, until = UNTIL) => {
    say({ say: "open", id, account, key: KEY, passphrase: "geheim", until });
    return answerTo(id);
  };
  const unseal = (id: number) => {
    say({ say: "unseal", id, kind: "observation", sealed: new Uint8Array(), expected: EXPECTED });
    return answerTo(id);
  };
  return { heard, take, say, state, open, unseal, answerTo };
}

describe("KeyHolder", () => {
  it("tells every page of the account that the key is open, and no page what it is", async () => {
    const held = holder();
    const [here, there] = [page(held, "coordinator"), page(held, "coordinator")];
    expect(await here.open()).toEqual({ say: "done", id: 1, unsealed: null });
    const open = { open: true, teams: ["team@1"], closing: false };
    expect([here.state(), there.state(), page(held, "coordinator").state()]).toEqual([open, open, open]);
    await here.unseal(2);
    expect(JSON.stringify([here.heard, there.heard])).not.toContain(SECRET);
  });

  it("says that a passphrase is wrong, and stays closed", async () => {
    const here = page(
      holder(() => Promise.reject(new WrongPassphrase())),
      "coordinator",
    );
    expect(await here.open()).toEqual({ say: "refused", id: 1, reason: "wrong-passphrase" });
    expect(here.state()).toEqual({ open: false, because: "asked" });
  });

  it("unseals nothing after it was closed", async () => {
    const held = holder();
    const [here, there] = [page(held, "coordinator"), page(held, "coordinator")];
    await here.open();
    expect(await here.unseal(2)).toEqual({ say: "refused", id: 2, reason: "altered" });
    there.say({ say: "close" });
    expect(await here.unseal(3)).toEqual({ say: "refused", id: 3, reason: "closed" });
    expect(here.state()).toEqual({ open: false, because: "asked" });
  });

  it("seals and opens texts of reports for pages of the open key's account alone", async () => {
    const held = holder();
    const here = page(held, "coordinator");
    const at = { tenant: "GM0453", report: "M-2026-031", place: 1 };
    const directory = { payloadType: "", payload: "", signatures: [] };
    const words = { kind: "note", text: "zij", who: "", how: "" } as const;
    const seal = (id: number, of = here) => {
      of.say({ say: "seal-words", id, words, at, team: "team", directory });
      return of.answerTo(id);
    };
    const open = (id: number, of = here) => {
      const texts = [{ place: 1, epoch: 1, sealed: new Uint8Array() }];
      of.say({ say: "open-words", id, tenant: at.tenant, report: at.report, team: "team", texts });
      return of.answerTo(id);
    };
    const closed = (id: number) => ({ say: "refused", id, reason: "closed" });
    expect([await seal(2), await open(3)]).toEqual([closed(2), closed(3)]);
    await here.open(4);
    expect(await seal(5)).toEqual({ say: "refused", id: 5, reason: "seal-directory" });
    expect(await open(6)).toEqual({ say: "done", id: 6, unsealed: [{ place: 1, reason: "container" }] });
    const stranger = page(held, "other");
    expect([await seal(7, stranger), await open(8, stranger)]).toEqual([closed(7), closed(8)]);
  });

  it("hands out no text that was opened while the key was closed", async () => {
    const here = page(holder(), "coordinator");
    await here.open();
    const texts = [{ place: 1, epoch: 1, sealed: new Uint8Array() }];
    here.say({ say: "open-words", id: 2, tenant: "GM0453", report: "M-2026-031", team: "team", texts });
    here.say({ say: "close" });
    expect(await here.answerTo(2)).toEqual({ say: "refused", id: 2, reason: "closed" });
  });

  it("hands out nothing that was unsealed while it was closed", async () => {
    const here = page(holder(), "coordinator");
    await here.open();
    here.say({ say: "unseal", id: 2, kind: "contact", sealed: new Uint8Array(), expected: EXPECTED });
    here.say({ say: "close" });
    expect(await here.answerTo(2)).toEqual({ say: "refused", id: 2, reason: "closed" });
  });

  it("opens no key that was closed while it was being opened", async () => {
    let done: (keyring: Keyring) => void = () => undefined;
    const held = holder(() => new Promise((resolve) => (done = resolve)));
    const here = page(held, "coordinator");
    here.say({ say: "open", id: 1, account: "coordinator", key: KEY, passphrase: "geheim", until: UNTIL });
    here.say({ say: "close" });
    done(KEYRING);
    expect(await here.answerTo(1)).toEqual({ say: "refused", id: 1, reason: "closed" });
    expect(here.state()).toEqual({ open: false, because: "asked" });
  });

  it("refuses a page of another account, and closes for its being there", async () => {
    const held = holder();
    const [here, there] = [page(held, "coordinator"), page(held, "agent")];
    await here.open();
    expect(there.state()).toEqual({ open: false, because: "asked" });
    expect(await there.unseal(2)).toEqual({ say: "refused", id: 2, reason: "closed" });
    there.say({ say: "close" });
    expect(here.state()).toMatchObject({ open: true });
    page(held, "agent");
    expect(here.state()).toEqual({ open: false, because: "asked" });
  });

  it("opens no key for an account that is not the page's, nor for one that another came before", async () => {
    let done: (keyring: Keyring) => void = () => undefined;
    const held = holder(() => new Promise((resolve) => (done = resolve)));
    const here = page(held, "coordinator");
    here.say({ say: "open", id: 1, account: "agent", key: KEY, passphrase: "geheim", until: UNTIL });
    expect(await here.answerTo(1)).toEqual({ say: "refused", id: 1, reason: "closed" });
    here.say({ say: "open", id: 2, account: "coordinator", key: KEY, passphrase: "geheim", until: UNTIL });
    page(held, "agent");
    done(KEYRING);
    expect(await here.answerTo(2)).toEqual({ say: "refused", id: 2, reason: "closed" });
  });

  it("searches for pages of its own account, and hands out nothing once it is closed", async () => {
    const held = holder();
    const [here, there] = [page(held, "coordinator"), page(held, "agent")];
    const parts = [{ sealed: new Uint8Array(), expected: EXPECTED }];
    const search = (of: typeof here, id: number) => {
      of.say({ say: "search", id, words: ["kluis"], parts });
      return of.answerTo(id);
    };
    await here.open();
    expect(await search(here, 2)).toEqual({ say: "done", id: 2, unsealed: { found: [], unread: 1 } });
    expect(await search(there, 3)).toEqual({ say: "refused", id: 3, reason: "closed" });
    here.say({ say: "search", id: 4, words: ["kluis"], parts });
    here.say({ say: "close" });
    expect(await here.answerTo(4)).toEqual({ say: "refused", id: 4, reason: "closed" });
  });

  it("opens what the recovery key opens, and says that something else is none", async () => {
    const here = page(holder(), "coordinator");
    const line = await generateX25519Identity();
    const recipient = await identityToRecipient(line);
    const open = (id: number, line: string, account = "coordinator") => {
      here.say({ say: "open-recovery", id, account, line, recipient, until: UNTIL });
      return here.answerTo(id);
    };
    expect(await open(1, "AGE-SECRET-KEY-1QQQ")).toEqual({
      say: "refused",
      id: 1,
      reason: "wrong-passphrase",
    });
    const another = await generateX25519Identity();
    expect(await open(4, another)).toEqual({ say: "refused", id: 4, reason: "wrong-passphrase" });
    expect(await open(2, line, "agent")).toEqual({ say: "refused", id: 2, reason: "closed" });
    expect(here.state()).toMatchObject({ open: false });
    expect(await open(3, ` ${line.toLowerCase().slice(0, 40)} ${line.slice(40)}\n`)).toEqual({
      ...{ say: "done", id: 3, unsealed: null },
    });
    expect(here.state()).toEqual({ open: true, teams: ["recovery@0"], closing: false });
  });

  it("hands no key on and wraps none for a page of another account, nor without the passphrase", async () => {
    const here = page(holder(), "coordinator");
    await here.open();
    const ask = (id: number, account: string) => {
      const order = { id, account, key: KEY, passphrase: "geraden" };
      here.say(
        id % 2 === 0
          ? { say: "hand", ...order, to: KEY.recipient, names: [] }
          : { say: "rewrap", ...order, chosen: "x" },
      );
      return here.answerTo(id);
    };
    for (const id of [2, 3]) expect(await ask(id, "agent")).toEqual({ say: "refused", id, reason: "closed" });
    // The key is open, and that is not enough.
    for (const id of [4, 5])
      expect(await ask(id, "coordinator")).toEqual({ say: "refused", id, reason: "wrong-passphrase" });
  });

  it("answers no page that went away or never said whose it is", async () => {
    const held = holder();
    const here = page(held, "coordinator");
    await here.open();
    const there = page(held, "coordinator");
    there.say({ say: "bye" });
    expect(await there.unseal(2)).toEqual({ say: "refused", id: 2, reason: "closed" });
  });

  it("hears nothing from another origin", async () => {
    const held = holder();
    const here = page(held, "coordinator");
    await here.open();
    const elsewhere = page(held, "coordinator", { origin: "https://elsewhere.example" });
    expect(elsewhere.heard).toEqual([]);
    expect(await elsewhere.unseal(2)).toBeUndefined();
    elsewhere.say({ say: "close" });
    expect(here.state()).toMatchObject({ open: true });
  });

  it.each([
    ["nothing", null],
    [
      "more than is searched at a time",
      {
        say: "search",
        id: 9,
        words: [],
        parts: Array.from({ length: 51 }, () => ({ sealed: new Uint8Array(), expected: EXPECTED })),
      },
    ],
    [
      "more words than are looked for",
      { say: "search", id: 9, words: Array.from({ length: 9 }, () => "a"), parts: [] },
    ],
    ["words", "close"],
    ["no request", { say: "key" }],
    ["an account that is none", { say: "hello", account: 1 }],
    ["bytes that are none", { say: "unseal", id: 9, kind: "observation", sealed: "x", expected: EXPECTED }],
    [
      "a kind that is none",
      { say: "unseal", id: 9, kind: "key", sealed: new Uint8Array(), expected: EXPECTED },
    ],
  ])("does nothing on %s", async (_name, data) => {
    const here = page(holder(), "coordinator");
    await here.open();
    const before = here.heard.length;
    here.take(data, "");
    await vi.advanceTimersByTimeAsync(0);
    expect(here.heard).toHaveLength(before);
    expect(here.state()).toMatchObject({ open: true });
  });

  it("closes when no page is left, and not for one that is loaded anew", async () => {
    const held = holder();
    const here = page(held, "coordinator");
    await here.open();
    here.say({ say: "bye" });
    vi.advanceTimersByTime(4_000);
    const anew = page(held, "coordinator");
    expect(anew.state()).toMatchObject({ open: true });
    vi.advanceTimersByTime(60_000);
    expect(anew.state()).toMatchObject({ open: true });
    anew.say({ say: "bye" });
    vi.advanceTimersByTime(11_000);
    expect(page(held, "coordinator").state()).toMatchObject({ open: false });
  });

  it("closes when no page answers any more", async () => {
    const held = holder();
    const here = page(held, "coordinator", { silent: true });
    await here.open();
    vi.advanceTimersByTime(80_000);
    expect(page(held, "coordinator").state()).toMatchObject({ open: false });
  });

  it("tells a page that was held up, by a dialog say, that the key closed, and how it stands when it is back", async () => {
    const held = holder();
    const [here, heldUp] = [page(held, "coordinator"), page(held, "coordinator", { silent: true })];
    await here.open();
    vi.advanceTimersByTime(2 * 60_000);
    here.say({ say: "close" });
    expect(heldUp.state()).toEqual({ open: false, because: "asked" });
    await here.open(2);
    expect(heldUp.state()).toMatchObject({ open: false });
    heldUp.say({ say: "seen" });
    expect(heldUp.state()).toMatchObject({ open: true });
  });

  it("closes after a quarter of an hour without a touch, and says a minute before that it will", async () => {
    const here = page(holder(), "coordinator");
    await here.open();
    vi.advanceTimersByTime(14 * 60_000);
    expect(here.state()).toMatchObject({ open: true, closing: true });
    here.say({ say: "touched" });
    expect(here.state()).toMatchObject({ open: true, closing: false });
    vi.advanceTimersByTime(15 * 60_000);
    expect(here.state()).toEqual({ open: false, because: "idle" });
  });

  it("closes on what a page says that was shown again after a sleep", async () => {
    const here = page(holder(), "coordinator");
    await here.open();
    vi.setSystemTime(Date.now() + 16 * 60_000);
    here.say({ say: "seen" });
    expect(here.state()).toEqual({ open: false, because: "idle" });
  });

  it("closes at the session's end, and opens none after it", async () => {
    const here = page(holder(), "coordinator");
    await here.open(1, Date.now() + 60_000);
    vi.advanceTimersByTime(66_000);
    expect(here.state()).toMatchObject({ open: false });
    expect(await here.open(2, Date.now())).toEqual({ say: "refused", id: 2, reason: "closed" });
  });
});
