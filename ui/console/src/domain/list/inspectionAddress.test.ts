import { describe, expect, it } from "vitest";

import { entityFrom, inspectionPath, inspectionsQuery } from "./inspectionAddress";

describe("the address of inspections", () => {
  it("leads from an observation to the records of the inspection it names", () => {
    const { pathname, search } = new URL(inspectionPath("i 1&x"), "https://baken.example");
    expect(pathname).toBe("/inspections");
    expect(entityFrom(search.slice(1))).toBe("i 1&x");
  });

  it("asks for all of them where none is named", () => {
    expect(entityFrom("")).toBeNull();
    expect(entityFrom("entity=")).toBeNull();
    expect(inspectionsQuery(null, null)).toBe("");
  });

  it("asks for the next page of the same", () => {
    expect(inspectionsQuery("i1", "c+/=")).toBe("entity=i1&cursor=c%2B%2F%3D");
  });
});
