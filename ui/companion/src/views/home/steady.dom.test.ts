/** What changes by itself moves nothing that can be tapped; what is safe, and what is urgent, lies under the finger. */
import type { DraftSummary, RecordSummary } from "@baken/bindings";
import { afterEach, expect, it } from "vitest";

import { ownWords } from "../../domain/records/ownWords.svelte";
import { app, click, drawn, emptyObservation, find } from "../drawnInBrowser";

let close: () => Promise<void> = () => Promise.resolve();
afterEach(async () => {
  await close();
  document.body.replaceChildren();
});

async function opened(core: Parameters<typeof app>[0]) {
  const drawnApp = await app(core);
  close = drawnApp.close;
  return drawnApp;
}

const before = (first: string, second: string) =>
  (find(first).compareDocumentPosition(find(second)) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;

const draft: DraftSummary = {
  ...{
    id: "1",
    kind: "observation" as const,
    amends: false,
    placeKind: "hotel",
    ...{ title: "", line: "", inspection: null, urgency: null, photos: 0, spoken: 0 },
    savedAt: "2026-11-23T10:00:00Z",
  },
};
const record = (state: RecordSummary["state"]): RecordSummary => ({
  ...{ operation: "019f0000-0000-7000-8000-00007c1a09e4", entity: "e", kind: "observation" },
  ...{
    inspection: null,
    title: "IJM 204",
    placeKind: "vissersschip",
    line: "Hut op slot",
    level: "team",
    urgency: null,
  },
  ...{ finalisedAt: "2026-11-23T10:00:00Z", state, receivedAt: null, receiptNumber: null },
  ...{ photos: 0, spoken: 0, attachmentsSent: 0, failure: null, outcome: null, corrected: null },
});

const allReceived = { observations: { finalised: 0, sending: 0, acknowledged: 1, failed: 0 } };

it("has every way from home above what grows by itself, and nothing to tap in there", async () => {
  await opened({ home: allReceived });
  for (const way of ["count-today", "count-waits", "open-records", "open-sync", "open-settings"]) {
    expect(before(way, "sync-card"), way).toBe(true);
  }
  expect(find("sync-card").querySelector("button, a")).toBeNull();
});

it("counts the day, and leads from each number to what it counts", async () => {
  const home = { ...allReceived, drafts: [draft] };
  const { companion } = await opened({ home, records: [record("finalised")] });
  expect(
    ["today", "waits", "drafts"].map((what) =>
      find(`count-${what}`).textContent.trim().replaceAll(/\s+/g, " "),
    ),
  ).toEqual(["1 vandaag", "niets wacht", "1 concept"]);
  await click("count-drafts");
  expect(find("seek-draft").getAttribute("aria-pressed")).toBe("true");
  companion.screens.back();
  await drawn();
  expect(document.activeElement).toBe(find("count-drafts"));
});

it("names what stands in a list by its own words and never by the form of exploitation", async () => {
  await opened({
    home: { ...allReceived, drafts: [{ ...draft, line: "Deur zonder kruk" }] },
    records: [record("sending")],
  });
  expect(find("today").textContent).toContain("Hut op slot");
  expect(find("today").textContent).toContain("Deur zonder kruk");
  ownWords.choose(false);
  await drawn();
  expect(find("today").textContent).not.toContain("Hut op slot");
  expect(find("today").textContent).toContain("IJM 204");
  ownWords.choose(true);
});

it("tells of a clock found wrong while home is open below the ways, and on top when it is opened again", async () => {
  const home: { clockAheadSeconds: number | null } = { clockAheadSeconds: null };
  const { companion } = await opened({ home });
  home.clockAheadSeconds = 7200;
  companion.sync.revision += 1;
  await drawn();
  expect(before("open-sync", "clock-wrong")).toBe(true);
  await click("open-settings");
  companion.screens.back();
  await drawn();
  expect(before("clock-wrong", "open-sync")).toBe(true);
});

it("puts the safe answer lowest, and throws nothing away by it", async () => {
  await opened({ home: { drafts: [draft] } });
  await click("discard-draft");
  expect(before("discard-draft-confirm", "discard-draft-cancel")).toBe(true);
  await click("discard-draft-cancel");
  expect(find("open-draft")).not.toBeNull();
});

it("calls all that was recorded received, says that a draft is not, and offers no sending of nothing", async () => {
  await opened({ home: { ...allReceived, drafts: [draft] } });
  await click("open-sync");
  expect(find("sending").textContent).toContain("Alles wat is vastgelegd, is ontvangen");
  expect(find("sync-drafts").textContent).toContain("1 concept is nog niet vastgelegd");
  expect(find("sync-start").textContent).toContain("Verbinding maken");
  expect(find("sync-start").classList.contains("nl-button--primary")).toBe(false);
});

it("says while it tries without a network that there is none and that all is kept", async () => {
  const home = {
    observations: { finalised: 1, sending: 0, acknowledged: 0, failed: 0 },
    lastSyncError: "network",
  } as const;
  const { companion } = await opened({ home });
  await click("open-sync");
  companion.sync.receive({ ...companion.sync.progress, phase: "preparing" });
  await drawn();
  expect(find("sending").dataset.sending).toBe("offline");
  expect(find("sending").textContent).toContain("wordt vanzelf verzonden zodra er netwerk is");
});

it("has the way to call on top of a form that says acute", async () => {
  await opened({ form: { ...emptyObservation, urgency: "spoed" } as typeof emptyObservation });
  await click("new-observation");
  await click("urgency-acuut");
  expect(before("acute-advice", "narrative")).toBe(true);
  await click("urgency-spoed");
  expect(document.querySelector('[data-testid="acute-advice"]')).toBeNull();
});

it("names a record that needs a call by the same number in the list and on its own screen", async () => {
  await opened({ records: [record("failed")] });
  await click("open-records");
  expect(find("record").textContent).toContain("7C1A-09E4");
  await click("record");
  expect(find("record-number").textContent).toContain("7C1A-09E4");
});
