import { describe, expect, it, vi } from "vitest";

import { HeldKey, KeyClosed, type OpenKey } from "./heldKey";
import type { KeyLine } from "./keyLine";
import type { KeyAnswer, KeyRequest } from "./keyProtocol";
import { UnsealError } from "./unsealed";

const EXPECTED = { sha256: "", recipients: ["team"], epoch: 1, tenant: "GM0453", operation: "d.1" };
const OPEN: KeyAnswer = { say: "state", state: { open: true, teams: ["team@1"], closing: false } };

type End = { told: KeyRequest[]; answer: (answer: KeyAnswer) => void; breaks: () => void };

/** A page, and a line on which the test answers. */
function page() {
  const lines: End[] = [];
  const line = (reach: "browser" | "tab") => (): KeyLine => {
    const end: End = { told: [], answer: () => undefined, breaks: () => undefined };
    lines.push(end);
    return {
      reach,
      tell: (request) => void end.told.push(request),
      listen: (heard) => void (end.answer = heard),
      onbroken: (broken) => void (end.breaks = broken),
    };
  };
  const opened = vi.fn<(key: OpenKey, closing: boolean) => void>();
  const closed = vi.fn();
  const held = new HeldKey({ opened, closed }, line("browser"), line("tab"));
  const at = (index: number) => {
    const found = lines[index];
    if (!found) throw new Error("no such line");
    return found;
  };
  return { held, at, opened, closed, key: () => opened.mock.lastCall?.[0] };
}

describe("HeldKey", () => {
  it("is one key for as long as it is open, whatever there is to say of it", () => {
    const { at, opened } = page();
    at(0).answer(OPEN);
    at(0).answer({ say: "state", state: { open: true, teams: ["team@1"], closing: true } });
    expect(opened.mock.calls[1]?.[0]).toBe(opened.mock.calls[0]?.[0]);
    expect(opened.mock.calls.map(([, closing]) => closing)).toEqual([false, true]);
  });

  it("gives each answer to whoever asked for it", async () => {
    const { at, key } = page();
    at(0).answer(OPEN);
    const [first, second] = [1, 2].map(() => key()?.unseal("contact", new Uint8Array(), EXPECTED));
    at(0).answer({ say: "refused", id: 2, reason: "altered" });
    at(0).answer({ say: "done", id: 1, unsealed: "one" });
    at(0).answer({ say: "done", id: 1, unsealed: "another" });
    expect(await first).toBe("one");
    await expect(second).rejects.toEqual(new UnsealError("altered"));
  });

  it("is closed here before the holder says so", () => {
    const { held, at, closed } = page();
    held.belongsTo("coordinator");
    at(0).answer(OPEN);
    closed.mockClear();
    held.close();
    expect(closed).toHaveBeenCalledOnce();
    expect(at(0).told.at(-1)).toEqual({ say: "close" });
  });

  it("says that the page is there, and who is", () => {
    const { held, at } = page();
    held.belongsTo("coordinator");
    held.belongsTo("coordinator");
    at(0).answer({ say: "there?" });
    held.belongsTo("agent");
    held.belongsTo(null);
    expect(at(0).told).toEqual([
      { say: "hello", account: "coordinator" },
      { say: "here" },
      { say: "hello", account: "agent" },
      { say: "bye" },
    ]);
  });

  it("asks for no key where nobody is signed in", async () => {
    const key = { login: "", recipient: "", wrappedIdentity: "", teamKeys: [], recovery: "" };
    await expect(page().held.open(key, "geheim", 0)).rejects.toBeInstanceOf(KeyClosed);
  });

  it("is a key of this tab alone where the shared holder breaks, and whoever waited is told", async () => {
    const { held, at, key, closed } = page();
    held.belongsTo("coordinator");
    at(0).answer(OPEN);
    const waiting = key()?.unseal("contact", new Uint8Array(), EXPECTED);
    closed.mockClear();
    at(0).breaks();
    await expect(waiting).rejects.toBeInstanceOf(KeyClosed);
    expect(closed).toHaveBeenCalledOnce();
    expect(held.reach).toBe("tab");
    expect(at(1).told).toEqual([{ say: "hello", account: "coordinator" }]);
    const heard = closed.mock.calls.length;
    at(0).answer({ say: "state", state: { open: false, because: "idle" } });
    expect(closed.mock.calls).toHaveLength(heard);
  });
});
