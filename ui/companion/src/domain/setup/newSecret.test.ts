import { describe, expect, it } from "vitest";

import { REPEATED_FIELD, SECRET_FIELD, secretErrors } from "./newSecret";

const PASSPHRASE = { minimumLength: 16 } as const;
const long = "vijf losse woorden achter elkaar";

const fields = (secret: string, repeated: string) =>
  secretErrors(secret, repeated, PASSPHRASE).map(({ fieldId }) => fieldId);

describe("secretErrors", () => {
  it("finds everything that is wrong at once", () => {
    expect(fields("kort", "anders")).toEqual([SECRET_FIELD, REPEATED_FIELD]);
  });

  it("finds nothing wrong with what is long enough and the same twice", () => {
    expect(fields(long, long)).toEqual([]);
  });

  it("finds only what is wrong", () => {
    expect(fields("kort", "kort")).toEqual([SECRET_FIELD]);
    expect(fields(long, `${long}!`)).toEqual([REPEATED_FIELD]);
  });

  it("says how many characters are asked for", () => {
    expect(secretErrors("a", "a", PASSPHRASE)[0]?.text).toBe("Vul minstens 16 tekens in.");
  });
});
