import type { HandlingSummary, ObservationPage, ObservationSummary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import type { Work } from "./filters";
import { belongs, worked, type Worked } from "./worked";

const OPEN: HandlingSummary = {
  count: 0,
  holder: null,
  handledAt: null,
  report: null,
  question: null,
  acts: [],
};
const MINE: HandlingSummary = { ...OPEN, count: 1, holder: "ik" };
const DONE: HandlingSummary = { ...OPEN, count: 2, handledAt: "2026-11-24T10:00:00Z" };

const row = (operation: string, handling = OPEN) =>
  ({ operation, strictestUrgency: "spoed", quarantined: false, handling }) as ObservationSummary;
const shown = (...items: ObservationSummary[]): Worked<ObservationSummary, ObservationPage> => ({
  items,
  page: {
    ...{ items: [], nextCursor: null, total: 9, apart: 2, countsAreExact: true },
    ...{ urgencyCounts: { acuut: 1, spoed: 8 }, handlingCounts: { open: 9, mine: 1, handled: 4 } },
  },
  left: [],
});
const names = ({ items }: Worked<ObservationSummary, ObservationPage>) =>
  items.map(({ operation }) => operation);
const asker = (work: Work) => ({ work, login: "ik" });

describe("belongs", () => {
  it("says in which list something stands by how it is in hand", () => {
    const lists = (handling: HandlingSummary) =>
      (["", "mine", "handled", "all"] as const).filter((work) => belongs(handling, asker(work)));
    expect(lists(OPEN)).toEqual(["", "all"]);
    expect(lists(MINE)).toEqual(["", "mine", "all"]);
    expect(lists({ ...MINE, holder: "ander" })).toEqual(["", "all"]);
    expect(lists(DONE)).toEqual(["handled", "all"]);
  });
});

describe("worked", () => {
  it("keeps what is taken on where it stands, and counts it", () => {
    const now = worked(shown(row("a"), row("b")), "b", MINE, asker(""));
    expect(names(now)).toEqual(["a", "b"]);
    expect(now.items[1]?.handling.holder).toBe("ik");
    expect(now.page.total).toBe(9);
    expect(now.page.handlingCounts).toEqual({ open: 9, mine: 2, handled: 4 });
  });

  it("lets what is finished leave, and puts it back where it stood", () => {
    const before = shown(row("a"), row("b"), row("c"));
    const done = worked(before, "b", DONE, asker(""));
    expect(names(done)).toEqual(["a", "c"]);
    expect(done.page.total).toBe(8);
    expect(done.page.urgencyCounts).toEqual({ acuut: 1, spoed: 7 });
    expect(done.page.handlingCounts).toEqual({ open: 8, mine: 1, handled: 5 });
    const again = worked(done, "b", { ...OPEN, count: 3 }, asker(""));
    expect(names(again)).toEqual(["a", "b", "c"]);
    expect({ ...again.page, items: [] }).toEqual(before.page);
    expect(again.left).toEqual([]);
  });

  it("puts several back in the order in which they stood", () => {
    let now = shown(row("a"), row("b"), row("c"));
    for (const operation of ["a", "b"]) now = worked(now, operation, DONE, asker(""));
    for (const operation of ["b", "a"]) now = worked(now, operation, OPEN, asker(""));
    expect(names(now)).toEqual(["a", "b", "c"]);
  });

  it("changes nothing about a list in which it does not stand", () => {
    const before = shown(row("a"));
    expect(worked(before, "x", DONE, asker(""))).toBe(before);
  });
});
