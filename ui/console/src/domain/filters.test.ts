import { describe, expect, it } from "vitest";

import { FILTER_NAMES, activeCount, filtersFrom, noFilters, queryOf, type Filters } from "./filters";

const EACH: Filters = {
  form: "arbeid",
  district: "WK045308",
  urgency: "spoed",
  placeKind: "vissersschip",
  level: "zorg",
  device: "01a20ae7-d1ef-72a5-ac66-674df0a4c356",
  from: "2026-01-31",
  to: "2026-02-28",
};

describe("filters in the address bar", () => {
  it("come back as they went in", () => {
    expect(filtersFrom(queryOf(EACH))).toEqual(EACH);
    expect(filtersFrom(queryOf(noFilters()))).toEqual(noFilters());
  });

  it.each(FILTER_NAMES)("come back one by one: %s", (name) => {
    const one = { ...noFilters(), [name]: EACH[name] };
    expect(queryOf(one)).toBe(`${name}=${EACH[name]}`);
    expect(filtersFrom(queryOf(one))).toEqual(one);
    expect(activeCount(one)).toBe(1);
  });

  it("survive signs that mean something in an address", () => {
    const odd = { ...noFilters(), form: "a&b=c d#e,f+g/ë" };
    expect(filtersFrom(queryOf(odd))).toEqual(odd);
  });

  it("leave out what is not set, and what is no filter", () => {
    expect(queryOf(noFilters())).toBe("");
    expect(activeCount(noFilters())).toBe(0);
    expect(queryOf(filtersFrom("urgency=acuut&cursor=x&limit=1&secret=1"))).toBe("urgency=acuut");
  });

  it("give the same address whatever their order was", () => {
    expect(queryOf(filtersFrom("to=2026-02-28&form=arbeid"))).toBe(
      queryOf(filtersFrom("form=arbeid&to=2026-02-28")),
    );
  });
});
