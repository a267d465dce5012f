import { describe, expect, it } from "vitest";

import { fieldErrorText, fieldId, sectionOf } from "./fieldErrors";

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

describe("fieldErrorText", () => {
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
