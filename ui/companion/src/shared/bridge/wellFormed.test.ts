import { describe, expect, it } from "vitest";

import { wellFormed } from "./wellFormed";

describe("wellFormed", () => {
  it("makes text of what JavaScript holds and JSON cannot say, wherever it stands", () => {
    const form = {
      narrative: "de schipper zei \ud83d",
      place: { name: "\udc00 AURORA", berth: "\ud83d\ud83d\ude00" },
      persons: [{ description: "x\ude00y" }],
      notes: null,
      count: 3,
    };
    expect(wellFormed(form)).toEqual({
      narrative: "de schipper zei \uFFFD",
      place: { name: "\uFFFD AURORA", berth: "\uFFFD\u{1F600}" },
      persons: [{ description: "x\uFFFDy" }],
      notes: null,
      count: 3,
    });
    expect(JSON.stringify(wellFormed(form))).not.toContain("\\ud");
  });

  it("changes no text", () => {
    const text = "Man 👨‍👩‍👧‍👦 zei: \u0000\u202e Zażółć e\u0301";
    expect(wellFormed(text)).toBe(text);
  });
});
