import { describe, expect, it } from "vitest";

import {
  callAnswer,
  CALLED,
  callUnanswered,
  needsCall,
  wasCalled,
  withCall,
  withCallAnswer,
} from "./urgentCall";

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

  it("is answered once, with its time, also where it was given among the actions", () => {
    const at = "2026-11-25T12:00:00Z";
    const open = { urgency: "acuut", actions: ["geen"], call: null };
    expect(callUnanswered(open)).toBe(true);
    const yes = { ...open, ...withCallAnswer(open, true, at) };
    expect([yes.actions, callAnswer(yes), callUnanswered(yes)]).toEqual([
      [CALLED],
      { called: true, at },
      false,
    ]);
    const no = { ...yes, ...withCallAnswer(yes, false, at) };
    expect([no.actions, callAnswer(no), callUnanswered(no)]).toEqual([[], { called: false, at }, false]);
    expect(callUnanswered({ ...no, ...withCallAnswer(no, null, at) })).toBe(true);
    expect(callAnswer({ actions: [CALLED], call: null })).toEqual({ called: true, at: null });
  });
});
