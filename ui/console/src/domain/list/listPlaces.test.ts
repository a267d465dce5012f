import { describe, expect, it } from "vitest";

import { ListPlaces } from "./listPlaces";

const place = (scrollY: number) => ({ snapshot: { items: [] }, operation: "o121", scrollY });

describe("ListPlaces", () => {
  it("finds a list as it was left, and no other list in its stead", () => {
    const places = new ListPlaces();
    places.leave("inbox ", place(7_000));
    places.leave("inbox ", place(9_000));
    expect(places.find("inbox ")).toEqual(place(9_000));
    expect(places.find("inbox urgency=acuut")).toBeNull();
  });

  it("keeps the last lists only, and none once they are cleared", () => {
    const places = new ListPlaces();
    for (const list of ["a", "b", "c", "d", "e", "f", "g", "h", "i"]) places.leave(list, place(1));
    expect(places.find("a")).toBeNull();
    expect(places.find("b")).not.toBeNull();
    places.clear();
    expect(places.find("b")).toBeNull();
  });

  it("changes a place that is kept, and makes none", () => {
    const places = new ListPlaces();
    places.leave("inbox ", place(1));
    places.revise("inbox ", (kept) => ({ ...kept, operation: "o122" }));
    places.revise("another", (kept) => kept);
    expect(places.find("inbox ")).toEqual({ ...place(1), operation: "o122" });
    expect(places.find("another")).toBeNull();
  });
});
