import { describe, expect, it } from "vitest";

import { commandError } from "./bridge";

describe("commandError", () => {
  it("takes a command error over as it is, with nothing where it says nothing", () => {
    expect(commandError({ code: "wait", retryAfterSeconds: 5 })).toEqual({
      code: "wait",
      message: "",
      fields: [],
      retryAfterSeconds: 5,
      attemptsLeft: null,
      weakness: null,
      folder: null,
    });
  });

  it("calls anything else a fault of the app itself", () => {
    for (const reason of [new Error("x"), "x", undefined, null, { code: 3 }])
      expect(commandError(reason).code).toBe("internal");
  });
});
