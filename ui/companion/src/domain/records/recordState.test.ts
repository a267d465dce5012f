import type { FailureCode } from "@baken/bindings";
import { afterEach, describe, expect, it } from "vitest";

import { overwriteGetLocale } from "../../paraglide/runtime";
import { CURED_BY_TIME } from "../failure/curedByTime";
import {
  failureHeading,
  failureText,
  sendingLine,
  standingText,
  stateWords,
  waitsToBeSent,
} from "./recordState";

const record = {
  state: "finalised",
  receivedAt: null,
  receiptNumber: null,
  photos: 0,
  spoken: 0,
  attachmentsSent: 0,
  failure: null,
} as const;

const OFFLINE = { kind: "offline", waiting: { observations: 1, inspections: 0, contacts: 0 } } as const;
const RUNNING = { kind: "running" } as const;
const RECEIVED = { kind: "received" } as const;

describe("stateWords", () => {
  it("says that a signed record is on this device, and what it waits for", () => {
    const words = { tone: "neutral", detail: null };
    expect(stateWords(record, OFFLINE)).toEqual({
      ...words,
      text: "Vastgelegd op dit toestel (wacht op netwerk)",
    });
    expect(stateWords(record, RUNNING)).toEqual({
      ...words,
      text: "Vastgelegd op dit toestel (nog niet verzonden)",
    });
  });

  it("says when it was received and under which number its proof stands", () => {
    const words = stateWords(
      { ...record, state: "acknowledged", receivedAt: "2026-11-23T10:00:00Z", receiptNumber: 1204 },
      RECEIVED,
    );
    expect(words.text).toBe("Ontvangen");
    expect(words.detail).toMatch(/23 november 2026.*Ontvangst\u00adnummer 1204/);
  });

  it("does not let a received record hide photos still to be sent", () => {
    const words = stateWords(
      {
        ...record,
        state: "sending",
        receivedAt: "2026-11-23T10:00:00Z",
        receiptNumber: 1,
        photos: 3,
        attachmentsSent: 1,
      },
      OFFLINE,
    );
    expect(words.text).toBe("Ontvangen, nog niet alle bijlagen");
    expect(words.detail).toContain("1 van 3 bijlagen");
    expect(words.tone).toBe("neutral");
  });

  it("calls a record failed only where a person has to do something, and says what", () => {
    const words = stateWords({ ...record, state: "failed", failure: "revoked" }, RECEIVED);
    expect(words).toEqual({ tone: "danger", text: "Mislukt", detail: failureText("revoked") });
  });
});

describe("standingText", () => {
  const waiting = { observations: 1, inspections: 0, contacts: 0 };

  it.each([
    ["Wacht op netwerk", "Bijlagen wachten op netwerk", OFFLINE],
    [
      "Wacht op de gemeente",
      "Bijlagen wachten op de gemeente",
      { kind: "later", code: "backend-error", waiting },
    ],
    ["Verzenden staat stil", "Bijlagen staan stil", { kind: "paused", waiting }],
    ["Nog niet verzonden", "Bijlagen nog niet verzonden", { kind: "soon", waiting }],
  ] as const)("says what is waited for: %s", (record, photos, sending) => {
    expect(standingText("waits", sending)).toBe(record);
    expect(standingText("photos-wait", sending)).toBe(photos);
  });

  it("has a line above the list in every case, and a primary act only where something waits", () => {
    const cases = [RUNNING, RECEIVED, OFFLINE, { kind: "soon", waiting }] as const;
    expect(cases.map(sendingLine).filter((line) => line === "")).toEqual([]);
    expect(cases.map(waitsToBeSent)).toEqual([false, false, true, true]);
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
      "content-refused",
      "content-older",
      "log-contradicts",
      "log-unexplained",
    ] as const),
    ...(["network-sign-in", "gateway-unavailable", "gateway-refuses", "gateway-too-large"] as const),
    ...(["certificate-untrusted", "certificate-other-name", "certificate-expired", "clock-wrong"] as const),
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
