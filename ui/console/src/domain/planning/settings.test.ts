import { describe, expect, it } from "vitest";

import { ApiError } from "../../shared/api";
import { atSettingsFields, readSettings, settingsFieldsOf } from "./settings";

const zorg = { code: "zorgcoordinator", nl: "Zorg", en: "Care", number: "0255 567 200", checked: "2 nov" };
const held = { version: 7, purgeAfterDays: 30, leaseDays: 14, phones: [zorg] };
const calls = [
  { code: "comensha", nl: "CoMensha", en: "CoMensha" },
  { code: "zorgcoordinator", nl: "Bel zorg", en: "Call care" },
];

describe("what holds for devices", () => {
  it("has a row for each number that cards can call for, and a number nobody gave is given to no device", () => {
    const fields = settingsFieldsOf(held, calls);
    expect(fields.phones.map(({ code, number }) => [code, number])).toEqual([
      ["zorgcoordinator", "0255 567 200"],
      ["comensha", ""],
    ]);
    expect(readSettings(fields, 7)).toEqual({ settings: held });
  });

  it("tells every number of days and every telephone number that is none", () => {
    const fields = settingsFieldsOf(held, calls);
    fields.purgeAfterDays = "0";
    fields.leaseDays = "3651";
    for (const number of ["12", "*21#", "0255;1", "1234567890123456", "00+31 255"]) {
      fields.phones = [{ ...zorg, number }];
      expect(readSettings(fields, 7)).toEqual({
        wrong: [
          { field: "purgeAfterDays", code: "out-of-range" },
          { field: "leaseDays", code: "out-of-range" },
          { field: "number zorgcoordinator", code: "invalid" },
        ],
      });
    }
  });

  it("may be shown for ever without a contact", () => {
    expect(readSettings({ ...settingsFieldsOf(held, []), leaseDays: "0" }, 7)).toMatchObject({
      settings: { leaseDays: 0 },
    });
  });

  it("says at its own row what the backend refused", () => {
    const refused = new ApiError(400, "invalid", [{ field: "phones[0].number", code: "invalid" }]);
    expect(atSettingsFields(refused, held).fields).toEqual([
      { field: "number zorgcoordinator", code: "invalid" },
    ]);
  });
});
