import { describe, expect, it } from "vitest";

import { fits, toggled } from "./choice";

describe("toggled", () => {
  it("puts a value in at the end and takes it out again", () => {
    expect(toggled(["a"], "b")).toEqual(["a", "b"]);
    expect(toggled(["a", "b"], "a")).toEqual(["b"]);
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
});
