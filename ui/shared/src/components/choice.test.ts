import { describe, expect, it } from "vitest";

import { fits, toggled } from "./choice";

describe("toggled", () => {
  it("puts a value in at the end and takes it out again", () => {
    expect(toggled(["a"], "b")).toEqual(["a", "b"]);
    expect(toggled(["a", "b"], "a")).toEqual(["b"]);
  });

  it("keeps the answer that stands alone apart from the others", () => {
    expect(toggled(["a", "b"], "none", "none")).toEqual(["none"]);
    expect(toggled(["none"], "a", "none")).toEqual(["a"]);
    expect(toggled(["none"], "none", "none")).toEqual([]);
  });
});

describe("fits", () => {
  const isolated = { value: "V4", label: "Geïsoleerd" };

  it("finds without accents and in any case", () => {
    expect(fits(isolated, "geisol")).toBe(true);
    expect(fits(isolated, "GEÏSOLEERD ")).toBe(true);
  });

  it("finds by the whole code, not by a part of it", () => {
    expect(fits(isolated, "v4")).toBe(true);
    expect(fits(isolated, "v")).toBe(false);
  });

  it("finds at the start of a word, of the label and of the keywords, and never in its middle", () => {
    const wages = { value: "G2", label: "Loon wordt ingehouden", keywords: ["salaris", "wage theft"] };
    expect(fits(wages, "inge")).toBe(true);
    expect(fits(wages, "sal")).toBe(true);
    expect(fits(wages, "thef wage")).toBe(true);
    expect(fits(wages, "gehouden")).toBe(false);
    expect(fits(wages, "loon dak")).toBe(false);
  });
});
