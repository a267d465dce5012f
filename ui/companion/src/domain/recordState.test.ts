import type { FailureCode } from "@baken/bindings";
import { afterEach, describe, expect, it } from "vitest";

import { overwriteGetLocale } from "../paraglide/runtime";
import { CURED_BY_TIME } from "./curedByTime";
import { failureHeading, failureText, stateName, stateWords, unsentText } from "./recordState";

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

  it("does not promise another try where a person has to do something first", () => {
    const words = stateWords({ ...record, state: "failed", failure: "revoked" });
    expect(words.text).toBe("Mislukt");
    expect(words.detail).toBe(failureText("revoked"));
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
  const codes = Object.keys(CURED_BY_TIME) as FailureCode[];
  const SENDING: readonly FailureCode[] = [
    ...(["network", "backend-error", "backend-too-old", "storage-full", "record-refused"] as const),
    ...([
      "revoked",
      "unknown-device",
      "receipt-invalid",
      "fingerprint-mismatch",
      "directory-rollback",
    ] as const),
    ...(["disk-full", "storage-failed", "signing-failed", "internal"] as const),
  ];
  const languages = [
    {
      locale: "nl",
      again: /vanzelf|zodra er netwerk is|elke dag opnieuw/,
      kept: /op dit toestel|blijft staan/,
      report: /coördinator/,
      signature: /niet de handtekening van uw gemeente/,
    },
    {
      locale: "en",
      again: /by itself|as soon as there is a network|again every day/,
      kept: /on this device|stays on|is kept/,
      report: /coordinator/,
      signature: /not carry your municipality’s signature/,
    },
  ] as const;

  afterEach(() => overwriteGetLocale(() => "nl"));

  it.each(languages)("has its own words for each cause of sending that failed ($locale)", ({ locale }) => {
    overwriteGetLocale(() => locale);
    expect(new Set(SENDING.map(failureText)).size).toBe(SENDING.length);
  });

  it.each(languages)("promises another try exactly where there is one ($locale)", ({ locale, again }) => {
    overwriteGetLocale(() => locale);
    expect(codes.filter((code) => again.test(failureText(code)))).toEqual(
      codes.filter((code) => CURED_BY_TIME[code]),
    );
    expect(codes.filter((code) => stateName("failed", code) === stateName("failed", null))).toEqual(
      codes.filter((code) => CURED_BY_TIME[code]),
    );
  });

  it.each(languages)("says of each that nothing is lost ($locale)", ({ locale, kept }) => {
    overwriteGetLocale(() => locale);
    expect(SENDING.filter((code) => !kept.test(failureText(code)))).toEqual([]);
  });

  it.each(languages)(
    "does not pass a key directory signed by another off as a bad day of the backend ($locale)",
    ({ locale, again, report, signature }) => {
      overwriteGetLocale(() => locale);
      const text = failureText("fingerprint-mismatch");
      expect(text).toMatch(signature);
      expect(text).toMatch(report);
      expect(text).not.toMatch(again);
      expect(failureHeading("fingerprint-mismatch")).not.toBe(failureHeading("backend-error"));
    },
  );
});
