import { describe, expect, it } from "vitest";

import { CALLED, needsCall, wasCalled, withCall } from "./urgentCall";

const observation = (urgency: string, actions: string[]) => ({ urgency, actions });

describe("the call to the emergency number", () => {
  it("is asked of what is acute, and not once it was answered", () => {
    expect(needsCall(observation("acuut", []))).toBe(true);
    expect(needsCall(observation("acuut", [CALLED]))).toBe(false);
    expect(needsCall(observation("spoed", []))).toBe(false);
  });

  it("is kept as an action, in place of the answer that nothing was done", () => {
    expect(withCall(["geen"], true)).toEqual([CALLED]);
    expect(withCall(["nla", CALLED], true)).toEqual(["nla", CALLED]);
    expect(withCall(["nla", CALLED], false)).toEqual(["nla"]);
    expect(wasCalled({ actions: [CALLED] })).toBe(true);
  });
});
