/** What holds of hiding and locking whatever happens, in any order, with any clock. */
import type { AppStatus } from "@baken/bindings";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import {
  isUnlocked,
  lockStateAt,
  showsContent,
  step,
  type LockEffect,
  type LockEvent,
  type LockState,
} from "./lock";
import { readyStatus } from "./readyStatus";
import { EXPECTED_ABSENCE_MS } from "./sight";

vi.setConfig({ testTimeout: 60_000 });

const START = 1_000_000;
const RUNS = { numRuns: 300 };

type Happening = {
  /** "goes-on": whatever comes next when nothing is in the way. Without it hardly a walk would come to an open app. */
  type: LockEvent["type"] | "goes-on";
  phase: AppStatus["phase"];
  /** Of so many sessions ago. */
  late: number;
  /** Milliseconds since what happened before; less than nothing where the clock was set back. */
  later: number;
};

const ALL: Record<Happening["type"], number> = {
  ...{ "goes-on": 30, opening: 1, opened: 2, "opening-refused": 1, told: 2, hide: 2, lock: 2 },
  ...{ "drafts-written": 2, "lock-answered": 2, "lock-refused": 1, "core-locked": 1, "cover-touched": 3 },
  ...{ touched: 1, "second-passed": 2, "out-of-sight": 1, "back-in-sight": 2 },
  ...{ "absence-expected": 2, "absence-ended": 1 },
};
const types = Object.entries(ALL).map(([type, weight]) => ({
  arbitrary: fc.constant(type as Happening["type"]),
  weight,
}));

const happening: fc.Arbitrary<Happening> = fc.record({
  type: fc.oneof(...types),
  phase: fc.constantFrom<AppStatus["phase"]>(
    "ready",
    "ready",
    "ready",
    "unenrolled",
    "locked",
    "locked",
    "new",
  ),
  late: fc.constantFrom(0, 0, 0, 1, 2),
  later: fc.oneof(fc.constant(0), fc.integer({ min: -1_000_000, max: 200_000 })),
});
const happenings = fc.array(happening, { maxLength: 60, size: "max" });

function onwards({ vault, covered, sight, session }: LockState, at: number): LockEvent {
  if (!sight.inSight) return { type: "back-in-sight", at };
  switch (vault.name) {
    case "closed":
      return covered ? { type: "cover-touched" } : { type: "opening" };
    case "opening":
      return { type: "opened", status: readyStatus, session, at };
    case "open":
      return { type: "touched", at };
    case "leaving":
      return { type: "drafts-written", session };
    case "locking":
      return { type: "lock-answered", status: { ...readyStatus, phase: "locked" }, session };
  }
}

function eventOf({ type, phase, late }: Happening, state: LockState, at: number): LockEvent {
  const session = state.session - late;
  const status = { ...readyStatus, phase };
  switch (type) {
    case "goes-on":
      return onwards(state, at);
    case "opened":
    case "told":
      return { type, status, session, at };
    case "lock-answered":
      return { type, status, session };
    case "opening-refused":
    case "drafts-written":
    case "lock-refused":
      return { type, session };
    case "opening":
    case "hide":
    case "lock":
    case "core-locked":
    case "cover-touched":
      return { type };
    case "touched":
    case "second-passed":
    case "out-of-sight":
    case "back-in-sight":
    case "absence-expected":
    case "absence-ended":
      return { type, at };
  }
}

type Walked = { before: LockState; event: LockEvent; after: LockState; effects: readonly LockEffect[] };

function walk(all: readonly Happening[], look: (walked: Walked) => void = () => undefined): LockState {
  let [state, clock] = [lockStateAt(START), START];
  for (const one of all) {
    clock += one.later;
    const event = eventOf(one, state, clock);
    const [after, effects] = step(state, event);
    look({ before: state, event, after, effects });
    state = after;
  }
  return state;
}

const namesOf = (effects: readonly LockEffect[]) => effects.map(({ type }) => type);

describe("whatever happens", () => {
  it("shows nothing again but by the way back: the cover touched behind the lock, and a new opening", () => {
    const seen = { shown: 0, again: 0 };
    const check = fc.property(happenings, (all) => {
      let [asked, wasCovered, touched] = [false, false, false];
      walk(all, ({ before, event, after }) => {
        if (event.type === "cover-touched" && before.vault.name === "closed") touched = true;
        if (event.type === "opening" && before.vault.name === "closed" && !before.covered) asked = true;
        if (showsContent(after) && !showsContent(before)) {
          expect(event).toMatchObject({ type: "opened", session: before.session });
          expect(asked).toBe(true);
          if (wasCovered) expect(touched).toBe(true);
          seen.shown += 1;
          if (wasCovered) seen.again += 1;
        }
        if (showsContent(before) && !showsContent(after)) asked = false;
        if (after.covered) [asked, wasCovered, touched] = [false, true, false];
      });
    });
    fc.assert(check, RUNS);
    expect(seen.shown).toBeGreaterThan(100);
    expect(seen.again).toBeGreaterThan(100);
  });

  it("ends every open view, and counts a new session, whenever what was open is closed, and never else", () => {
    const met = new Set<string>();
    const check = fc.property(happenings, (all) => {
      walk(all, ({ before, after, effects }) => {
        met.add(after.vault.name);
        const ended = isUnlocked(before) && !isUnlocked(after) ? 1 : 0;
        const ends = namesOf(effects).filter((type) => type === "end-session").length;
        expect([ends, after.session - before.session]).toEqual([ended, ended]);
      });
    });
    fc.assert(check, RUNS);
    expect([...met].sort()).toEqual(["closed", "leaving", "locking", "open", "opening"]);
  });

  it("can be locked from wherever it stands, by answers of this session alone", () => {
    const check = fc.property(happenings, (all) => {
      let state = walk(all);
      const wasOpen = isUnlocked(state);
      const { session } = state;
      const effects: LockEffect[] = [];
      for (const event of [
        { type: "hide" },
        { type: "drafts-written", session },
        { type: "lock-answered", session, status: { ...readyStatus, phase: "locked" } },
      ] as const) {
        const [after, more] = step(state, event);
        expect(showsContent(after)).toBe(false);
        state = after;
        effects.push(...more);
      }
      expect(isUnlocked(state)).toBe(false);
      expect(namesOf(effects).includes("end-session")).toBe(wasOpen);
    });
    fc.assert(check, RUNS);
  });

  it("asks the core to lock only after the drafts were written, or had their time", () => {
    const seen = { locks: 0 };
    const check = fc.property(happenings, (all) => {
      let written: number | null = null;
      walk(all, ({ before, event, effects }) => {
        for (const effect of effects) if (effect.type === "write-drafts") written = effect.session;
        if (!namesOf(effects).includes("lock-core")) return;
        // Where it is open though nobody opened it, no draft is.
        if (before.vault.name === "closed") return;
        expect(event).toMatchObject({ type: "drafts-written", session: before.session });
        expect(written).toBe(before.session);
        seen.locks += 1;
      });
    });
    fc.assert(check, RUNS);
    expect(seen.locks).toBeGreaterThan(100);
  });

  it("ends a session with drafts that nobody tried to write only where the core had locked already", () => {
    const check = fc.property(happenings, (all) => {
      walk(all, ({ before, event, effects }) => {
        if (!namesOf(effects).includes("end-session") || before.vault.name === "locking") return;
        const heard = event.type === "told" || event.type === "opened" || event.type === "core-locked";
        expect(heard).toBe(true);
      });
    });
    fc.assert(check, RUNS);
  });

  it("asks for more than a finger when the screen is hidden on purpose, each time, and never else", () => {
    const seen = { hidden: 0 };
    const check = fc.property(happenings, (all) => {
      walk(all, ({ event, effects }) => {
        expect(namesOf(effects).includes("put-away")).toBe(event.type === "hide");
        if (event.type === "hide") seen.hidden += 1;
      });
    });
    fc.assert(check, RUNS);
    expect(seen.hidden).toBeGreaterThan(100);
  });

  it("stays open out of sight only while the device itself asks something, and no longer than that takes", () => {
    const seen = { covered: 0 };
    const check = fc.property(happenings, (all) => {
      walk(all, ({ after }) => {
        if (!showsContent(after) || after.sight.inSight) return;
        seen.covered += 1;
        expect(after.sight.absence).not.toBeNull();
        const at = after.sight.clock + EXPECTED_ABSENCE_MS;
        expect(showsContent(step(after, { type: "second-passed", at })[0])).toBe(false);
      });
    });
    fc.assert(check, { numRuns: 4000 });
    expect(seen.covered).toBeGreaterThan(10);
  });

  it("brings drafts to disk whenever it goes out of sight", () => {
    const check = fc.property(happenings, (all) => {
      walk(all, ({ event, effects }) => {
        if (event.type === "out-of-sight") expect(namesOf(effects)).toContain("save-drafts");
      });
    });
    fc.assert(check, RUNS);
  });

  it("does not hear an answer of before the lock", () => {
    const seen = { late: 0 };
    const check = fc.property(happenings, (all) => {
      walk(all, ({ before, event, after, effects }) => {
        if (!("session" in event) || event.session === before.session) return;
        expect(after).toBe(before);
        expect(effects).toEqual([]);
        seen.late += 1;
      });
    });
    fc.assert(check, RUNS);
    expect(seen.late).toBeGreaterThan(100);
  });

  it("shows nothing again because time passed, or went back", () => {
    const check = fc.property(happenings, fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), (all, jump) => {
      const state = walk(all);
      for (const type of [
        "second-passed",
        "touched",
        "out-of-sight",
        "back-in-sight",
        "absence-ended",
      ] as const) {
        const [after] = step(state, { type, at: state.sight.clock + jump });
        if (!showsContent(state)) expect(showsContent(after)).toBe(false);
        if (state.covered) expect(after.covered).toBe(true);
      }
    });
    fc.assert(check, RUNS);
  });

  it("locks once as much time has passed as nobody may be away, however often the clock is set back between", () => {
    const idleMs = readyStatus.autoLockSeconds * 1000;
    const jumps = fc.array(fc.integer({ min: -idleMs, max: idleMs / 2 }), { maxLength: 20 });
    const check = fc.property(jumps, (all) => {
      let state: LockState = {
        ...lockStateAt(START),
        core: readyStatus,
        vault: { name: "open" },
      };
      let [clock, passed] = [START, 0];
      for (const jump of all) {
        clock += jump;
        passed += Math.max(0, jump);
        [state] = step(state, { type: "second-passed", at: clock });
      }
      expect(showsContent(state)).toBe(passed < idleMs);
    });
    fc.assert(check, RUNS);
  });
});
