import { describe, expect, it } from "vitest";

import { hiddenName, pieces, shownText } from "./hidden";

const hidden = (text: string) =>
  pieces(text)
    .filter((piece) => piece.hidden)
    .map((piece) => hiddenName(piece.text));

describe("pieces", () => {
  it.each([
    ["\u202eARORUA fdp.exe", ["RLO"]],
    ["\u2067קשר 12\u2069", ["RLI", "PDI"]],
    ["AU\u200bRO\u200dRA\ufeff", ["ZWSP", "ZWJ", "BOM"]],
    ["A\u0000B\u007f", ["U+0000", "U+007F"]],
    ["soft\u00adhyphen\u2060\u200e", ["SHY", "WJ", "LRM"]],
    ["\u2800\u3164", ["U+2800", "U+3164"]],
    ["tag \u{e0041}", ["U+E0041"]],
    ["A\ufe0f\u17b4", ["U+FE0F", "U+17B4"]],
    ["line\u2028end\u0085", ["U+2028", "U+0085"]],
    [`e${"\u0301".repeat(45)}x${"\u0489".repeat(6)}`, ["+40", "+1"]],
  ])("tells what is not seen in %j", (text, names) => {
    expect(hidden(text)).toEqual(names);
    expect(
      pieces(text)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  });

  it.each([
    "Man 👨‍👩‍👧‍👦 zei: ❤️‍🔥 1️⃣ 🇳🇱 👍🏽",
    "سفينة الأمل، رقم 9074729",
    "می\u200cخواهم",
    "МОРСКАЯ ЗВЕЗДА",
    "regel\nregel\ttab\r\n",
    "Zażółć e\u0301",
    "Vi\u0065\u0323\u0302t, \u05d1\u05bc\u05b0\u05e8\u05b5\u05d0\u05e9\u05c1\u05b4\u0596\u05d9\u05ea, \u0f66\u0f92\u0fb2\u0f74\u0f56",
  ])("leaves what is seen in %j as it is", (text) => {
    expect(hidden(text)).toEqual([]);
  });
});

describe("shownText", () => {
  it("is isolated and turns nothing around", () => {
    expect(shownText("\u202eARORUA")).toBe("\u2068[RLO]ARORUA\u2069");
    expect(shownText("AURORA")).toBe("\u2068AURORA\u2069");
  });
});
