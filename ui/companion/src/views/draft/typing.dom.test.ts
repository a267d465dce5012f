import type { DraftForm, FieldError } from "@baken/bindings";
import { afterEach, describe, expect, it } from "vitest";

import { app, click, drawn, emptyObservation, find, type } from "../drawnInBrowser";

let close: () => Promise<void> = () => Promise.resolve();
afterEach(async () => {
  await close();
  document.body.replaceChildren();
});

async function draftOn(form: DraftForm, refuses: (form: DraftForm) => FieldError[]) {
  const opened = await app({ form, refuses });
  close = opened.close;
  await click("new-observation");
  return opened;
}

const observation = (part: object) => ({ ...emptyObservation, ...part });
const value = (testid: string) => (find(testid) as HTMLInputElement).value;

describe("typing in a field that a try refused", () => {
  it("keeps every letter of a number that is retyped through its old value", async () => {
    const place = { ...emptyObservation.place, postcode: "197 EF" };
    await draftOn(observation({ place }), () => [{ field: "place.postcode", code: "invalid" }]);
    await click("finalise");
    expect(document.activeElement).toBe(find("error-summary"));

    find("error-summary").querySelector("a")?.click();
    await drawn();
    expect(document.activeElement).toBe(find("place-postcode"));
    // Past the refused number, back to it, and on.
    await type("x⌫⌫⌫⌫⌫⌫⌫197 EF⌫⌫⌫6 EF");
    expect(document.activeElement).toBe(find("place-postcode"));
    expect(value("place-postcode")).toBe("1976 EF");
  });

  it("keeps every letter of a text that is mended by its first one, taken away and begun again", async () => {
    await draftOn(observation({}), (form) =>
      form.kind === "observation" && form.narrative === "" ? [{ field: "narrative", code: "required" }] : [],
    );
    await click("finalise");
    find("narrative").focus();
    await type("Z⌫Zes mannen");
    expect(value("narrative")).toBe("Zes mannen");
    expect(document.querySelector('[data-testid="error-summary"]')).toBeNull();
  });

  it("moves the focus again at the next try", async () => {
    await draftOn(observation({}), () => [
      { field: "narrative", code: "required" },
      { field: "urgency", code: "required" },
    ]);
    await click("finalise");
    find("narrative").focus();
    await type("Z");
    expect(document.activeElement).toBe(find("narrative"));
    await click("finalise");
    expect(document.activeElement).toBe(find("error-summary"));
  });
});

describe("an error", () => {
  it("leads to its cure, also in a part that was closed again", async () => {
    const person = { pseudonym: "P1", description: "", consents: [] };
    await draftOn(observation({ actions: ["comensha"], persons: [person] }), () => [
      { field: "actions", code: "consent-missing" },
    ]);
    await click("finalise");
    for (const part of document.querySelectorAll("details")) part.open = false;
    find("error-summary").querySelector("a")?.click();
    await drawn();
    expect(document.activeElement).toBe(find("consent-0-registratie-comensha"));
    expect(document.activeElement?.closest("details")?.open).toBe(true);

    find("add-person").focus();
    await click("to-consent");
    expect(document.activeElement).toBe(find("consent-0-registratie-comensha"));
  });
});

describe("an acute observation", () => {
  const acute = observation({ urgency: "acuut", actions: ["geen"] });

  it("asks whether was called, keeps the answer, and does not ask again", async () => {
    const { signed } = await draftOn(acute, () => []);
    await click("acute-yes");
    expect(find("acute-called").textContent).toContain("112 gebeld");
    await click("finalise");
    expect(signed).toMatchObject([{ actions: ["gebeld-112"] }]);
  });

  it("does not ask what was answered among the actions already", async () => {
    const { signed } = await draftOn(observation({ urgency: "acuut", actions: ["gebeld-112"] }), () => []);
    expect(document.querySelector('[data-testid="acute-yes"]')).toBeNull();
    await click("finalise");
    expect(signed).toHaveLength(1);
  });

  it("is not signed before it was asked, and is when the answer is no", async () => {
    const { signed } = await draftOn(acute, () => []);
    await click("finalise");
    expect(signed).toHaveLength(0);
    await click("call-dialog-no");
    expect(signed).toMatchObject([{ actions: ["geen"] }]);
  });
});
