import { describe, expect, it } from "vitest";

import { charactersLeft, groupedCode, groupedFingerprint } from "./invitation";

describe("groupedCode", () => {
  it("puts capitals in groups of four, whatever separators were typed", () => {
    expect(groupedCode("abcd efgh-jkmn.pq")).toBe("ABCD-EFGH-JKMN-PQ");
  });

  it("reads O as 0, and I and L as 1", () => {
    expect(groupedCode("oOiI lL99")).toBe("0011-1199");
  });

  it("drops what is typed after 28 characters", () => {
    expect(groupedCode("0123456789".repeat(3))).toBe("0123-4567-8901-2345-6789-0123-4567");
  });

  it("does not change what is grouped already", () => {
    const code = groupedCode("0123456789ABCDEFGHJKMNPQRSTV");
    expect(groupedCode(code)).toBe(code);
  });
});

describe("charactersLeft", () => {
  it("counts down to nought", () => {
    expect(charactersLeft("")).toBe(28);
    expect(charactersLeft("ABCD-E")).toBe(23);
    expect(charactersLeft("0123456789ABCDEFGHJKMNPQRSTV")).toBe(0);
  });
});

describe("groupedFingerprint", () => {
  it("groups by four with spaces", () => {
    expect(groupedFingerprint("0123456789abcdef")).toBe("0123 4567 89ab cdef");
  });
});
