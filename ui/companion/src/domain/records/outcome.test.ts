import type { RecordOutcome } from "@baken/bindings";
import { beforeAll, expect, it } from "vitest";

import { overwriteGetLocale } from "../../paraglide/runtime";
import { asks, outcomeShort, outcomeWords } from "./outcome";

const outcome = (more: Partial<RecordOutcome>): RecordOutcome => ({
  ...{ state: "received", since: "2026-11-24T10:00:00Z", question: null, answered: false, closedAs: null },
  ...more,
});

beforeAll(() => {
  overwriteGetLocale(() => "nl");
});

it("says at the edge of a row what the receipt does not say already", () => {
  expect(outcomeShort(outcome({}))).toBeNull();
  expect(outcomeShort(outcome({ state: "in-treatment" }))).toBe("In behandeling");
  expect(outcomeShort(outcome({ state: "question" }))).toBe("Vraag van kantoor");
  expect(outcomeShort(outcome({ state: "question", answered: true }))).toBe("Beantwoord");
  expect(outcomeShort(outcome({ state: "closed" }))).toBe("Afgerond");
});

it("asks until something was signed since", () => {
  expect(asks(outcome({ state: "question" }))).toBe(true);
  expect(asks(outcome({ state: "question", answered: true }))).toBe(false);
  expect(asks(outcome({ state: "closed" }))).toBe(false);
});

it("says what is asked, and why it was closed as far as that is told", () => {
  const told = (more: Partial<RecordOutcome>) => outcomeWords(outcome(more)).text;
  expect(told({ state: "question", question: "any-photo" })).toContain("foto");
  expect(told({ state: "question", question: "danger-now" })).toContain("112");
  expect(told({ state: "question" })).toContain("Bel het kantoor");
  expect(told({ state: "closed", closedAs: "report" })).toContain("gaat hier zelf mee verder");
  expect(told({ state: "closed" })).toBe("Het kantoor is hiermee klaar.");
});

it("reads what a later version does as something that was done", () => {
  expect(outcomeShort(outcome({ state: null }))).toBe("Kantoor deed iets");
  expect(outcomeWords(outcome({ state: null })).text).toContain("deze versie van de app");
});
