import { expect, it } from "vitest";

import { overwriteGetLocale } from "../../paraglide/runtime";
import { counted, observationsFound } from "./counted";

it("says a number as it is, and where counting stopped the least there are", () => {
  overwriteGetLocale(() => "nl");
  expect([counted(12_345, true), counted(0, true)]).toEqual(["12.345", "0"]);
  expect([counted(10_001, false), counted(0, false)]).toEqual(["minstens 10.001", "aantal onbekend"]);
  expect([observationsFound(1, true), observationsFound(2, true)]).toEqual([
    "1 waarneming",
    "2 waarnemingen",
  ]);
  expect(observationsFound(10_001, false)).toBe("minstens 10.001 waarnemingen");
  expect(observationsFound(0, false)).toBe("aantal onbekend");
});
