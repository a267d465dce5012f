import { describe, expect, it } from "vitest";

import { unlockedApp } from "./coreInMemory";

describe("when the core cannot be opened", () => {
  it("says why, and starts once what was in the way is gone", async () => {
    const { companion, starting, status } = unlockedApp();
    status.phase = "locked";
    starting.refused = { code: "in-use" };
    await companion.begin();
    expect(companion.startFailure?.code).toBe("in-use");
    expect(companion.status).toBeNull();
    starting.refused = { code: "disk-full" };
    await companion.begin();
    expect(companion.startFailure?.code).toBe("disk-full");
    starting.refused = null;
    await companion.begin();
    expect(companion.startFailure).toBeNull();
    expect(companion.status?.phase).toBe("locked");
  });

  it("calls what is no answer of the core a fault of the app", async () => {
    const { companion, starting } = unlockedApp();
    starting.refused = "no shell";
    await companion.begin();
    expect(companion.startFailure?.code).toBe("internal");
  });

  it("listens to the shell once, however often it begins", async () => {
    const { companion, starting } = unlockedApp();
    starting.refused = { code: "in-use" };
    await companion.begin();
    await companion.begin();
    starting.refused = null;
    await companion.begin();
    expect(starting.listeners).toBe(1);
  });
});
