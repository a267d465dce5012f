import type { ActKind } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { isPossible, undoing, type InHand } from "./acts";

const free: InHand = { holder: null, handledAt: null, question: null };
const held = (holder: string): InHand => ({ holder, handledAt: null, question: null });
const handled: InHand = { holder: null, handledAt: "2026-11-24T10:00:00Z", question: null };
const asked: InHand = { ...free, question: "any-photo" };

describe("isPossible", () => {
  it("offers what changes something and nothing else: free, with me, with another, finished, asked", () => {
    const states = [free, held("ik"), held("ander"), handled, asked];
    const table: Record<ActKind, boolean[]> = {
      "take-on": [true, false, true, false, true],
      "put-back": [false, true, true, false, false],
      handle: [true, true, true, false, true],
      reopen: [false, false, false, true, false],
      ask: [true, true, true, false, false],
      answer: [false, false, false, false, true],
    };
    for (const [act, expected] of Object.entries(table)) {
      expect(states.map((state) => isPossible(act as ActKind, state, "ik"))).toEqual(expected);
      expect(states.some((state) => isPossible(act as ActKind, state, null))).toBe(false);
    }
  });
});

describe("undoing", () => {
  it("brings back what was, as far as one's own acts can", () => {
    expect(undoing(free, "take-on", "ik")).toEqual([{ act: "put-back" }]);
    expect(undoing(held("ander"), "take-on", "ik")).toEqual([{ act: "put-back" }]);
    expect(undoing(held("ik"), "put-back", "ik")).toEqual([{ act: "take-on" }]);
    expect(undoing(held("ander"), "put-back", "ik")).toEqual([]);
    expect(undoing(free, "handle", "ik")).toEqual([{ act: "reopen" }]);
    expect(undoing(held("ik"), "handle", "ik")).toEqual([{ act: "reopen" }, { act: "take-on" }]);
    expect(undoing(handled, "reopen", "ik")).toEqual([]);
    expect(undoing(free, "ask", "ik")).toEqual([{ act: "answer" }]);
    expect(undoing(asked, "answer", "ik")).toEqual([]);
  });
});
