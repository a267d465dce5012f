/** Sizes as phones count them: in powers of ten. */
import type { Locale } from "../i18n/locale.svelte";
import { languageTag } from "./number";

const UNITS = ["B", "kB", "MB", "GB"] as const;

/** "1,4 MB", in English "1.4 MB". */
export function byteSize(bytes: number, locale: Locale): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const number = new Intl.NumberFormat(languageTag(locale), { maximumFractionDigits: power === 0 ? 0 : 1 });
  return `${number.format(bytes / 1000 ** power)} ${UNITS[power] ?? ""}`;
}
