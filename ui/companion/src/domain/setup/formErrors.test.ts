import { describe, expect, it } from "vitest";

import { FormErrors } from "./formErrors.svelte";

const BOTH = [
  { fieldId: "a", text: "A is leeg." },
  { fieldId: "b", text: "B is leeg." },
];

describe("FormErrors", () => {
  it("holds all errors of a try, each at its field", () => {
    const errors = new FormErrors();
    expect(errors.found(BOTH)).toBe(false);
    expect(errors.items).toEqual(BOTH);
    expect(errors.textAt("b")).toBe("B is leeg.");
    expect(errors.textAt("c")).toBeUndefined();
  });

  it("lets an error go as soon as its field is changed, and only that one", () => {
    const errors = new FormErrors();
    errors.found(BOTH);
    errors.changed("a");
    expect(errors.items).toEqual([BOTH[1]]);
    errors.changed("b", "c");
    expect(errors.items).toEqual([]);
  });

  it("counts only the tries that found something, for those are what the focus moves for", () => {
    const errors = new FormErrors();
    errors.found(BOTH);
    errors.found(BOTH);
    expect(errors.attempt).toBe(2);
    expect(errors.found([])).toBe(true);
    expect(errors.attempt).toBe(2);
    expect(errors.items).toEqual([]);
  });
});
