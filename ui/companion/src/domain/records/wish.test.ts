import { afterEach, describe, expect, it } from "vitest";

import { dayBegins } from "./dayBegins";
import { useTimeZone } from "../words/zone";
import { EVERYTHING, Wish } from "./wish.svelte";

afterEach(() => useTimeZone(null));

describe("what one looks for", () => {
  it("is everything until something is chosen", () => {
    const wish = new Wish();
    expect([wish.isEmpty, wish.conditions]).toEqual([true, 0]);
    expect(wish.wanted).toEqual(EVERYTHING);
    wish.words = "  ";
    expect(wish.isEmpty).toBe(true);
    wish.placeKind = "hotel";
    expect([wish.isEmpty, wish.conditions, wish.wanted.placeKind]).toEqual([false, 1, "hotel"]);
    wish.clear();
    expect(wish.isEmpty).toBe(true);
  });

  it("reads days as the municipality's, the last one to its end, and no condition in what is no day", () => {
    const wish = new Wish();
    wish.from = "25-11-2026";
    wish.until = "25-11-2026";
    expect([wish.wanted.from, wish.wanted.until]).toEqual(["2026-11-24T23:00:00Z", "2026-11-25T23:00:00Z"]);
    wish.from = "31-02-2026";
    expect(wish.wanted.from).toBeNull();
    expect(dayBegins("24-10-2026", 1)).toBe("2026-10-24T22:00:00Z");
    expect(dayBegins("25-10-2026", 1)).toBe("2026-10-25T23:00:00Z");
  });
});
