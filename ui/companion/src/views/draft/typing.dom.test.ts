import type { DraftForm, FieldError } from "@baken/bindings";
import { afterEach, describe, expect, it } from "vitest";

import { nextPerson } from "../../domain/draft/persons";
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
      { field: "place.postcode", code: "invalid" },
    ]);
    await click("finalise");
    find("narrative").focus();
    await type("Z");
    expect(document.activeElement).toBe(find("narrative"));
    await click("finalise");
    expect(document.activeElement).toBe(find("error-summary"));
  });

  it("leads to the first answer that is missing where nothing else is the matter", async () => {
    await draftOn(observation({ narrative: "Hut 12 op slot" }), () => [
      { field: "urgency", code: "required" },
      { field: "basis", code: "required" },
    ]);
    await click("finalise");
    expect(document.activeElement).toBe(find("basis-waarneming").closest("#field-basis"));
    expect(find("error-summary").textContent).toContain("Nog 2 antwoorden. Eerst: Hoe weet u dit?");
    await click("basis-waarneming");
    expect(find("error-summary").textContent).toContain("Nog 1 antwoord: Hoe dringend is het?");
  });
});

describe("an error", () => {
  it("leads to its cure, also in a part that was closed again", async () => {
    const person = nextPerson([], "a");
    await draftOn(observation({ actions: ["comensha"], persons: [person] }), () => [
      { field: "actions", code: "consent-missing" },
    ]);
    await click("finalise");
    for (const part of document.querySelectorAll("details")) part.open = false;
    find("error-summary").querySelector("a")?.click();
    await drawn();
    expect(document.activeElement?.id).toBe("consent-0-registratie-comensha");
    expect(document.activeElement?.closest("details")?.open).toBe(true);

    find("add-person").focus();
    await click("to-consent");
    expect(document.activeElement?.id).toBe("consent-0-registratie-comensha");
  });
});

describe("an acute observation", () => {
  const acute = observation({ urgency: "acuut", actions: ["geen"] });

  it("asks whether was called, keeps the answer and its time, and does not ask again", async () => {
    const { signed } = await draftOn(acute, () => []);
    await click("acute-yes");
    expect(find("acute-called").textContent).toContain("112 gebeld om");
    await click("finalise");
    expect(signed).toMatchObject([{ actions: ["gebeld-112"], call: { called: true } }]);
  });

  it("does not ask what was answered among the actions already", async () => {
    const { signed } = await draftOn(observation({ urgency: "acuut", actions: ["gebeld-112"] }), () => []);
    expect(document.querySelector('[data-testid="acute-yes"]')).toBeNull();
    await click("finalise");
    expect(signed).toHaveLength(1);
  });

  it("is not signed before it was answered, leads there, and is signed when the answer is no", async () => {
    const { signed } = await draftOn(acute, () => []);
    expect(find("finalise-second").textContent).toContain("112 gebeld?");
    await click("finalise");
    expect(signed).toHaveLength(0);
    expect(document.activeElement).toBe(find("acute-advice"));
    await click("acute-no");
    await click("finalise");
    expect(signed).toMatchObject([{ actions: ["geen"], call: { called: false } }]);
  });

  it("takes an answer back, and the action with it", async () => {
    const { signed } = await draftOn(acute, () => []);
    await click("acute-yes");
    await click("acute-called-change");
    await click("acute-no");
    await click("finalise");
    expect(signed).toMatchObject([{ actions: [], call: { called: false } }]);
  });
});

describe("persons", () => {
  it("are chosen by writing their number, and stay off once they were taken off", async () => {
    await draftOn(observation({}), () => []);
    await click("new-person");
    expect(document.activeElement).toBe(find("person-0-description"));
    await type("hut 12, kok");
    expect(find("person-chip-P1").textContent).toContain("hut 12");
    await click("person-chip-P1");
    expect(find("person-chip-P1").getAttribute("aria-pressed")).toBe("false");
    find("narrative").focus();
    await type("P1 is");
    expect(find("person-chip-P1").getAttribute("aria-pressed")).toBe("true");
    expect((find("person-0-description") as HTMLTextAreaElement).value).toBe("hut 12, kok");
    await click("person-chip-P1");
    find("narrative").focus();
    await type(" bang");
    expect(find("person-chip-P1").getAttribute("aria-pressed")).toBe("false");
  });

  it("are asked nothing twice: one tap answers what is left for all purposes", async () => {
    const { signed } = await draftOn(observation({ persons: [nextPerson([], "a")] }), () => []);
    await click("consent-0-zorg-gegeven");
    await click("consent-0-none");
    expect(document.querySelector('[data-testid="consent-0-none"]')).toBeNull();
    await click("finalise");
    const [form] = signed;
    expect(form?.kind === "observation" && form.persons[0]?.consents.map(({ state }) => state)).toEqual([
      "gegeven",
      "niet-gevraagd",
      "niet-gevraagd",
    ]);
  });
});

describe("indicators", () => {
  it("are suggested with their reason and chosen by a person alone", async () => {
    const { signed } = await draftOn(observation({ narrative: "Hij is geslagen." }), () => []);
    expect(find("indicator-suggested-W1").textContent).toMatch(/u schreef ‘.?geslagen.?’/);
    await click("indicator-suggested-W1");
    expect(find("indicator-chosen-W1").textContent).toContain("Letsel");
    await click("finalise");
    expect(signed).toMatchObject([{ indicators: ["W1"] }]);
  });

  it("are found by everyday words among all of them", async () => {
    await draftOn(observation({}), () => []);
    await click("section-indicators");
    find("indicator-search").focus();
    await type("geslagen");
    const shown = [...document.querySelectorAll('input[data-testid^="indicator-"][type="checkbox"]')];
    expect(shown.map((box) => (box as HTMLInputElement).value)).toEqual(["W1", "W2"]);
  });
});
