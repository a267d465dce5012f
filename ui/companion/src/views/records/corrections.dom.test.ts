/** A signed record is amended and taken back from its page: with a reason, and never by one tap. */
import type { RecordStep, RecordSummary } from "@baken/bindings";
import { afterEach, expect, it } from "vitest";

import { app, click, drawn, emptyObservation, find, type } from "../drawnInBrowser";

let close: () => Promise<void> = () => Promise.resolve();
afterEach(async () => {
  await close();
  document.body.replaceChildren();
});

const OPERATION = "019f0000-0000-7000-8000-00007c1a09e4";
const record = (corrected: RecordSummary["corrected"] = null): RecordSummary => ({
  ...{ operation: OPERATION, entity: "e", kind: "observation", corrected },
  ...{
    inspection: null,
    title: "IJM 204",
    placeKind: "vissersschip",
    line: "Hut op slot",
    level: "team",
    urgency: null,
  },
  ...{ finalisedAt: "2026-11-23T10:00:00Z", state: "finalised", receivedAt: null, receiptNumber: null },
  ...{ photos: 0, spoken: 0, attachmentsSent: 0, failure: null, outcome: null },
});
const step = (
  action: RecordStep["action"],
  reason: string,
  narrative: string,
  state: RecordStep["state"] = "finalised",
): RecordStep => ({
  ...{ operation: `${action}-${narrative}`, action, finalisedAt: "2026-11-23T10:00:00Z" },
  ...{ state, receivedAt: null, failure: null, photos: 0, spoken: 0 },
  form: { ...emptyObservation, reason, narrative } as RecordStep["form"],
});

async function opened(core: Parameters<typeof app>[0]) {
  const drawnApp = await app({ records: [record()], ...core });
  close = drawnApp.close;
  await click("open-records");
  await click("record");
  return drawnApp;
}

const all = (testid: string) => [...document.querySelectorAll(`[data-testid="${testid}"]`)];

it("amends in a draft like any other, with the reason first and the level fixed", async () => {
  const { signed, companion } = await opened({
    refuses: (form) =>
      "reason" in form && form.reason === "" ? [{ field: "reason", code: "required" }] : [],
  });
  await click("amend");
  expect(find("heading").textContent).toContain("Waarneming verbeteren");
  expect(find("level-fixed").textContent).toContain("vast");
  expect(all("level-zorg")).toHaveLength(0);
  await click("finalise");
  expect(find("error-summary").textContent).toContain("Nog 1 antwoord");
  expect(document.activeElement).toBe(find("reason"));
  expect(signed).toHaveLength(0);
  find("reason").focus();
  await type("andere hut");
  await click("finalise");
  expect(signed.map((form) => "reason" in form && form.reason)).toEqual(["andere hut"]);
  expect(companion.screen).toMatchObject({ name: "record", justFinalised: true });
});

it("takes back only with a reason, after a question whose safe answer is lowest", async () => {
  const { retracted, companion } = await opened({});
  await click("to-retract");
  await click("retract");
  expect(document.activeElement).toBe(find("reason"));
  expect(document.body.textContent).toContain("Schrijf op waarom");
  await type("ander schip");
  await click("retract");
  expect(retracted).toEqual([]);
  await click("retract-cancel");
  expect(retracted).toEqual([]);
  await click("retract");
  await click("retract-confirm");
  await drawn();
  expect(retracted).toEqual(["ander schip"]);
  expect(companion.screen.name).toBe("record");
});

it("offers nothing more for what was taken back, and keeps what it said", async () => {
  await opened({ records: [record("retracted")] });
  expect(find("record-retracted").textContent).toContain("Ingetrokken");
  expect(all("amend").length + all("to-retract").length).toBe(0);
  expect(find("record-fields").textContent).not.toBe("");
});

it("says of what was purged that the municipality has it, and offers no correction of it", async () => {
  const removed = (action: "amend" | "create", said: string) => ({
    ...step(action, "", said, "acknowledged"),
    form: null,
  });
  await opened({
    records: [record("amended")],
    history: [removed("amend", "hut 14"), removed("create", "hut 12")],
    purgedAt: "2026-12-01T10:00:00.000Z",
  });
  expect(find("record-purged").textContent).toMatch(/verwijderd.*1 december 2026.*gemeente/s);
  expect(all("record-step")).toHaveLength(2);
  expect(all("amend").length + all("to-retract").length + all("record-step-said").length).toBe(0);
  expect(find("record-history").textContent).not.toContain("kan niet tonen");
});

it("says in the list, first of all, what was done to a record", async () => {
  const { companion } = await opened({ records: [record("amended")] });
  companion.screens.back();
  await drawn();
  expect(find("record").textContent).toMatch(/^\s*Verbeterd/);
});

it("shows each step with its reason and its own state, the last first, and what stood there before", async () => {
  await opened({
    records: [record("amended")],
    history: [step("amend", "andere hut", "hut 14"), step("create", "", "hut 12", "acknowledged")],
  });
  expect(all("record-step").map((one) => one.getAttribute("data-action"))).toEqual(["amend", "create"]);
  expect(all("record-step-reason").map((one) => one.textContent)).toEqual(["Waarom? andere hut"]);
  expect(all("record-step-state").map((one) => one.textContent.trim())).toEqual([
    expect.stringContaining("Nog niet verzonden"),
    expect.stringContaining("Ontvangen"),
  ]);
  expect(all("record-step-said")).toHaveLength(1);
  expect(find("record-step-said").closest("details")?.open).toBe(false);
  expect(find("record-step-said").closest("details")?.textContent).toContain("hut 12");
});

it("says plainly where a step can no longer be read", async () => {
  const later = { ...step("create", "", "hut 12"), form: null };
  await opened({
    records: [record("amended")],
    history: [step("amend", "het klopte niet", "hut 14"), later],
  });
  expect(find("record-history").textContent).toContain("kan niet tonen wat er toen stond");
});
