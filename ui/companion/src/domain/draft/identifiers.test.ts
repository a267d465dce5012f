import { describe, expect, it } from "vitest";

import { identifiersOf } from "./identifiers";

const none = { imo: "", mmsi: "", eni: "", fishingMark: "", postcode: "", kvk: "", bag: "" };

describe("identifiersOf", () => {
  it("asks a ship only for the numbers its kind has", () => {
    expect(identifiersOf("zeeschip", true, none)).toEqual(["imo", "mmsi"]);
    expect(identifiersOf("vissersschip", true, none)).toEqual(["imo", "mmsi", "fishingMark"]);
    expect(identifiersOf("binnenvaartschip", true, none)).toEqual(["eni", "mmsi"]);
    expect(identifiersOf("hotel", false, none)).toEqual(["postcode", "kvk", "bag"]);
  });

  it("never hides what was filled in", () => {
    expect(identifiersOf("zeeschip", true, { ...none, eni: "02300001" })).toEqual(["imo", "mmsi", "eni"]);
  });
});
