import { expect, it } from "vitest";

import { municipalityMark } from "./municipalityMark";

it("is written as the device writes it", () => {
  expect(municipalityMark("THYD-Y75K-SNDG-WBMX-TVRT-EZS6-WC00-12V4")).toBe("GWBM XTVR TEZS 6WC0");
});
