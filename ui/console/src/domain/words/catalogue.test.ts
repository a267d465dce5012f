import { catalogueTexts, LONGEST_IN_TEXT, unbreakable } from "@baken/shared/long-words";
import { expect, it } from "vitest";

import catalogue from "../../../messages/nl.json";

it("lets every long Dutch word break: write \\u00ad into the missing ones", () => {
  const missing = [...catalogueTexts(catalogue)].flatMap((text) => unbreakable(text, LONGEST_IN_TEXT));
  expect(missing).toEqual([]);
});
