import { describe, expect, it } from "vitest";

import { newFingerErrors, PASSPHRASE_FIELD, PIN_AGAIN_FIELD, PIN_FIELD, type NewFinger } from "./newFinger";

const fields = (given: NewFinger) =>
  newFingerErrors(given, { minimumDigits: 6 }).map(({ fieldId }) => fieldId);

describe("newFingerErrors", () => {
  it("asks for the passphrase, and for no PIN", () => {
    expect(fields({ passphrase: "", pin: "", again: "" })).toEqual([PASSPHRASE_FIELD]);
    expect(fields({ passphrase: "x", pin: "", again: "" })).toEqual([]);
  });

  it("takes digits alone, enough of them and the same twice", () => {
    expect(fields({ passphrase: "x", pin: "27182", again: "27182" })).toEqual([PIN_FIELD]);
    expect(fields({ passphrase: "x", pin: "27182a", again: "27182a" })).toEqual([PIN_FIELD]);
    expect(fields({ passphrase: "x", pin: "271828", again: "" })).toEqual([PIN_AGAIN_FIELD]);
    expect(fields({ passphrase: "x", pin: "271828", again: "271828" })).toEqual([]);
  });
});
