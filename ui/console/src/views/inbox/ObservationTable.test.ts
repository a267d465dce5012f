import type { ObservationSummary, Vocabulary } from "@baken/bindings";
import { render } from "svelte/server";
import { beforeAll, describe, expect, it } from "vitest";

import type { Office } from "../../domain/session/office.svelte";
import { overwriteGetLocale } from "../../paraglide/runtime";
import ObservationTable from "./ObservationTable.svelte";

const VOCABULARY = {
  exploitationForms: [],
  bases: [],
  levels: [],
  placeKinds: [],
  districts: [],
  urgencies: [
    { code: "acuut", nl: "Acuut: direct gevaar" },
    { code: "spoed", nl: "Spoed: binnen 24 uur" },
  ],
  actions: [{ code: "gebeld-112", nl: "112 gebeld" }],
  organisations: [],
} as unknown as Vocabulary;

const row = (operation: string, observation: string) =>
  ({
    operation,
    observation,
    forms: ["arbeid"],
    basis: "waarneming",
    level: "team",
    placeKind: "woning",
    district: null,
    urgency: "spoed",
    strictestUrgency: "spoed",
    urgentSince: "2026-11-24T10:05:00Z",
    dueAt: null,
    action: "create",
    author: "itself",
    amendedAt: null,
    retractedAt: null,
    actions: [],
    indicators: [],
    organisation: "politie",
    deviceLabel: "tablet",
    observedAt: "2026-11-23T09:00:00Z",
    receivedAt: "2026-11-24T10:05:00Z",
    attachmentCount: 0,
    attachmentsMissing: 0,
    quarantined: false,
    handling: { count: 0, holder: null, handledAt: null, report: null, question: null, acts: [] },
  }) as unknown as ObservationSummary;

// Nothing is asked of it until a row is opened.
const office = null as unknown as Office;
const html = (change: Partial<ObservationSummary>) => drawn([{ ...row("o1", "e1"), ...change }]);
const drawn = (items: ObservationSummary[], fresh: readonly string[] = []) =>
  render(ObservationTable, { props: { office, vocabulary: VOCABULARY, items, fresh, login: "ik" } }).body;

beforeAll(() => {
  overwriteGetLocale(() => "nl");
});

describe("ObservationTable", () => {
  it("leads to each of two records that claim one entity", () => {
    const html = drawn([row("o1", "e1"), row("o2", "e1")]);
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, path]) => path)).toEqual([
      "/observations/o1",
      "/observations/o2",
    ]);
    expect([...html.matchAll(/data-operation="([^"]*)"/g)].map(([, operation]) => operation)).toEqual([
      "o1",
      "o2",
    ]);
  });

  it("says of what was taken back and made less urgent that it was, under the strictest urgency", () => {
    const shown = html({
      strictestUrgency: "acuut",
      urgency: "spoed",
      amendedAt: "2026-11-24T11:00:00Z",
      retractedAt: "2026-11-24T12:00:00Z",
    });
    expect(shown).toContain("Acuut");
    expect(shown).toContain("ingetrokken op 24 nov");
    expect(shown).toContain("toestel zegt nu: Spoed");
    expect(shown).toContain("verbeterd op 24 nov");
    expect(html({})).not.toContain("ingetrokken");
    expect(html({})).not.toContain("toestel zegt nu");
  });

  it("says beside what is acute whether 112 was called", () => {
    expect(html({ strictestUrgency: "acuut" })).toContain("112 niet gebeld");
    expect(html({ strictestUrgency: "acuut", actions: ["gebeld-112"] })).toContain("112 gebeld");
    expect(html({ strictestUrgency: "acuut", actions: ["gebeld-112"] })).not.toContain("niet gebeld");
    expect(html({})).not.toContain("112");
  });

  it("says of a record that names another device's observation that it does", () => {
    expect(html({ author: "another-device" })).toContain("noemt een waarneming van een ander toestel");
    expect(html({ author: "not-here" })).toContain("verandert een waarneming die hier niet is");
  });

  it("says with whom it is, and of what is finished that the term stopped", () => {
    const handling = { count: 1, holder: null, handledAt: null, report: null, question: null, acts: [] };
    expect(html({ handling })).toContain("niemand");
    const held = html({ handling: { ...handling, holder: "iris" } });
    expect(held).toContain("iris");
    const done = html({
      dueAt: "2020-01-01T00:00:00Z",
      handling: { ...handling, handledAt: "2026-11-24T12:00:00Z" },
    });
    expect(done).toContain("afgehandeld");
    expect(done).not.toContain("te laat");
  });

  it("says that somebody may be a minor where the open part does", () => {
    expect(html({ indicators: ["M3"] })).toContain("mogelijk minderjarig");
    expect(html({ indicators: ["M1"] })).not.toContain("minderjarig");
  });

  it("says in words of a new row that it is new, and of no other", () => {
    const html = drawn([row("o1", "e1"), row("o2", "e2")], ["o2"]);
    const [, first = "", second = ""] = html.split('data-testid="inbox-row"');
    expect(first).not.toContain("Nieuw");
    expect(second).toContain("Nieuw");
    const [, describedBy] = /aria-describedby="([^"]+)"/.exec(second) ?? [];
    expect(second).toContain(`id="${describedBy ?? "none"}"`);
  });
});
