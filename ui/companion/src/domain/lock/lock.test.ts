import type { AppStatus } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { lockStateAt, showsContent, step, type LockEffect, type LockEvent, type LockState } from "./lock";
import { readyStatus } from "./readyStatus";
import { RETURN_MS } from "./sight";

const saying = (phase: AppStatus["phase"]): AppStatus => ({ ...readyStatus, phase });
const opened = (phase: AppStatus["phase"], session = 0): LockEvent => ({
  ...{ type: "opened", status: saying(phase) },
  ...{ session, at: 0 },
});

function after(...events: LockEvent[]) {
  let state: LockState = lockStateAt(0);
  let effects: readonly LockEffect[] = [];
  for (const event of events) [state, effects] = step(state, event);
  return { state, effects: effects.map(({ type }) => type) };
}

const OPEN: LockEvent[] = [{ type: "opening" }, opened("ready")];

describe("the lock", () => {
  it("shows home once it is open, and nothing of what was asked to be hidden meanwhile", () => {
    expect(after(...OPEN).effects).toEqual(["take-over", "begin-seconds", "enter"]);
    const hidden = after({ type: "opening" }, { type: "hide" }, opened("ready"));
    expect(hidden.effects).toEqual(["take-over", "begin-seconds", "write-drafts"]);
    expect(showsContent(hidden.state)).toBe(false);
  });

  it("still obeys when the opening was asked for a second time after that", () => {
    const again = after({ type: "opening" }, { type: "hide" }, { type: "opening" }, opened("ready"));
    expect(showsContent(again.state)).toBe(false);
  });

  it("opens by the second command when the first was refused", () => {
    const refused: LockEvent = { type: "opening-refused", session: 0 };
    const { state } = after({ type: "opening" }, { type: "opening" }, refused, opened("ready"));
    expect(showsContent(state)).toBe(true);
  });

  it("ends what is shown as soon as the core has locked, before it says how many tries are left", () => {
    const { state, effects } = after(...OPEN, { type: "core-locked" });
    expect(state.core?.phase).toBe("locked");
    expect(effects).toEqual(["take-over", "end-session", "ask-status"]);
  });

  it("stays covered where the core would not lock, and tries again when the cover is touched", () => {
    const refused: LockEvent[] = [
      { type: "hide" },
      { type: "drafts-written", session: 0 },
      { type: "lock-refused", session: 0 },
    ];
    const { state } = after(...OPEN, ...refused);
    expect([state.vault.name, state.covered]).toEqual(["open", true]);
    expect(after(...OPEN, ...refused, { type: "cover-touched" }).effects).toEqual(["write-drafts"]);
    // Nor does an enrolment that ends now take the cover away.
    const enrolled: LockEvent = { type: "told", status: saying("ready"), session: 0, at: 0 };
    expect(after(...OPEN, ...refused, enrolled).state.covered).toBe(true);
  });

  it("locks a core that says it is open though nobody opened it", () => {
    const open: LockEvent = { type: "told", status: saying("ready"), session: 0, at: 0 };
    const { state, effects } = after(open);
    expect(effects).toEqual(["begin-seconds", "lock-core"]);
    expect(showsContent(state)).toBe(false);
  });

  it("lets the device ask for a finger over the app while it opens, and home comes with the return", () => {
    const asked: LockEvent[] = [
      { type: "absence-expected", at: 0 },
      { type: "opening" },
      { type: "out-of-sight", at: 100 },
    ];
    const { state, effects } = after(...asked, { ...opened("ready"), at: 200 } as LockEvent);
    expect(effects).toEqual(["take-over", "begin-seconds", "enter"]);
    expect(showsContent(state)).toBe(true);
    const back: LockEvent[] = [
      { ...opened("ready"), at: 200 } as LockEvent,
      { type: "back-in-sight", at: 900 },
    ];
    expect(after(...asked, ...back, { type: "second-passed", at: 60_000 }).state.vault.name).toBe("open");
  });

  it("locks again where the app does not come back after the finger was shown", () => {
    const gone = after(
      { type: "absence-expected", at: 0 },
      { type: "opening" },
      { type: "out-of-sight", at: 100 },
      { ...opened("ready"), at: 200 } as LockEvent,
      { type: "second-passed", at: 200 + RETURN_MS },
    );
    expect([gone.state.vault.name, gone.effects]).toEqual(["leaving", ["write-drafts"]]);
  });

  it("shows nothing where the finger was shown after the screen was put away", () => {
    const hidden = after({ type: "absence-expected", at: 0 }, { type: "opening" }, { type: "hide" }, {
      ...opened("ready"),
      at: 200,
    } as LockEvent);
    expect(showsContent(hidden.state)).toBe(false);
  });

  it("asks for more than a finger whenever the screen is hidden, also where it is locked or locks already", () => {
    for (const before of [[], OPEN, [...OPEN, { type: "lock" } as const], [{ type: "opening" } as const]])
      expect(after(...before, { type: "hide" }).effects).toContain("put-away");
    expect(after(...OPEN, { type: "lock" }).effects).not.toContain("put-away");
  });

  it("goes from enrolment to home, and goes home once", () => {
    const enrolled: LockEvent = { type: "told", status: saying("ready"), session: 0, at: 0 };
    const first = [{ type: "opening" } as const, opened("unenrolled")];
    expect(after(...first).effects).toEqual(["take-over", "begin-seconds"]);
    expect(after(...first, enrolled).effects).toEqual(["take-over", "enter"]);
    expect(after(...first, enrolled, { ...enrolled, status: saying("ready") }).effects).toEqual([
      "take-over",
    ]);
  });
});
