import type { ExactPlace, FoundPlace, PlaceForm } from "@baken/bindings";
import { expect, it } from "vitest";

import { takeOver } from "./knownPlace";

const exact: ExactPlace = {
  ...{ neighbourhood: "", name: "", address: "", postcode: "", berth: "", imo: "", mmsi: "", eni: "" },
  ...{ fishingMark: "", kvk: "", bag: "", coordinates: null },
};

it("fills in what is known of a place, takes out what was of another, and leaves where the device was", () => {
  const measured = {
    latitudeE6: 52_463_600,
    longitudeE6: 4_584_700,
    accuracyMetres: 8,
    source: "measured" as const,
  };
  const form: PlaceForm = {
    ...exact,
    ...{ kind: "zeeschip", district: null, districtUnknown: true, coordinatesTyped: "" },
    ...{ name: "AURORA", imo: "9074729", coordinates: measured },
  };
  const place: FoundPlace = {
    kind: "hotel",
    district: "WK045305",
    exact: { ...exact, name: "Hotel De Pier", postcode: "1976 EF" },
  };
  takeOver(form, place);
  expect(form).toEqual({
    ...exact,
    ...{ kind: "hotel", district: "WK045305", districtUnknown: false, coordinatesTyped: "" },
    ...{ name: "Hotel De Pier", postcode: "1976 EF", coordinates: measured },
  });
});
