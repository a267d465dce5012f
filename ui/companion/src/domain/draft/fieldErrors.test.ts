import { describe, expect, it } from "vitest";

import {
  answerTo,
  cureId,
  errorsHeading,
  fieldErrorText,
  fieldId,
  inPageOrder,
  sectionOf,
  sectionsOf,
} from "./fieldErrors";
import type { FilledIn } from "./filledIn";

describe("fieldId", () => {
  it("makes an id that a page can hold", () => {
    expect(fieldId("persons.0.description")).toBe("field-persons-0-description");
    expect(fieldId("persons[0].description")).toBe("field-persons-0-description");
  });
});

describe("sectionOf", () => {
  it("finds the part of the screen to open", () => {
    expect(sectionOf("place.postcode")).toBe("place");
    expect(sectionOf("persons.0.description")).toBe("persons");
    expect(sectionOf("narrative")).toBeNull();
  });
});

describe("inPageOrder", () => {
  const missing = (...fields: string[]) => fields.map((field) => ({ field, code: "required" as const }));

  it("follows the screen of each kind of draft", () => {
    const observation = missing("actions", "urgency", "persons.1.description", "basis", "place.bag", "forms");
    expect(inPageOrder(observation, "observation")).toEqual(
      missing("forms", "basis", "urgency", "persons.1.description", "actions", "place.bag"),
    );
    const inspection = missing("place.bag", "ground", "place.name", "organisations");
    expect(inPageOrder(inspection, "inspection")).toEqual(
      missing("place.name", "organisations", "ground", "place.bag"),
    );
  });
});

describe("errorsHeading", () => {
  it("does not call a question without an answer wrong", () => {
    const required = { field: "urgency", code: "required" } as const;
    expect(errorsHeading([required])).toBe("1 vraag is nog niet beantwoord");
    expect(errorsHeading([required, { field: "place.bag", code: "invalid" }])).toBe("Kijk 2 antwoorden na");
  });
});

describe("answerTo", () => {
  it("differs once the contradiction about the district is mended on either side", () => {
    const error = { field: "place.district", code: "contradiction" } as const;
    const form = (place: object) => ({ kind: "observation", place }) as unknown as FilledIn;
    const before = answerTo(error, form({ district: "WK045304", districtUnknown: true }));
    expect(answerTo(error, form({ district: "WK045304", districtUnknown: false }))).not.toBe(before);
    expect(answerTo(error, form({ district: null, districtUnknown: true }))).not.toBe(before);
  });
});

describe("fieldErrorText", () => {
  it("says of CoMensha what to do", () => {
    expect(fieldErrorText({ field: "actions", code: "consent-missing" })).toContain("bij de persoon");
  });

  it("names what cannot go together with not knowing the district", () => {
    expect(fieldErrorText({ field: "place.district", code: "contradiction" })).toContain("wijk");
  });

  it("says what to do for a required answer", () => {
    expect(fieldErrorText({ field: "urgency", code: "required" })).toBe("Kies hoe dringend het is.");
  });

  it("says what a valid value looks like", () => {
    expect(fieldErrorText({ field: "place.postcode", code: "invalid" })).toContain("1970 AA");
  });

  it("names the field when a text is too long, whichever person it is about", () => {
    expect(fieldErrorText({ field: "persons.3.description", code: "too-long" })).toContain("Beschrijving");
  });
});

describe("where an error leads", () => {
  const missing = { field: "actions", code: "consent-missing" } as const;
  const form = (...states: string[]) =>
    ({
      kind: "observation",
      persons: states.map((state) => ({ consents: [{ purpose: "registratie-comensha", state }] })),
    }) as unknown as FilledIn;

  it("is what mends it: the question for consent, of whoever was not asked before whoever refused", () => {
    expect(cureId(missing, form("geweigerd", "niet-gevraagd"))).toBe("consent-1-registratie-comensha");
    expect(cureId(missing, form("geweigerd"))).toBe("consent-0-registratie-comensha");
    expect(sectionsOf(missing)).toEqual(["actions", "persons"]);
  });

  it("is where a person is added while there is none", () => {
    expect(cureId(missing, form())).toBe("add-person");
  });

  it("is otherwise the field itself", () => {
    expect(cureId({ field: "place.bag", code: "invalid" }, form())).toBe("field-place-bag");
  });
});
