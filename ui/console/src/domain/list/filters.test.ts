import { describe, expect, it } from "vitest";

import {
  FILTER_NAMES,
  active,
  filtersFrom,
  inboxPath,
  noFilters,
  orderFrom,
  queryOf,
  rangeWrong,
  type Filters,
} from "./filters";

const EACH: Filters = {
  form: "arbeid",
  district: "WK045308",
  urgency: "spoed",
  placeKind: "vissersschip",
  level: "zorg",
  device: "01a20ae7-d1ef-72a5-ac66-674df0a4c356",
  from: "2026-01-31",
  apart: "only",
  to: "2026-02-28",
  work: "mine",
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
    expect(active(one)).toEqual([name]);
  });

  it("say what is asked for by how it is in hand, which is no filter to be taken off", () => {
    for (const work of ["mine", "handled", "all"] as const) {
      const query = queryOf({ ...noFilters(), work });
      expect(query).toBe(`handling=${work}`);
      expect(filtersFrom(query)).toEqual({ ...noFilters(), work });
      expect(active(filtersFrom(query))).toEqual([]);
    }
    expect(filtersFrom("handling=toString").work).toBe("");
  });

  it("survive signs that mean something in an address", () => {
    const odd = { ...noFilters(), form: "a&b=c d#e,f+g/ë" };
    expect(filtersFrom(queryOf(odd))).toEqual(odd);
  });

  it("leave out what is not set, and what is no filter", () => {
    expect(queryOf(noFilters())).toBe("");
    expect(active(noFilters())).toEqual([]);
    expect(queryOf(filtersFrom("urgency=acuut&cursor=x&limit=1&secret=1"))).toBe("urgency=acuut");
  });

  it("give the same address whatever their order was", () => {
    expect(queryOf(filtersFrom("to=2026-02-28&form=arbeid"))).toBe(
      queryOf(filtersFrom("form=arbeid&to=2026-02-28")),
    );
  });
});

describe("the order in the address bar", () => {
  it("comes back, and is left out where it is the usual one", () => {
    expect(queryOf(EACH, "received")).toBe(`${queryOf(EACH)}&order=received`);
    expect(queryOf(noFilters(), "due")).toBe("");
    expect(orderFrom("urgency=acuut&order=received")).toBe("received");
    expect(orderFrom("urgency=acuut")).toBe("due");
    expect(orderFrom("order=sideways")).toBe("due");
  });

  it("gives the address of the inbox", () => {
    expect(inboxPath("")).toBe("/inbox");
    expect(inboxPath("order=received")).toBe("/inbox?order=received");
  });
});

describe("rangeWrong", () => {
  it.each([
    ["2026-02-01", "2026-01-31", true],
    ["2026-01-31", "2026-02-01", false],
    ["2026-02-01", "2026-02-01", false],
    ["2026-02-01", "", false],
    ["", "2026-02-01", false],
  ])("from %s to %s: %s", (from, to, wrong) => {
    expect(rangeWrong({ ...noFilters(), from, to })).toBe(wrong);
  });
});
