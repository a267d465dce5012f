import type { ObservationSummary } from "@baken/bindings";
import { expect, it } from "vitest";

import { byHand, ofObservations, orderOf } from "./order";

const observed = (operation: string, strictestUrgency: string) =>
  ({
    ...{ operation, strictestUrgency, forms: ["arbeid", "crimineel"], placeKind: "hotel", district: null },
    handling: { count: 2 },
  }) as unknown as ObservationSummary;
const URGENCIES = ["acuut", "spoed", "regulier"].map((code) => ({ code }));

it("takes what it is about from the first observation, and the strictest urgency of all", () => {
  const items = [observed("a", "regulier"), observed("b", "spoed")];
  const fields = ofObservations(items, URGENCIES);
  expect(orderOf(fields, items)).toEqual({
    ...{ source: "observations", form: "arbeid", placeKind: "hotel", urgency: "spoed" },
    observations: [
      { record: "a", expectedActs: 2 },
      { record: "b", expectedActs: 2 },
    ],
  });
});

it("sends by hand what was filled in, and nothing before it is known how it came in", () => {
  expect(orderOf(byHand())).toBeNull();
  const fields = { ...byHand(), source: "letter", level: "zorg", form: "arbeid", district: "WK1" } as const;
  expect(orderOf({ ...fields, placeKind: "woning", urgency: "spoed" })).toEqual({
    ...{
      source: "letter",
      level: "zorg",
      form: "arbeid",
      placeKind: "woning",
      district: "WK1",
      urgency: "spoed",
    },
  });
});
