import type { Evidence } from "@baken/bindings";
import { render } from "svelte/server";
import { beforeAll, expect, it, vi } from "vitest";

import { BrowserCheck } from "../../domain/record/browserCheck.svelte";
import { RootPin } from "../../domain/record/rootPin.svelte";
import type { EvidenceResult } from "../../domain/record/evidence";
import { overwriteGetLocale } from "../../paraglide/runtime";

const NOTHING_KEPT = { getItem: () => null, setItem: () => undefined };

const found: EvidenceResult = {
  supported: true,
  checks: [{ code: "keydir-names-keys", holds: true }],
  notes: [],
  rootFingerprint: "ab".repeat(32),
};
vi.mock("../../domain/record/evidence", () => ({ checkEvidence: () => Promise.resolve(found) }));

const { default: EvidenceCheck } = await import("./EvidenceCheck.svelte");

beforeAll(() => {
  overwriteGetLocale(() => "nl");
});

async function drawn(): Promise<string> {
  const shown = { proof: { checks: [] } } as unknown as ConstructorParameters<typeof BrowserCheck>[1];
  const check = new BrowserCheck(
    () => Promise.resolve({} as unknown as Evidence),
    shown,
    "GM0453",
    new RootPin("GM0453", NOTHING_KEPT),
  );
  await check.run();
  return render(EvidenceCheck, { props: { operation: "o1", check } }).body;
}

it("says which directory is not there, and that the rest holds", async () => {
  expect(await drawn()).not.toContain("evidence-note");
  found.notes = [{ code: "no-sealing-directory", epoch: 2 }];
  const body = await drawn();
  expect(body).toContain("Sleutellijst 2, waarmee");
  expect(body).toContain("alle kloppen");
});
