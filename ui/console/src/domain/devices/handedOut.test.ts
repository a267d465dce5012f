import type { Invitation } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { HandedOut } from "./handedOut.svelte";

const NOW = new Date("2026-11-25T10:00:00Z");
const made = (id: string, expiresAt = "2026-11-25T10:15:00Z") =>
  ({ id, label: id, expiresAt, code: `code of ${id}` }) as unknown as Invitation;

describe("HandedOut", () => {
  it("shows the last one, and each again while it is open", () => {
    const handedOut = new HandedOut();
    handedOut.add(made("one"));
    handedOut.add(made("two"));
    expect(handedOut.shown?.id).toBe("two");
    handedOut.show(null);
    expect(handedOut.shown).toBeNull();
    handedOut.show("one");
    expect(handedOut.shown?.code).toBe("code of one");
    expect([handedOut.has("one"), handedOut.has("elsewhere")]).toEqual([true, false]);
  });

  it("forgets what was used or withdrawn, and holds the tab open only for what is still good", () => {
    const handedOut = new HandedOut();
    handedOut.add(made("used"));
    handedOut.add(made("open"));
    handedOut.keep([made("open")], NOW);
    expect([handedOut.has("used"), handedOut.has("open")]).toEqual([false, true]);
    expect(handedOut.holdsOne(NOW)).toBe(true);
    handedOut.forget("open");
    expect(handedOut.holdsOne(NOW)).toBe(false);
  });

  it("leaves one on screen that ran out, to say so itself", () => {
    const handedOut = new HandedOut();
    handedOut.add(made("before", "2026-11-25T09:00:00Z"));
    handedOut.add(made("over", "2026-11-25T09:59:00Z"));
    handedOut.keep([], NOW);
    expect(handedOut.shown?.id).toBe("over");
    expect(handedOut.has("before")).toBe(false);
    expect(handedOut.holdsOne(NOW)).toBe(false);
  });
});
