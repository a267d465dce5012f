/** What the municipality gives to work with, on the screens: read, shown to a person, chosen, begun. */
import type { ExactPlace, FoundPlace, Planned, ReferenceShelf } from "@baken/bindings";
import { afterEach, expect, it } from "vitest";

import { app, click, drawn, emptyObservation, find, type } from "../drawnInBrowser";

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

const there = (testid: string) => document.querySelector(`[data-testid="${testid}"]`) !== null;
const text = (language: string, title: string, words: string) => ({
  ...{ language, title, summary: "" },
  blocks: [{ kind: "paragraph" as const, text: words }],
});
const shelf: ReferenceShelf = {
  cards: [
    {
      builtIn: true,
      card: {
        ...{ code: "zorg", group: "guidance", source: "", calls: ["112", "zorgcoordinator", "comensha"] },
        texts: [text("nl", "Naar de zorg", "Bel eerst."), text("en", "To care", "Call first.")],
      },
    },
    {
      builtIn: false,
      card: {
        ...{ code: "rechten", group: "show", source: "Gemeente", calls: [] },
        texts: [
          text("nl", "Uw rechten", "U mag nee zeggen."),
          text("pl", "Prawa", "Może Pan/Pani powiedzieć nie."),
        ],
      },
    },
  ],
  phones: [{ code: "zorgcoordinator", nl: "Zorg Velsen", en: "Care", number: "0255 567 200", checked: "" }],
  ...{ issuedAt: null, old: false },
};

it("finds a card, says that nobody confirmed it, and gives no number that the municipality did not give", async () => {
  await opened({ shelf });
  await click("open-reference");
  find("reference-search").focus();
  await type("bel");
  expect(there("card-zorg") && !there("card-rechten")).toBe(true);
  await click("card-zorg");
  expect(find("heading").textContent).toContain("Naar de zorg");
  expect(there("card-built-in")).toBe(true);
  expect(find("call-zorgcoordinator").textContent).toContain("0255 567 200");
  expect(find("call-comensha").textContent).toContain("nog geen nummer");
  expect(find("call-112").textContent).toContain("112");
});

it("shows a card to a person with a choice of languages, without the name of the app", async () => {
  await opened({ shelf });
  await click("open-reference");
  await click("card-rechten");
  expect(find("card-shown").textContent).toContain("U mag nee zeggen.");
  expect(find("card-shown").closest("[lang]")?.getAttribute("lang")).toBe("nl");
  const languages = [...(find("card-language") as HTMLSelectElement).options].map(({ value }) => value);
  expect(languages).toEqual(["nl", "pl"]);
  expect(document.body.textContent).not.toContain("Baken");
});

const exact: ExactPlace = {
  ...{ neighbourhood: "", name: "Noordster", address: "", postcode: "", berth: "Kade 3", imo: "9074729" },
  ...{ mmsi: "", eni: "", fishingMark: "", kvk: "", bag: "", coordinates: null },
};
const ship: FoundPlace = { kind: "zeeschip", district: null, exact };

it("fills in the place that is chosen, and offers none where the municipality gave none", async () => {
  const { signed } = await opened({ places: [ship], form: emptyObservation });
  await click("new-observation");
  find("place-search").focus();
  await type("noord");
  await click("found-place");
  expect((find("place-name") as HTMLInputElement).value).toBe("Noordster");
  await click("finalise");
  expect(signed).toMatchObject([{ place: { kind: "zeeschip", name: "Noordster", imo: "9074729" } }]);
  await close();
  document.body.replaceChildren();

  await opened({});
  await click("new-observation");
  expect(there("place-picker")).toBe(false);
});

it("lists what is planned where no inspection runs, and begins it by a tap", async () => {
  const planned: Planned = {
    ...{
      code: "pier",
      name: "Hotels aan zee",
      startsAt: "2026-11-23T10:00:00Z",
      endsAt: "2026-11-23T14:00:00Z",
    },
    ...{ place: ship, organisations: ["politie"], ground: null, note: "" },
  };
  const { companion } = await opened({ planned: [planned] });
  expect(find("planned").textContent).toContain("Hotels aan zee");
  await click("planned-pier");
  await drawn();
  expect(companion.screen).toMatchObject({ name: "draft", kind: "inspection" });
});
