/**
 * What holds for every device, as it is typed. There is a row for each number that cards can call for; one without a number is
 * given to no device.
 */
import type { DeviceSettings, Phone } from "@baken/bindings";

import { ApiError, type RefusedField } from "../../shared/api";

const MOST_DAYS = 3650;

/** One number, by its code. */
type PhoneFields = { code: string; nl: string; en: string; number: string; checked: string };
/** As it is typed. */
export type SettingsFields = { purgeAfterDays: string; leaseDays: string; phones: PhoneFields[] };

/** What the form begins with: what devices have, and a row for each number that they lack. */
export function settingsFieldsOf(
  settings: DeviceSettings,
  calls: readonly Pick<Phone, "code" | "nl" | "en">[],
): SettingsFields {
  const held = new Set(settings.phones.map(({ code }) => code));
  const lacked = calls
    .filter(({ code }) => !held.has(code))
    .map(({ code, nl, en }) => ({ code, nl, en, number: "", checked: "" }));
  return {
    purgeAfterDays: String(settings.purgeAfterDays),
    leaseDays: String(settings.leaseDays),
    phones: [...settings.phones.map((phone) => ({ ...phone })), ...lacked],
  };
}

type Found = { field: string; code: RefusedField["code"] };

/** Where the number of a phone stands in the form, and what is wrong with it is told. */
export const phoneField = (code: string): string => `number ${code}`;

/** A whole number of days from `least`; null for anything else. */
function readDays(text: string, least: number): number | null {
  const seen = text.normalize("NFKC").trim();
  const days = /^\d{1,5}$/.test(seen) ? Number(seen) : -1;
  return days >= least && days <= MOST_DAYS ? days : null;
}

/** What devices are to have, made from the version that was seen; or all that is wrong with what was typed. */
export function readSettings(
  fields: SettingsFields,
  version: number,
): { settings: DeviceSettings } | { wrong: readonly Found[] } {
  const purgeAfterDays = readDays(fields.purgeAfterDays, 1);
  const leaseDays = readDays(fields.leaseDays, 0);
  const wrong: Found[] = [];
  if (purgeAfterDays === null) wrong.push({ field: "purgeAfterDays", code: "out-of-range" });
  if (leaseDays === null) wrong.push({ field: "leaseDays", code: "out-of-range" });
  const phones: Phone[] = fields.phones
    .map((phone) => ({ ...phone, number: phone.number.trim(), checked: phone.checked.trim() }))
    .filter(({ number }) => number !== "");
  const isNumber = (text: string) => /^\+?[\d -]+$/.test(text) && /^\D*(?:\d\D*){3,15}$/.test(text);
  wrong.push(
    ...phones
      .filter(({ number }) => !isNumber(number))
      .map(({ code }) => ({ field: phoneField(code), code: "invalid" as const })),
  );
  if (wrong.length > 0 || purgeAfterDays === null || leaseDays === null) return { wrong };
  return { settings: { version, purgeAfterDays, leaseDays, phones } };
}

/** What the backend refused, at the fields of the form. */
export function atSettingsFields(refused: ApiError, { phones }: DeviceSettings): ApiError {
  const fields = refused.fields.map(({ field, code }) => {
    const index = /^phones\[(\d+)\]\.number$/.exec(field)?.[1];
    const phone = index === undefined ? undefined : phones[Number(index)];
    return { field: phone ? phoneField(phone.code) : field, code };
  });
  return new ApiError(refused.status, refused.code, fields);
}
