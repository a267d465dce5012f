import { describe, expect, it } from "vitest";

import { byteSize, instantOf, localInput, shortMoment } from "./wording";

describe("byteSize", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [1_440_000, "1,4 MB"],
    [2_000_000_000_000, "2.000 GB"],
  ])("writes %d as %s", (bytes, text) => {
    expect(byteSize(bytes)).toBe(text);
  });
});

describe("a time in a form", () => {
  it("comes back as the same instant", () => {
    expect(instantOf(localInput("2026-11-23T10:05:00Z"))).toBe("2026-11-23T10:05:00Z");
  });

  it("is null while it is not complete", () => {
    expect(instantOf("")).toBeNull();
    expect(instantOf("2026-11-")).toBeNull();
  });
});

describe("shortMoment", () => {
  it("leaves the day out today and names it otherwise", () => {
    const now = new Date(2026, 10, 23, 20, 0);
    expect(shortMoment(new Date(2026, 10, 23, 14, 32).toISOString(), now)).toBe("14:32");
    expect(shortMoment(new Date(2026, 10, 22, 14, 32).toISOString(), now)).toContain("22 nov");
  });
});
