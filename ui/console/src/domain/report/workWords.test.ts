import type { CaseworkSummary, ReportStepSummary } from "@baken/bindings";
import { beforeAll, expect, it } from "vitest";

import { overwriteGetLocale } from "../../paraglide/runtime";
import { workText } from "./workWords";

const step = (place: number, work: CaseworkSummary): ReportStepSummary => ({
  ...{ place, work, hasText: false, state: null, reason: null, doubles: null, assignedTo: null },
  ...{ by: "iris", at: "2026-11-24T10:00:00Z" },
});
const call: CaseworkSummary = { act: "plan", task: "call", due: "2026-12-01", assignedTo: "sam" };

beforeAll(() => {
  overwriteGetLocale(() => "nl");
});

it("says which task is over and which referral was answered, by the step that each names", () => {
  const referred: CaseworkSummary = {
    act: "refer",
    body: "comensha",
    persons: 2,
    ground: "consent-registration",
  };
  const steps = [step(1, call), step(2, referred)];
  expect(workText(call, steps)).toBe("Taak gepland voor sam: bellen, uiterlijk 1 dec 2026");
  expect(workText({ act: "end", task: 1, how: "dropped" }, steps)).toBe("Taak vervallen: bellen");
  expect(workText(referred, steps)).toBe(
    "Verwezen naar CoMensha, 2 personen: met toestemming voor registratie",
  );
  expect(workText({ act: "answer", referral: 2, answer: "no-reply" }, steps)).toBe("CoMensha: geen antwoord");
});

it("says so where that step is not among those that are shown any more", () => {
  expect(workText({ act: "end", task: 1, how: "done" }, [])).toBe("Taak gedaan: een eerdere taak");
});
