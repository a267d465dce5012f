import type { Draft, PersonForm, PlaceForm, Vocabulary } from "@baken/bindings";
import { render } from "svelte/server";
import { describe, expect, it } from "vitest";

import { DraftEditor } from "../../domain/draft/draftEditor.svelte";
import { nextPerson } from "../../domain/draft/persons";
import { appIn } from "../drawnOnServer";
import PersonFields from "./PersonFields.svelte";
import PlaceFields from "./PlaceFields.svelte";

const vocabulary = {
  placeKinds: [],
  districts: [{ code: "WK045304", nl: "Zee- en Duinwijk", en: "Zee- en Duinwijk" }],
  consentPurposes: [],
  consentStates: [],
} as unknown as Vocabulary;

const companion = appIn("ready");

function editorOf(place: Partial<PlaceForm>): DraftEditor {
  const form = {
    kind: "observation",
    narrative: "",
    place: { coordinates: null, coordinatesTyped: "", ...place },
  };
  const draft = {
    id: "1",
    form,
    photos: [],
    spoken: [],
    startedAt: "",
    savedAt: "",
    warnings: [],
    unanswered: [],
  } as unknown as Draft;
  return new DraftEditor(companion.bridge, draft);
}

describe("the question for the district", () => {
  function chosenIn(place: Partial<PlaceForm>): string | undefined {
    const html = render(PlaceFields, { props: { companion, vocabulary, editor: editorOf(place) } }).body;
    return /<option[^>]*selected[^>]*>([^<]*)/.exec(html)?.[1];
  }

  it("shows the answer of a draft that is opened again, also that it is not known", () => {
    expect(chosenIn({ district: "WK045304", districtUnknown: false })).toBe("Zee- en Duinwijk");
    expect(chosenIn({ district: null, districtUnknown: true })).toBe("Weet ik niet");
    expect(chosenIn({ district: null, districtUnknown: false })).toBe("Kies …");
  });
});

describe("the description of a person", () => {
  it("is marked as optional", () => {
    const person: PersonForm = nextPerson([], "a");
    const props = {
      companion,
      vocabulary,
      editor: editorOf({}),
      person,
      index: 0,
      onremove: () => undefined,
    };
    const html = render(PersonFields, { props }).body;
    expect(html).toMatch(/Beschrijving<\/label>.*\(niet verplicht\)/s);
  });
});
