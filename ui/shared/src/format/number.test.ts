import { expect, it } from "vitest";

import { languageTag, wholeNumber } from "./number";

it("writes numbers and dates as the language on screen does", () => {
  expect([wholeNumber(12_345, "nl"), wholeNumber(12_345, "en")]).toEqual(["12.345", "12,345"]);
  const day = (locale: "nl" | "en") =>
    new Intl.DateTimeFormat(languageTag(locale)).format(new Date(2026, 10, 3));
  expect([day("nl"), day("en")]).toEqual(["3-11-2026", "03/11/2026"]);
});
