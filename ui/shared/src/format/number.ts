/** How the language on screen writes numbers and dates: as in Britain and the Netherlands. */
import type { Locale } from "../i18n/locale.svelte";

export const languageTag = (locale: Locale): string => (locale === "en" ? "en-GB" : "nl-NL");

/** "1.234", in English "1,234". */
export const wholeNumber = (count: number, locale: Locale): string =>
  new Intl.NumberFormat(languageTag(locale)).format(count);
