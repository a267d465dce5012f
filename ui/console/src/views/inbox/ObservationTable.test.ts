import type { ObservationSummary, Vocabulary } from "@baken/bindings";
import { render } from "svelte/server";
import { beforeAll, describe, expect, it } from "vitest";

import type { Office } from "../../domain/office.svelte";
import { overwriteGetLocale } from "../../paraglide/runtime";
import ObservationTable from "./ObservationTable.svelte";

const VOCABULARY = {
  exploitationForms: [],
  bases: [],
  levels: [],
  placeKinds: [],
  districts: [],
  urgencies: [],
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
    dueAt: null,
    organisation: "politie",
    deviceLabel: "tablet",
    observedAt: "2026-11-23T09:00:00Z",
    receivedAt: "2026-11-24T10:05:00Z",
    attachmentCount: 0,
    attachmentsMissing: 0,
    quarantined: false,
  }) as unknown as ObservationSummary;

// Nothing is asked of it until a row is opened.
const office = null as unknown as Office;
const drawn = (items: ObservationSummary[], fresh: readonly string[] = []) =>
  render(ObservationTable, { props: { office, vocabulary: VOCABULARY, items, fresh } }).body;

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

  it("says in words of a new row that it is new, and of no other", () => {
    const html = drawn([row("o1", "e1"), row("o2", "e2")], ["o2"]);
    const [, first = "", second = ""] = html.split('data-testid="inbox-row"');
    expect(first).not.toContain("Nieuw");
    expect(second).toContain("Nieuw");
    const [, describedBy] = /aria-describedby="([^"]+)"/.exec(second) ?? [];
    expect(second).toContain(`id="${describedBy ?? "none"}"`);
  });
});
