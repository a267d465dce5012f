import { describe, expect, it } from "vitest";

import { lockStateAt, step, type LockEffect, type LockEvent, type LockState } from "./lock";
import { readyStatus } from "./readyStatus";
import { EXPECTED_ABSENCE_MS, RETURN_MS, TELL_MS } from "./sight";

const IDLE_MS = 60_000;
const START = 1_000_000;

/** An open app on a clock that is set by hand. `times` counts what it asked for. */
function openApp(start = START) {
  const clock = { now: start };
  let state: LockState = lockStateAt(start);
  const asked: LockEffect["type"][] = [];
  const take = (event: LockEvent) => {
    const [next, effects] = step(state, event);
    state = next;
    asked.push(...effects.map(({ type }) => type));
  };
  take({ type: "opening" });
  const status = { ...readyStatus, autoLockSeconds: IDLE_MS / 1000 };
  take({ type: "opened", status, session: 0, at: start });
  const happens = (
    type: "touched" | "out-of-sight" | "back-in-sight" | "absence-expected" | "absence-ended",
  ) => take({ type, at: clock.now });
  return {
    clock,
    happens,
    take,
    pass: (milliseconds: number) => {
      clock.now += milliseconds;
      take({ type: "second-passed", at: clock.now });
    },
    times: (type: LockEffect["type"]) => asked.filter((it) => it === type).length,
    leaves: () => state.vault.name === "leaving",
  };
}

describe("sight", () => {
  it("locks when nobody touched the screen for the set time", () => {
    const { leaves, pass } = openApp();
    pass(IDLE_MS - 1);
    expect(leaves()).toBe(false);
    pass(1);
    expect(leaves()).toBe(true);
  });

  it("never locks by itself where that is switched off", () => {
    const { leaves, pass, take, clock } = openApp();
    take({ type: "told", status: { ...readyStatus, autoLockSeconds: 0 }, session: 0, at: clock.now });
    pass(1000 * IDLE_MS);
    expect(leaves()).toBe(false);
  });

  it("counts from the last touch", () => {
    const { happens, leaves, pass } = openApp();
    pass(IDLE_MS - 1);
    happens("touched");
    pass(IDLE_MS - 1);
    expect(leaves()).toBe(false);
  });

  it("counts on when the clock is set back", () => {
    const { clock, leaves, pass } = openApp();
    pass(IDLE_MS / 2);
    clock.now -= 60 * IDLE_MS;
    pass(0);
    pass(IDLE_MS / 2 - 1);
    expect(leaves()).toBe(false);
    pass(1);
    expect(leaves()).toBe(true);
  });

  it("gives the camera no more time when the clock is set back", () => {
    const { clock, happens, leaves, pass } = openApp();
    happens("absence-expected");
    happens("out-of-sight");
    clock.now -= 60 * EXPECTED_ABSENCE_MS;
    pass(0);
    pass(EXPECTED_ABSENCE_MS - 1);
    expect(leaves()).toBe(false);
    pass(1);
    expect(leaves()).toBe(true);
  });

  it("tells the core of touches, now and then", () => {
    const { happens, pass, take, times } = openApp();
    happens("touched");
    happens("touched");
    expect(times("tell-core")).toBe(1);
    pass(TELL_MS);
    happens("touched");
    expect(times("tell-core")).toBe(2);
    take({ type: "core-locked" });
    pass(TELL_MS);
    happens("touched");
    expect(times("tell-core")).toBe(2);
  });

  it("locks on return when the timers slept", () => {
    const { clock, happens, leaves } = openApp();
    clock.now += 10 * IDLE_MS;
    happens("back-in-sight");
    expect(leaves()).toBe(true);
  });

  it("locks at once when it goes out of sight", () => {
    const { happens, leaves } = openApp();
    happens("out-of-sight");
    expect(leaves()).toBe(true);
  });

  it("lets the camera cover the app, but not for long", () => {
    const { happens, leaves, pass } = openApp();
    happens("absence-expected");
    happens("out-of-sight");
    pass(EXPECTED_ABSENCE_MS - 1);
    expect(leaves()).toBe(false);
    pass(1);
    expect(leaves()).toBe(true);
  });

  it("brings what was given to disk whenever it goes out of sight, also behind the camera", () => {
    const { happens, times } = openApp();
    happens("absence-expected");
    happens("out-of-sight");
    expect(times("save-drafts")).toBe(1);
  });

  it.each(["answered, shown", "shown, answered"])(
    "locks on going out of sight again once the camera answered (%s)",
    (order) => {
      const { happens, leaves } = openApp();
      happens("absence-expected");
      happens("out-of-sight");
      if (order === "answered, shown") happens("absence-ended");
      happens("back-in-sight");
      if (order === "shown, answered") happens("absence-ended");
      expect(leaves()).toBe(false);
      happens("out-of-sight");
      expect(leaves()).toBe(true);
    },
  );

  it("locks when what it waited for is over and the app stays out of sight", () => {
    const { happens, leaves, pass } = openApp();
    happens("absence-expected");
    happens("out-of-sight");
    pass(3000);
    happens("absence-ended");
    pass(RETURN_MS - 1);
    expect(leaves()).toBe(false);
    pass(1);
    expect(leaves()).toBe(true);
  });

  it("gives no more time to an absence that was nearly over when its answer came", () => {
    const { happens, leaves, pass } = openApp();
    happens("absence-expected");
    happens("out-of-sight");
    pass(EXPECTED_ABSENCE_MS - 1);
    happens("absence-ended");
    pass(1);
    expect(leaves()).toBe(true);
  });

  it("expects no second absence once the camera was left without an answer", () => {
    const { happens, leaves, pass } = openApp();
    happens("absence-expected");
    happens("out-of-sight");
    pass(3000);
    happens("back-in-sight");
    pass(5000);
    expect(leaves()).toBe(false);
    happens("out-of-sight");
    expect(leaves()).toBe(true);
  });

  it("does not lock while a file is chosen in a window that stays in sight", () => {
    const { happens, leaves, pass } = openApp();
    happens("absence-expected");
    pass(EXPECTED_ABSENCE_MS);
    expect(leaves()).toBe(false);
    pass(IDLE_MS);
    expect(leaves()).toBe(true);
  });

  it("does nothing while the app is locked", () => {
    const { happens, leaves, pass, take, times } = openApp();
    take({ type: "core-locked" });
    happens("out-of-sight");
    pass(10 * IDLE_MS);
    expect(leaves()).toBe(false);
    expect(times("write-drafts")).toBe(0);
  });
});
