import type { DraftForm, PlaceForm, Vocabulary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { recordFields } from "./recordFields";

const vocabulary = {
  placeKinds: [{ code: "kade", nl: "Kade", en: "Quay", ship: false, dwelling: false }],
  districts: [{ code: "WK045304", nl: "Zee- en Duinwijk", en: "Zee- en Duinwijk" }],
  organisations: [],
  entryGrounds: [],
} as unknown as Vocabulary;

const PLACE: PlaceForm = {
  ...{ kind: "kade", district: null, districtUnknown: false, coordinatesTyped: "", coordinates: null },
  ...{ neighbourhood: "", name: "", address: "", postcode: "", berth: "" },
  ...{ imo: "", mmsi: "", eni: "", fishingMark: "", kvk: "", bag: "" },
};

function districtIn(place: Partial<PlaceForm>): string | undefined {
  const form = {
    kind: "inspection",
    startedAt: "2026-11-23T10:00:00Z",
    place: { ...PLACE, ...place },
    organisations: [],
    ground: null,
  } as unknown as DraftForm;
  return recordFields(form, vocabulary).find(({ key }) => key === "place.district")?.value;
}

describe("recordFields", () => {
  it("names the district", () => {
    expect(districtIn({ district: "WK045304" })).toBe("Zee- en Duinwijk");
  });

  it("says that the district was not known, which is an answer", () => {
    expect(districtIn({ districtUnknown: true })).toBe("Weet ik niet");
  });

  it("leaves out what was never answered", () => {
    expect(districtIn({})).toBeUndefined();
  });
});
