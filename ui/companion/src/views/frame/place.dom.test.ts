import type { RecordSummary } from "@baken/bindings";
import { afterEach, expect, it } from "vitest";

import { app, click, drawn, find } from "../drawnInBrowser";

let close: () => Promise<void> = () => Promise.resolve();
afterEach(async () => {
  await close();
  document.body.replaceChildren();
});

const record = (number: number): RecordSummary => ({
  ...{ operation: `o${number}`, entity: `e${number}`, kind: "observation", inspection: null },
  ...{
    title: `Schip ${number}`,
    placeKind: "zeeschip",
    line: "Hut op slot",
    level: "team",
    urgency: "spoed",
  },
  ...{ finalisedAt: "2026-11-23T10:00:00Z", state: "sending", receivedAt: null, receiptNumber: null },
  ...{ photos: 0, spoken: 0, attachmentsSent: 0, failure: null, outcome: null, corrected: null },
});

const home = {
  observations: { finalised: 0, sending: 150, acknowledged: 0, failed: 0 },
  lastSyncError: "network",
} as const;

const row = (number: number) => document.querySelector<HTMLElement>(`[data-operation="o${number}"]`);

async function listOf(count: number) {
  const opened = await app({ records: Array.from({ length: count }, (_, index) => record(index + 1)), home });
  close = opened.close;
  await click("open-records");
  return opened;
}

it("comes back from a record to its row, also to one beyond the first page, with the focus on it", async () => {
  const { companion } = await listOf(150);
  await click("records-more");
  const scroller = document.querySelector('[role="region"]');
  if (!scroller) throw new Error("a screen has a part that scrolls");
  scroller.scrollTop = 8000;
  row(121)?.click();
  await drawn();
  expect(find("heading").textContent).toContain("Waarneming");

  companion.screens.back();
  await drawn();
  expect(document.activeElement).toBe(row(121));
  expect(document.querySelector('[role="region"]')?.scrollTop).toBe(8000);
});

it("goes on at the first row that came when more are asked for, and says how many are shown", async () => {
  await listOf(150);
  expect(document.querySelectorAll('[data-testid="record"]')).toHaveLength(100);
  await click("records-more");
  expect(document.activeElement).toBe(row(101));
  expect(find("records").parentElement?.textContent).toContain("150");
  expect(document.querySelectorAll('[data-testid="record"]')).toHaveLength(150);
  expect(document.querySelector('[data-testid="records-more"]')).toBeNull();
});

it("comes back from any screen to as many rows as were shown", async () => {
  const { companion } = await listOf(210);
  await click("records-more");
  companion.screens.open({ name: "sync" });
  await drawn();
  companion.screens.back();
  await drawn();
  expect(document.querySelectorAll('[data-testid="record"]')).toHaveLength(200);
});

it("comes back to the opener on home, and begins at the heading where it was not before", async () => {
  const { companion } = await listOf(3);
  expect(document.activeElement).toBe(find("heading"));
  companion.screens.back();
  await drawn();
  expect(document.activeElement).toBe(find("open-records"));
});

it("comes back to what was looked for", async () => {
  const { companion } = await listOf(30);
  const words = find("seek-words") as HTMLInputElement;
  words.value = "Schip 12";
  words.dispatchEvent(new Event("input", { bubbles: true }));
  await drawn();
  expect(document.querySelectorAll('[data-testid="record"]')).toHaveLength(1);
  expect(find("records-found").textContent).toContain("1 gevonden");
  row(12)?.click();
  await drawn();
  companion.screens.back();
  await drawn();
  expect((find("seek-words") as HTMLInputElement).value).toBe("Schip 12");
  expect(document.querySelectorAll('[data-testid="record"]')).toHaveLength(1);
  expect(document.activeElement).toBe(row(12));
  await click("seek-clear");
  expect(document.querySelectorAll('[data-testid="record"]')).toHaveLength(30);
});

it("says of each record what it waits for, and calls nothing failed", async () => {
  await listOf(9);
  expect(document.querySelectorAll('[data-testid="records-line"]')).toHaveLength(1);
  expect(find("records").textContent).not.toContain("Mislukt");
  expect(find("records-line").textContent).toContain("netwerk");
  expect(row(9)?.textContent).toContain("Wacht");
});

it("has its focus in the field when there is only a secret to type", async () => {
  const opened = await app({ status: { phase: "locked" } });
  close = opened.close;
  expect(document.activeElement).toBe(find("unlock-secret"));
});
