import type { Alert } from "@baken/bindings";
import { render } from "svelte/server";
import { beforeAll, describe, expect, it } from "vitest";

import type { Office } from "../../domain/session/office.svelte";
import { overwriteGetLocale } from "../../paraglide/runtime";
import Alerts from "./Alerts.svelte";

const raised = (count: number): Alert => ({
  id: 7,
  code: "quarantined",
  device: "d1",
  deviceLabel: "tablet 2",
  raisedAt: "2026-11-24T10:05:00Z",
  detail: "",
  count,
  record: null,
});

// Nothing is asked of it until a link is followed.
const office = null as unknown as Office;
const drawn = (count: number) => render(Alerts, { props: { office, alerts: [raised(count)] } }).body;

beforeAll(() => {
  overwriteGetLocale(() => "nl");
});

describe("Alerts", () => {
  it("say how often the same happened, and nothing of it where it happened once", () => {
    expect(drawn(1_204)).toContain("\u2068tablet 2\u2069, 1.204 keer, laatst op 24 nov 2026");
    expect(drawn(1)).toContain("\u2068tablet 2\u2069, 24 nov 2026");
    expect(drawn(1)).not.toContain(" keer,");
  });
});
