import { expect, it } from "vitest";

import { zonePlace } from "./zone";

it("names the place of a zone, in as many words as it has", () => {
  expect(["Europe/Amsterdam", "America/Argentina/Buenos_Aires", "UTC"].map(zonePlace)).toEqual([
    "Amsterdam",
    "Buenos Aires",
    "UTC",
  ]);
});
