/** An inspection that may have been forgotten is asked about before anything belongs to it. */
import type { InspectionSummary } from "@baken/bindings";
import { afterEach, expect, it, vi } from "vitest";

import { app, click, drawn, find } from "../drawnInBrowser";

let close: () => Promise<void> = () => Promise.resolve();
afterEach(async () => {
  await close();
  document.body.replaceChildren();
});

const inspection: InspectionSummary = {
  ...{ inspection: "i1", placeKind: "zeeschip", placeName: "Noordster", startedAt: "2026-11-20T09:00:00Z" },
  ...{ organisations: ["politie"], ground: "awb-5-15", joined: false },
};

async function opened(inspectionConfirmedAt: string | null) {
  const home = { inspection, inspectionConfirmedAt };
  const started = await app({ home });
  close = started.close;
  const { companion } = started;
  const confirmed = vi.spyOn(companion.bridge, "confirmInspection").mockImplementation(() => {
    home.inspectionConfirmedAt = new Date().toISOString();
    return Promise.resolve();
  });
  return { companion, confirmed, begun: vi.spyOn(companion.bridge, "startDraft") };
}

it("begins nothing in an inspection of another day before somebody says that it runs", async () => {
  const { confirmed, begun, companion } = await opened(null);
  expect(find("inspection-asks").textContent).toContain("Loopt deze controle nog?");
  await click("new-observation");
  expect(begun).not.toHaveBeenCalled();
  await click("inspection-asks-confirm");
  await drawn();
  expect(confirmed).toHaveBeenCalledTimes(1);
  expect(begun).toHaveBeenCalledTimes(1);
  expect(companion.screen.name).toBe("draft");
});

it("leads to closing it where it is over", async () => {
  const { begun, companion } = await opened(null);
  await click("new-observation");
  await click("inspection-asks-cancel");
  expect(companion.screen.name).toBe("closing");
  expect(begun).not.toHaveBeenCalled();
});

it("asks nothing of one that somebody said runs", async () => {
  const { begun } = await opened(new Date().toISOString());
  expect(document.querySelector('[data-testid="inspection-asks"]')).toBeNull();
  await click("new-observation");
  expect(begun).toHaveBeenCalledTimes(1);
});
