import { describe, expect, it } from "vitest";

import { answerDistrict, districtAnswer, UNKNOWN_DISTRICT } from "./district";

const NONE = { district: null, districtUnknown: false };

function after(...answers: string[]) {
  const place = { ...NONE } as { district: string | null; districtUnknown: boolean };
  for (const answer of answers) answerDistrict(place, answer);
  return place;
}

describe("the answer to the question for the district", () => {
  it("keeps not knowing as an answer of its own", () => {
    expect(after(UNKNOWN_DISTRICT)).toEqual({ district: null, districtUnknown: true });
  });

  it("lets not knowing go when a district is chosen, and the other way round", () => {
    expect(after(UNKNOWN_DISTRICT, "WK045304")).toEqual({ district: "WK045304", districtUnknown: false });
    expect(after("WK045304", UNKNOWN_DISTRICT)).toEqual({ district: null, districtUnknown: true });
  });

  it("can be taken back", () => {
    expect(after("WK045304", "")).toEqual(NONE);
    expect(after(UNKNOWN_DISTRICT, "")).toEqual(NONE);
  });

  it("is shown again as it was given", () => {
    for (const answer of ["WK045304", UNKNOWN_DISTRICT, ""])
      expect(districtAnswer(after(answer))).toBe(answer);
  });
});
