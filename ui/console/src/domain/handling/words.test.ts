import type { ActSummary, Vocabulary } from "@baken/bindings";
import { beforeAll, expect, it } from "vitest";

import { overwriteGetLocale } from "../../paraglide/runtime";
import { actText, standsText } from "./words";

const NOW = new Date("2026-11-24T12:00:00Z");
const VOCABULARY = { organisations: [{ code: "nla", nl: "Arbeidsinspectie" }] } as unknown as Vocabulary;
const act = (more: Partial<ActSummary>): ActSummary => ({
  ...{
    act: "handle",
    reason: null,
    passedTo: null,
    doubles: null,
    report: null,
    question: null,
    by: "iris",
    at: "2026-11-24T10:00:00Z",
  },
  ...more,
});

beforeAll(() => {
  overwriteGetLocale(() => "nl");
});

it("says with whom something is, or that it is finished", () => {
  expect(standsText({ holder: null, handledAt: null }, "iris", NOW)).toBe("Open, bij niemand");
  expect(standsText({ holder: "iris", handledAt: null }, "iris", NOW)).toBe("Open, bij u");
  expect(standsText({ holder: "sam", handledAt: null }, "iris", NOW)).toBe("Open, bij sam");
  expect(standsText({ holder: null, handledAt: "2026-11-24T10:00:00Z" }, "iris", NOW)).toContain(
    "Afgehandeld",
  );
});

it("says of each act who did it and why", () => {
  expect(actText(VOCABULARY, act({ act: "take-on" }))).toBe("iris pakte dit op");
  expect(actText(VOCABULARY, act({ act: "put-back" }))).toBe("iris legde dit terug");
  expect(actText(VOCABULARY, act({ reason: "passed-on", passedTo: "nla" }))).toContain("Arbeidsinspectie");
  expect(actText(VOCABULARY, act({ reason: "passed-on" }))).toContain("een andere instantie");
  expect(actText(VOCABULARY, act({ reason: "doubles", doubles: "d.0000-7c1a09e4" }))).toContain("7C1A-09E4");
  expect(actText(VOCABULARY, act({ reason: "doubles" }))).toContain("niet mag inzien");
  expect(actText(VOCABULARY, act({ act: "ask", question: "any-photo" }))).toBe(
    "iris vroeg: Is er een foto of opname?",
  );
  expect(actText(VOCABULARY, act({ act: "answer" }))).toContain("iris");
  expect(actText(VOCABULARY, act({ act: "answer", by: null }))).toContain("het toestel");
  expect(actText(VOCABULARY, act({ act: "reopen", reason: "by-hand" }))).toBe("iris heropende dit");
  expect(actText(VOCABULARY, act({ act: "reopen", reason: "more-urgent", by: null }))).toContain(
    "dringender",
  );
});
