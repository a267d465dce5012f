import type { FailureCode } from "@baken/bindings";
import { afterEach, describe, expect, it } from "vitest";

import { overwriteGetLocale } from "../../paraglide/runtime";
import { commandErrorText } from "./commandErrors";
import { CURED_BY_TIME } from "./curedByTime";

const codes = Object.keys(CURED_BY_TIME) as FailureCode[];

afterEach(() => overwriteGetLocale(() => "nl"));

describe("commandErrorText", () => {
  it.each(["nl", "en"] as const)("has its own words for every code (%s)", (locale) => {
    overwriteGetLocale(() => locale);
    const texts = codes.map(commandErrorText);
    expect(texts.filter((text) => text.trim() === "")).toEqual([]);
    expect(new Set(texts).size).toBe(codes.length);
  });

  it("has other words in the other language for every code", () => {
    const dutch = codes.map(commandErrorText);
    overwriteGetLocale(() => "en");
    expect(codes.filter((code, index) => commandErrorText(code) === dutch[index])).toEqual([]);
  });

  it.each(["sealing-failed", "signing-failed"] as const)("says that the draft is kept after %s", (code) => {
    expect(commandErrorText(code)).toMatch(/niets vastgelegd.*concept blijft/);
  });

  it("tells a device that enrols at an impostor what went out, and to report it", () => {
    expect(commandErrorText("fingerprint-mismatch")).toMatch(/niet de gemeente.*alleen de code.*meteen/);
  });
});
