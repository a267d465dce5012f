import { expect, it } from "vitest";

import { neighbours } from "./neighbours";

it("leads to what stands before and after, and beyond neither end", () => {
  const items = ["a", "b", "c"].map((operation) => ({ operation }));
  expect(neighbours(items, "b")).toEqual({ place: 2, previous: "a", next: "c" });
  expect(neighbours(items, "a")).toEqual({ place: 1, previous: null, next: "b" });
  expect(neighbours(items, "c")).toEqual({ place: 3, previous: "b", next: null });
  expect(neighbours(items, "x")).toBeNull();
  expect(neighbours([], "a")).toBeNull();
});
