import type { HandlingSummary, ObservationPage, ObservationSummary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { InboxPlaces, type InboxSnapshot } from "./inboxPlace";
import { ListPlaces } from "./listPlaces";

const OPEN: HandlingSummary = {
  count: 0,
  holder: null,
  handledAt: null,
  report: null,
  question: null,
  acts: [],
};
const DONE: HandlingSummary = { ...OPEN, count: 1, handledAt: "2026-11-24T10:00:00Z" };
const page = {
  ...{ items: [], nextCursor: null, total: 2, apart: 0, countsAreExact: true },
  ...{ urgencyCounts: {}, handlingCounts: { open: 2, mine: 0, handled: 0 } },
} satisfies ObservationPage;
const snapshot = (...operations: string[]): InboxSnapshot => ({
  items: operations.map(
    (operation) => ({ operation, handling: OPEN, quarantined: false }) as ObservationSummary,
  ),
  ...{ page, fresh: [], left: [] },
});
const place = (...operations: string[]) => ({
  snapshot: snapshot(...operations),
  operation: null,
  scrollY: 0,
});

describe("InboxPlaces", () => {
  it("finds the list of the very entry one comes back to, and else of its question", () => {
    const places = new InboxPlaces(new ListPlaces());
    places.leave("", 1, place("a"));
    places.leave("", 3, place("b"));
    expect(places.find("", 1)).toEqual(place("a"));
    expect(places.find("", 9)).toEqual(place("b"));
    expect(places.find("handling=mine", 1)).toBeNull();
  });

  it("knows what was done about a record meanwhile, and at which one somebody is", () => {
    const places = new InboxPlaces(new ListPlaces());
    places.leave("", 1, place("a", "b"));
    places.worked("", 1, "a", DONE, "ik");
    places.moved("", 1, "b");
    for (const entry of [1, 9]) {
      const found = places.find("", entry);
      expect(found?.snapshot.items.map(({ operation }) => operation)).toEqual(["b"]);
      expect(found?.snapshot.page.handlingCounts).toEqual({ open: 1, mine: 0, handled: 1 });
      expect(found?.operation).toBe("b");
    }
    places.worked("", 1, "a", { ...OPEN, count: 2 }, "ik");
    expect(places.find("", 1)?.snapshot.items).toHaveLength(2);
  });
});
