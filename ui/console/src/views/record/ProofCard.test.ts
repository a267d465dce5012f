import type { Proof } from "@baken/bindings";
import { render } from "svelte/server";
import { beforeAll, describe, expect, it } from "vitest";

import { BrowserCheck } from "../../domain/record/browserCheck.svelte";
import { RootPin } from "../../domain/record/rootPin.svelte";
import { overwriteGetLocale } from "../../paraglide/runtime";
import ProofCard from "./ProofCard.svelte";

const NOTHING_KEPT = { getItem: () => null, setItem: () => undefined };

const HASH = "a".repeat(64);

/** Signed below deck on Friday, received on Monday. */
const proof: Proof = {
  operationHash: HASH,
  signedBy: {
    device: "d1",
    label: "tablet 2",
    organisation: "gemeente-handhaving",
    keyFingerprint: HASH,
    enrolledAt: "2026-11-01T09:00:00Z",
    revokedAt: null,
  },
  finalisedAt: "2026-11-20T15:00:00Z",
  receivedAt: "2026-11-23T15:00:00Z",
  receiptNumber: 7,
  logOrigin: "log",
  chain: "c1",
  seq: 1,
  batchHash: HASH,
  receiptKeyFingerprint: HASH,
  chainState: { batches: 1, lastSeq: 1, gaps: [], frozen: false },
  checks: [],
  quarantined: false,
  clockOffsetSeconds: 2,
  datedAheadSeconds: 0,
};

// The check is not made here: only the server's word is looked at.
const shown = { proof } as ConstructorParameters<typeof BrowserCheck>[1];
const check = new BrowserCheck(
  () => Promise.reject(new Error("not asked for")),
  shown,
  "GM0453",
  new RootPin("GM0453", NOTHING_KEPT),
);
const drawn = (changed: Partial<Proof> = {}) =>
  render(ProofCard, { props: { operation: "o1", proof: { ...proof, ...changed }, check } }).body;

beforeAll(() => {
  overwriteGetLocale(() => "nl");
});

const alert = (body: string) => /device-clock[\s\S]*?<p>(.*?)<\/p>/.exec(body)?.[1];

describe("ProofCard", () => {
  it("says that a record waited for days, and accuses no clock of it", () => {
    expect(drawn()).toContain("3 dagen na het vastleggen ontvangen");
    expect(alert(drawn())).toBeUndefined();
  });

  it("says what the device signed of its own clock", () => {
    expect(alert(drawn({ clockOffsetSeconds: 3 * 86_400 }))).toBe(
      "De klok van het toestel liep 3 dagen achter op die van de gemeente. Dat heeft het toestel zelf ondertekend.",
    );
  });
});
