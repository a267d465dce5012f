import { describe, expect, it } from "vitest";

import { failureText, stateWords, unsentText } from "./recordState";

const record = {
  state: "finalised",
  receivedAt: null,
  receiptNumber: null,
  photos: 0,
  photosSent: 0,
  failure: null,
} as const;

describe("stateWords", () => {
  it("says that a signed record is on this device and nowhere else", () => {
    expect(stateWords(record)).toEqual({ tone: "neutral", text: "Vastgelegd op dit toestel", detail: null });
  });

  it("says when it was received and under which number", () => {
    const words = stateWords({
      ...record,
      state: "acknowledged",
      receivedAt: "2026-11-23T10:00:00Z",
      receiptNumber: 1204,
    });
    expect(words.text).toBe("Ontvangen");
    expect(words.detail).toMatch(/23 november 2026.*ontvangstnummer 1204/);
  });

  it("does not let a received record hide photos still to be sent", () => {
    const words = stateWords({
      ...record,
      state: "acknowledged",
      receivedAt: "2026-11-23T10:00:00Z",
      receiptNumber: 1,
      photos: 3,
      photosSent: 1,
    });
    expect(words.detail).toContain("1 van 3 foto’s");
  });

  it("says of a failure that it is tried again, and why it failed", () => {
    const words = stateWords({ ...record, state: "failed", failure: "network" });
    expect(words.text).toBe("Mislukt, wordt opnieuw geprobeerd");
    expect(words.detail).toBe(failureText("network"));
  });

  it("uses no alarm for a record that only waits for a network", () => {
    expect(stateWords(record).tone).toBe("neutral");
  });
});

describe("unsentText", () => {
  const none = { finalised: 0, sending: 0, acknowledged: 0, failed: 0 };
  const nothing = { observations: none, inspections: none };

  it("counts what the backend does not have, also while it is on its way or failed", () => {
    const observations = { finalised: 1, sending: 1, acknowledged: 5, failed: 1 };
    const inspections = { ...none, sending: 1 };
    expect(unsentText({ observations, inspections })).toContain("3 waarnemingen, 1 controle");
    expect(unsentText({ observations, inspections: none })).not.toContain("controle");
  });

  it("says that all was received only when something was", () => {
    const received = { ...nothing, inspections: { ...none, acknowledged: 1 } };
    expect(unsentText(nothing)).not.toBe(unsentText(received));
  });
});

describe("failureText", () => {
  it("has its own words for each cause", () => {
    const causes = [
      "network",
      "revoked",
      "receipt-invalid",
      "malformed",
      "storage-full",
      "directory-rollback",
      "backend-too-old",
      "backend-error",
    ];
    expect(new Set(causes.map(failureText)).size).toBe(causes.length);
  });
});
