import { describe, expect, it } from "vitest";

import { beginnings, withBeginning } from "./templates";

describe("templates", () => {
  it("begin a text or go on after it, and take nothing away", () => {
    expect(withBeginning("", "Ik zag")).toBe("Ik zag ");
    expect(withBeginning("Hut 12 op slot. ", "P1 zei:")).toBe("Hut 12 op slot.\nP1 zei: ");
  });

  it("are those of the basis once it is chosen", () => {
    expect(beginnings(null)).toHaveLength(4);
    expect(beginnings("document")).toHaveLength(1);
  });
});
