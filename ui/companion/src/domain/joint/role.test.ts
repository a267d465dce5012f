import type { Vocabulary } from "@baken/bindings";
import { expect, it } from "vitest";

import { likelyRole } from "./role";

const vocabulary = {
  organisations: [
    { code: "politie", nl: "Politie", en: "Police", kind: "enforcement" },
    { code: "scharlaken-koord", nl: "Scharlaken Koord", en: "Scharlaken Koord", kind: "care" },
  ],
} as Vocabulary;

it.each([
  ["politie", "handhaving"],
  ["scharlaken-koord", "hulpverlening"],
  ["of-a-later-version", "ondersteuning"],
  [null, "ondersteuning"],
])("%s joins as %s unless it says otherwise", (organisation, role) => {
  expect(likelyRole(vocabulary, organisation)).toBe(role);
});
