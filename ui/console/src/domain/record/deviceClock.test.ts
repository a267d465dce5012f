import { describe, expect, it } from "vitest";

import { overwriteGetLocale } from "../../paraglide/runtime";
import { clockText } from "./deviceClock";

const DAY = 86_400;
const said = (clockOffsetSeconds: number | null, datedAheadSeconds = 0) =>
  clockText({ clockOffsetSeconds, datedAheadSeconds });

describe("the device's clock", () => {
  it("is not spoken of where it was right or nobody knows", () => {
    expect(said(0)).toBeNull();
    expect(said(-299, 299)).toBeNull();
    expect(said(null)).toBeNull();
  });

  it("is told as the device signed it, in both languages", () => {
    overwriteGetLocale(() => "nl");
    expect(said(3 * DAY)).toBe(
      "De klok van het toestel liep 3 dagen achter op die van de gemeente. Dat heeft het toestel zelf ondertekend.",
    );
    expect(said(-3 * DAY, 3 * DAY - 60)).toBe(
      "De klok van het toestel liep 3 dagen voor op die van de gemeente. Dat heeft het toestel zelf ondertekend.",
    );
    overwriteGetLocale(() => "en");
    expect(said(3 * DAY)).toBe(
      "The device's clock was 3 days behind the municipality's. The device signed that itself.",
    );
  });

  it("was certainly ahead where something is dated after its receipt and the device did not say so", () => {
    overwriteGetLocale(() => "nl");
    const certain =
      "Het toestel ondertekende iets met een tijd die 3 dagen na de ontvangst ligt. Zijn klok liep dus minstens zoveel voor.";
    expect(said(null, 3 * DAY)).toBe(certain);
    expect(said(2 * DAY, 3 * DAY)).toBe(certain);
    overwriteGetLocale(() => "en");
    expect(said(null, 3 * DAY)).toBe(
      "The device signed something dated 3 days after its receipt. So its clock was at least that far ahead.",
    );
  });
});
