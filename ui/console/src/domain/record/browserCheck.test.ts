import type { Evidence } from "@baken/bindings";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError } from "../../shared/api";
import type { EvidenceResult, ShownRecord } from "./evidence";
import { RootPin } from "./rootPin.svelte";

const NOTHING_KEPT = { getItem: () => null, setItem: () => undefined };

let result: EvidenceResult;
vi.mock("./evidence", () => ({ checkEvidence: () => Promise.resolve(result) }));

const { BrowserCheck } = await import("./browserCheck.svelte");

const shown = (holds = true) =>
  ({
    proof: {
      checks: [
        { code: "operation-signature", holds },
        { code: "chain-complete", holds: false },
      ],
    },
  }) as unknown as ShownRecord;
const EVIDENCE = {} as unknown as Evidence;
const fetched = () => Promise.resolve(EVIDENCE);
const outcome = (holds: boolean, supported = true): EvidenceResult => ({
  supported,
  checks: supported ? [{ code: "operation-signature", holds }] : [],
  notes: [],
  rootFingerprint: "",
});

beforeEach(() => {
  result = outcome(true);
});

describe("BrowserCheck", () => {
  it("is neutral until it is done, whatever the server says", async () => {
    const check = new BrowserCheck(fetched, shown(), "GM0453", new RootPin("GM0453", NOTHING_KEPT));
    expect(check.verdict).toBe("checking");
    const running = check.run();
    expect(check.verdict).toBe("checking");
    await running;
    expect([check.verdict, check.fails]).toEqual(["holds", false]);
  });

  it("fails where one check does not hold, and stays so while it looks again", async () => {
    result = outcome(false);
    const check = new BrowserCheck(fetched, shown(), "GM0453", new RootPin("GM0453", NOTHING_KEPT));
    await check.run();
    const again = check.run();
    expect([check.verdict, check.fails]).toEqual(["fails", true]);
    await again;
  });

  it("fails by the server's own word at once, and not by a gap elsewhere in the chain", () => {
    expect(new BrowserCheck(fetched, shown(false), "GM0453", new RootPin("GM0453", NOTHING_KEPT)).fails).toBe(
      true,
    );
    expect(new BrowserCheck(fetched, shown(), "GM0453", new RootPin("GM0453", NOTHING_KEPT)).fails).toBe(
      false,
    );
  });

  it("tells apart what could not be fetched and what this browser cannot check, and neither holds", async () => {
    const offline = new BrowserCheck(
      () => Promise.reject(new ApiError(0, "network")),
      shown(),
      "GM0453",
      new RootPin("GM0453", NOTHING_KEPT),
    );
    await offline.run();
    expect(offline.verdict).toBe("unreachable");
    result = outcome(false, false);
    const old = new BrowserCheck(fetched, shown(), "GM0453", new RootPin("GM0453", NOTHING_KEPT));
    await old.run();
    expect([old.verdict, old.fails]).toEqual(["cannot", false]);
  });

  it("fails below another root key than this browser knows, however well all of it is signed", async () => {
    const root = new RootPin("GM0453", NOTHING_KEPT);
    const check = new BrowserCheck(fetched, shown(), "GM0453", root);
    await check.run();
    expect([check.verdict, check.hasOtherRoot]).toEqual(["holds", false]);
    result = { ...outcome(true), rootFingerprint: "ab".repeat(32) };
    await check.run();
    expect([check.verdict, check.fails, check.hasOtherRoot]).toEqual(["fails", true, true]);
  });
});
