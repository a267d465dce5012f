import { describe, expect, it } from "vitest";

import { changedSecretErrors, CURRENT_FIELD, type ChangedSecret } from "./changedSecret";
import { REPEATED_FIELD, SECRET_FIELD } from "./newSecret";

const fields = (given: ChangedSecret) =>
  changedSecretErrors(given, { minimumLength: 12 }).map(({ fieldId }) => fieldId);

describe("changedSecretErrors", () => {
  it("asks for the current passphrase and for a new one, all at once", () => {
    expect(fields({ current: "", chosen: "kort", again: "" })).toEqual([
      CURRENT_FIELD,
      SECRET_FIELD,
      REPEATED_FIELD,
    ]);
  });

  it("finds nothing where both are there and the new one is the same twice", () => {
    const chosen = "zeven kiezels op de pier";
    expect(fields({ current: "x", chosen, again: chosen })).toEqual([]);
  });
});
