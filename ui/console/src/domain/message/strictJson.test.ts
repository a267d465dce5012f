import { describe, expect, it } from "vitest";

import { strictJson } from "./strictJson";

const read = (text: string) => strictJson(new TextEncoder().encode(text));

describe("strictJson", () => {
  it.each(["{}", '{"b":[1,-2,null,true,"é\\n\\u001f"],"a":{"c":9007199254740991}}', '"🚢"'])(
    "reads %s",
    (text) => {
      expect(read(text)).toEqual(JSON.parse(text));
    },
  );

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    "5.2e7",
    "1.0",
    "1.5",
    "-0",
    "9007199254740993",
    "9007199254740994",
    '"\\ud83d"',
    '{"\\ud83d":1}',
    '"\\u00e9"',
    '"\\/"',
    '{"a": 1}',
    "{}\n",
    "\ufeff{}",
    "{} {}",
    "",
    "[".repeat(100_000),
  ])("refuses %j", (text) => {
    expect(read(text)).toBeNull();
  });

  it("refuses what is no UTF-8", () => {
    expect(strictJson(Uint8Array.from([0x22, 0xff, 0x22]))).toBeNull();
  });
});
