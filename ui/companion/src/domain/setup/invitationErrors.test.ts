import { describe, expect, it } from "vitest";

import {
  ADDRESS_FIELD,
  ADDRESS_START,
  CODE_FIELD,
  INVITATION_FIELD,
  missingOf,
  refusedOf,
} from "./invitationErrors";

const NOTHING = { pasted: "", code: "", address: ADDRESS_START };
const ADDRESS = "https://baken.example";
const CODE = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ";

const fields = (errors: { fieldId: string }[]) => errors.map(({ fieldId }) => fieldId);

describe("missingOf", () => {
  it("names everything that is still to be typed at once", () => {
    expect(fields(missingOf("type", NOTHING))).toEqual([CODE_FIELD, ADDRESS_FIELD]);
    expect(fields(missingOf("type", { ...NOTHING, code: CODE }))).toEqual([ADDRESS_FIELD]);
    expect(fields(missingOf("type", { ...NOTHING, address: ADDRESS }))).toEqual([CODE_FIELD]);
    expect(missingOf("type", { ...NOTHING, code: CODE, address: ADDRESS })).toEqual([]);
  });

  it("asks for the text alone when that is to be pasted", () => {
    expect(fields(missingOf("paste", { ...NOTHING, pasted: "  " }))).toEqual([INVITATION_FIELD]);
    expect(missingOf("paste", { ...NOTHING, pasted: "baken:…" })).toEqual([]);
  });
});

describe("refusedOf", () => {
  it("points at the field in which it was given", () => {
    expect(fields(refusedOf("paste", "invitation-malformed"))).toEqual([INVITATION_FIELD]);
    expect(fields(refusedOf("type", "invitation-malformed"))).toEqual([CODE_FIELD]);
    expect(fields(refusedOf("paste", "invitation-address"))).toEqual([INVITATION_FIELD]);
    expect(fields(refusedOf("type", "invitation-address"))).toEqual([ADDRESS_FIELD]);
  });

  it("blames no field for what is about none", () => {
    expect(refusedOf("type", "disk-full")).toEqual([]);
  });
});
