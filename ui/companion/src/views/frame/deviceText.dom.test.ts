/** Text that came from elsewhere, or from a person, on each screen that shows it. */
import type { DraftForm, InspectionSummary, RecordSummary } from "@baken/bindings";
import { exposed, HOSTILE, HOSTILE_NAME, shownTimes } from "@baken/shared/hostile";
import { flushSync, mount, unmount, type Component } from "svelte";
import { afterEach, expect, it } from "vitest";

import InvitationCheck from "../setup/InvitationCheck.svelte";
import { app, click, drawn, emptyObservation } from "../drawnInBrowser";
import Failure from "./Failure.svelte";

let close: () => Promise<void> = () => Promise.resolve();
afterEach(async () => {
  await close();
  document.body.replaceChildren();
});

const inspection: InspectionSummary = {
  ...{ inspection: "i1", placeKind: HOSTILE_NAME, placeName: HOSTILE, startedAt: "2026-11-23T09:00:00Z" },
  ...{ organisations: [HOSTILE_NAME], ground: HOSTILE_NAME, joined: false },
};
const record: RecordSummary = {
  ...{ operation: "o1", entity: "e1", kind: "observation", inspection: "i1", title: HOSTILE },
  ...{ placeKind: HOSTILE_NAME, line: HOSTILE, level: "team", urgency: HOSTILE_NAME, state: "sending" },
  ...{ finalisedAt: "2026-11-23T10:00:00Z", receivedAt: null, receiptNumber: null },
  ...{ photos: 0, spoken: 0, attachmentsSent: 0, failure: null, outcome: null, corrected: null },
};
if (emptyObservation.kind !== "observation") throw new Error("an observation");
const form: DraftForm = {
  ...emptyObservation,
  place: { ...emptyObservation.place, kind: HOSTILE_NAME, name: HOSTILE, address: HOSTILE, berth: HOSTILE },
  ...{ inspection: "i1", forms: [HOSTILE_NAME], indicators: [HOSTILE_NAME], basis: HOSTILE_NAME },
  ...{ narrative: HOSTILE, urgency: HOSTILE_NAME, actions: [HOSTILE_NAME] },
  persons: [
    {
      ...{ id: null, role: HOSTILE_NAME, ageBand: "", language: "", needs: "" },
      ...{ pseudonym: HOSTILE_NAME, description: HOSTILE },
      consents: [{ purpose: HOSTILE_NAME, state: HOSTILE_NAME }],
    },
  ],
};

const open = async () => {
  const started = await app({
    ...{ form, records: [record], inspections: [inspection] },
    home: { inspection, observations },
  });
  close = started.close;
  return started.companion;
};
const observations = { finalised: 0, sending: 1, acknowledged: 0, failed: 0 };
const nothingExposed = (times: number) => {
  expect(exposed(document.body)).toEqual([]);
  expect(shownTimes(document.body)).toBeGreaterThanOrEqual(times);
};

it("keeps to itself at home", async () => {
  await open();
  nothingExposed(3);
});

it("keeps to itself in the list, and in the record", async () => {
  await open();
  await click("open-records");
  nothingExposed(2);
  await click("record");
  nothingExposed(12);
});

it("keeps to itself in a draft, with everything unfolded", async () => {
  const companion = await open();
  await companion.startDraft("observation", { from: "new-observation" });
  await drawn();
  for (const folded of document.querySelectorAll<HTMLElement>("details > summary, [aria-expanded=false]")) {
    folded.click();
    await drawn();
  }
  nothingExposed(5);
});

it("keeps to itself in the draft of an inspection", async () => {
  const kept = { startedAt: "2026-11-23T09:00:00Z", startedTyped: null, organisations: [HOSTILE_NAME] };
  const { place } = emptyObservation;
  const started = await app({
    form: {
      ...{
        kind: "inspection",
        ...kept,
        ground: HOSTILE_NAME,
        confirmed: [],
        reason: "",
        notCitizenNumbers: [],
      },
      place: { ...place, kind: "hotel", name: HOSTILE, address: HOSTILE },
    },
  });
  close = started.close;
  await started.companion.startDraft("inspection", { from: "start-inspection" });
  await drawn();
  nothingExposed(1);
});

it.each<[Component, object]>([
  [InvitationCheck as Component, { preview: { address: HOSTILE, fingerprint: "ab12", organisation: null } }],
  [
    Failure as Component,
    {
      error: { code: "folder-permissions", message: "", folder: HOSTILE, fields: [] },
      onagain: () => undefined,
    },
  ],
])("keeps to itself before anybody is let in", (screen, props) => {
  const component = mount(screen, { target: document.body, props });
  close = () => unmount(component);
  flushSync();
  nothingExposed(1);
});
