/** Labels, logins and words of a device on each page that shows them, also in its title and in the margins of paper. */
import type { DeviceSummary, ObservationDetail, ObservationSummary, Session } from "@baken/bindings";
import { exposed, HOSTILE, HOSTILE_NAME, keepsToItself, shownTimes } from "@baken/shared/hostile";
import { flushSync, mount, unmount, type Component } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import vocabulary from "../../../../crates/protocol/src/vocabulary.json";
import { Office } from "../domain/session/office.svelte";
import App from "./App.svelte";
// Fetched before a page asks for them: what is waited for here is drawing alone.
import "./laterPages";
import AccountNotice from "./frame/AccountNotice.svelte";
import Persons from "./record/Persons.svelte";
import Place from "./record/Place.svelte";

const AT = "2026-11-24T10:05:00Z";
const SESSION: Session = {
  ...{ login: HOSTILE_NAME, municipality: HOSTILE_NAME, organisation: "politie", levels: ["team"] },
  ...{
    roles: ["coordinator"],
    permissions: ["read-records", "read-sealed", "handle-records", "read-devices", "manage-devices"],
  },
  ...{
    waits: false,
    csrfToken: "t",
    tenant: "GM0453",
    timeZone: "Europe/Amsterdam",
    expiresAt: "2036-11-24T22:00:00Z",
    signOutAt: null,
  },
};
const SUMMARY = {
  ...{
    observation: "d1.e1",
    operation: "d1.00000001",
    action: "create",
    author: "itself",
    inspection: "d1.i1",
  },
  ...{ device: "d1", deviceLabel: HOSTILE, organisation: HOSTILE_NAME, observedAt: HOSTILE_NAME },
  ...{ finalisedAt: AT, receivedAt: AT, amendedAt: null, retractedAt: null, dueAt: HOSTILE_NAME },
  ...{ strictestUrgency: "spoed", urgentSince: AT, placeKind: HOSTILE_NAME, district: HOSTILE_NAME },
  ...{ forms: [HOSTILE_NAME], indicators: [HOSTILE_NAME], basis: HOSTILE_NAME, urgency: HOSTILE_NAME },
  ...{ actions: [HOSTILE_NAME], level: "team", personCount: 1, attachmentCount: 0, attachmentsMissing: 0 },
  quarantined: false,
  handling: { count: 0, holder: null, handledAt: null, report: null, question: null, acts: [] },
} as ObservationSummary;
const PROOF = {
  ...{ operationHash: "ab", finalisedAt: AT, receivedAt: AT, receiptNumber: 7, logOrigin: HOSTILE },
  ...{ chain: "c1", seq: 1, batchHash: "cd", receiptKeyFingerprint: "ef", quarantined: false },
  signedBy: {
    ...{ device: "d1", label: HOSTILE, organisation: "politie", keyFingerprint: "ab", enrolledAt: AT },
    revokedAt: null,
  },
  chainState: { batches: 1, lastSeq: 1, gaps: [], frozen: false },
  ...{ checks: [], clockOffsetSeconds: null, datedAheadSeconds: 0 },
};
const SEALED = { sha256: "ab", sizeBytes: 1, recipients: ["team"], epoch: 1 };
const DETAIL = {
  ...{ summary: SUMMARY, attachments: [], sealed: SEALED, proof: PROOF, current: SUMMARY.operation },
  history: [
    { ...SUMMARY, operation: "d1.00000000", forms: ["arbeid"], placeKind: "woning", observedAt: AT },
    SUMMARY,
  ],
  handling: { count: 0, holder: null, handledAt: null, report: null, question: null, acts: [] },
  claims: [{ ...SUMMARY, operation: "d2.00000001", device: "d2" }],
} as unknown as ObservationDetail;
const INSPECTION = {
  ...{
    inspection: "d1.i1",
    operation: "d1.00000002",
    device: "d1",
    deviceLabel: HOSTILE,
    startedAt: HOSTILE_NAME,
  },
  ...{ organisation: HOSTILE_NAME, receivedAt: AT, placeKind: HOSTILE_NAME, district: HOSTILE_NAME },
  ...{ organisations: [HOSTILE_NAME], ground: HOSTILE_NAME, observationCount: 1, amendedAt: null },
  ...{ retractedAt: null, quarantined: false },
};
const device = (id: string, more: Partial<DeviceSummary> = {}): DeviceSummary => ({
  ...{ device: id, label: HOSTILE, organisation: HOSTILE_NAME, enrolledAt: AT, lastReceivedAt: AT },
  ...{
    revokedAt: null,
    revokedReason: null,
    wipeOrderedAt: null,
    wipeFetchedAt: null,
    keyFingerprint: "ab",
    observations: 1,
  },
  ...more,
});
const INVITATION = {
  id: "n1",
  label: HOSTILE,
  organisation: HOSTILE_NAME,
  expiresAt: "2036-01-01T00:00:00Z",
};
const ALERT = { id: 1, code: "retracted", device: "d1", deviceLabel: HOSTILE, raisedAt: AT, detail: "" };

let answers: Record<string, unknown>;
const sheets: string[] = [];
let office: Office;
let component: Record<string, unknown> | undefined;

beforeEach(() => {
  // What breaks a page fails the test that draws it.
  vi.stubGlobal("reportError", (reason: unknown) => {
    throw reason;
  });
  answers = {
    "/v1/sessions/current": SESSION,
    "/v1/vocabulary": vocabulary,
    "/v1/observations": {
      items: [SUMMARY],
      ...{ nextCursor: null, total: 1, apart: 0, urgencyCounts: { [HOSTILE_NAME]: 1 }, countsAreExact: true },
    },
    "/v1/observations/d1.00000001": DETAIL,
    "/v1/inspections": { items: [INSPECTION], nextCursor: null },
    "/v1/inspections/d1.00000002": { ...INSPECTION, sealed: SEALED, proof: PROOF, observations: [SUMMARY] },
    "/v1/devices": {
      devices: [device("d1"), device("d2", { revokedAt: AT, revokedReason: HOSTILE })],
      nextCursor: null,
    },
    "/v1/invitations": { invitations: [INVITATION] },
    "/v1/alerts": {
      alerts: [
        { ...ALERT, count: 1, record: null },
        { ...ALERT, code: "quarantined", count: 3, record: null },
      ],
    },
  };
  vi.stubGlobal("fetch", (path: string) => {
    const body = answers[path.split("?")[0] ?? ""];
    return Promise.resolve(
      body === undefined ? Response.json({ code: "internal" }, { status: 500 }) : Response.json(body),
    );
  });
  vi.spyOn(CSSStyleSheet.prototype, "replaceSync").mockImplementation((text) => void sheets.push(text));
});
afterEach(async () => {
  if (component) await unmount(component);
  component = undefined;
  sheets.length = 0;
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function drawn() {
  for (let turn = 0; turn < 10; turn += 1) {
    flushSync();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

async function page(path: string) {
  history.replaceState(null, "", path);
  office = new Office({ tell: () => undefined, listen: () => undefined });
  component = mount(App, { target: document.body, props: { office } });
  await drawn();
}

async function press(testid: string) {
  const button = document.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
  if (!button)
    throw new Error(`no ${testid}: ${document.body.textContent.replaceAll("W", "").slice(0, 500)}`);
  button.click();
  await drawn();
}

function nothingExposed(times: number) {
  expect(exposed(document.body)).toEqual([]);
  expect(keepsToItself(document.title)).toBe(true);
  expect(shownTimes(document.body)).toBeGreaterThanOrEqual(times);
  // In a sheet's text such characters are written as numbers; an isolate is closed before the quote is.
  for (const sheet of sheets) expect(sheet).not.toContain("\\202e ");
}

it("keeps to itself in the inbox, its alerts and its filters", async () => {
  await page(`/inbox?device=${encodeURIComponent(HOSTILE_NAME)}`);
  await press("filters");
  nothingExposed(10);
  expect(sheets.join()).toContain("[RLO]");
});

it("keeps to itself on an observation, in its history and its title", async () => {
  await page("/observations/d1.00000001");
  nothingExposed(15);
  expect(document.title).toContain("[RLO]");
});

it("keeps to itself among the inspections, and on one", async () => {
  await page("/inspections");
  nothingExposed(5);
  office.router.go("/inspections/d1.00000002");
  await drawn();
  nothingExposed(10);
  expect(document.title).toContain("[RLO]");
});

it("keeps to itself among the devices, and in what is asked and told of one", async () => {
  await page("/devices");
  nothingExposed(6);
  await press("device-revoke");
  nothingExposed(8);
  office.typed.clear("revoke-device");
  await drawn();
  await press("invite-withdraw");
  nothingExposed(7);
  await press("withdraw-cancel");
  office.handedOut.add({
    ...INVITATION,
    code: "ABCD-EFGH",
    address: "https://a.example",
    uri: "b:c",
    qrSvg: "",
  });
  await drawn();
  nothingExposed(7);
  expect(sheets.at(-1)).toContain("[RLO]");
});

it("keeps to itself in what is told of a device that joined and an invitation that went", async () => {
  await page("/devices");
  office.handedOut.add({
    ...INVITATION,
    code: "ABCD-EFGH",
    address: "https://a.example",
    uri: "b:c",
    qrSvg: "",
  });
  answers["/v1/devices"] = {
    devices: [device("d1"), device("d3", { label: `${HOSTILE}3` })],
    nextCursor: null,
  };
  answers["/v1/invitations"] = { invitations: [] };
  vi.spyOn(Date, "now").mockReturnValue(Date.now() + 2_000);
  document.dispatchEvent(new Event("visibilitychange"));
  await drawn();
  const news = document.querySelector('[data-testid="devices-news"]');
  if (!news) throw new Error("no news");
  expect(shownTimes(news)).toBe(2);
  nothingExposed(5);
});

it.each<[string, Component, object]>([
  [
    "an exact place",
    Place as Component,
    {
      place: {
        name: HOSTILE,
        address: HOSTILE,
        postcode: HOSTILE,
        berth: HOSTILE,
        neighbourhood: "",
        imo: HOSTILE,
        mmsi: "",
        eni: "",
        fishingMark: "",
        kvk: "",
        bag: "",
        coordinates: null,
      },
    },
  ],
  [
    "persons",
    Persons as Component,
    {
      vocabulary,
      persons: [
        {
          pseudonym: HOSTILE,
          description: HOSTILE,
          consents: [{ purpose: HOSTILE_NAME, state: HOSTILE_NAME }],
        },
      ],
    },
  ],
  ["who else signed in", AccountNotice as Component, { office: { accountChanged: true }, session: SESSION }],
])("keeps to itself in %s", (_name, screen, props) => {
  component = mount(screen, { target: document.body, props });
  flushSync();
  nothingExposed(1);
});
