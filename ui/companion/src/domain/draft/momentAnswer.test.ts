import { describe, expect, it } from "vitest";

import { answered, momentProblem } from "./momentAnswer";

const ZONE = "Europe/Amsterdam";
const typed = (time: string, date = "25-10-2026") => ({ date, time });

describe("answered", () => {
  it("keeps which of the two hours it was while the minutes are changed", () => {
    expect(answered(typed("02:31"), "2026-10-25T01:30:00Z", ZONE)).toEqual({
      instant: "2026-10-25T01:31:00Z",
      typed: null,
    });
    expect(answered(typed("02:31"), "2026-10-25T00:30:00Z", ZONE).instant).toBe("2026-10-25T00:31:00Z");
  });

  it("asks which of the two it was when one comes from another hour", () => {
    for (const before of [null, "2026-10-24T12:00:00Z", "2026-10-25T05:00:00Z"])
      expect(answered(typed("02:30"), before, ZONE)).toEqual({ instant: null, typed: typed("02:30") });
  });

  it("leaves no older answer behind what cannot be read or was emptied", () => {
    const before = "2026-11-25T13:32:00Z";
    for (const given of [typed("02:30", "29-03-2026"), typed("25:00"), typed("")])
      expect(answered(given, before, ZONE)).toEqual({ instant: null, typed: given });
    expect(answered({ date: "", time: " " }, before, ZONE)).toEqual({ instant: null, typed: null });
  });
});

describe("momentProblem", () => {
  it("says of each what to do", () => {
    const texts = [
      typed("02:30", "29-03-2026"),
      typed("25:00"),
      typed("12:00", "x"),
      typed("", ""),
      typed("02:30"),
    ].map((given) => momentProblem(given, ZONE));
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts).not.toContain(undefined);
    expect(momentProblem(typed("12:00"), ZONE)).toBeUndefined();
  });
});
