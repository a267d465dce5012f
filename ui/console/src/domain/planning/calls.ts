/**
 * The numbers that built-in cards call for, with their names in both languages, since a name travels with its number. 112 is
 * built in, and nobody changes it.
 */
import * as m from "../../paraglide/messages";

const NAMES = {
  zorgcoordinator: m.call_care,
  "politie-avim": m.call_police,
  comensha: m.call_comensha,
  "veilig-thuis": m.call_minors,
};

/** Where a long word may break is for this screen alone. */
const plain = (text: string): string => text.replaceAll("\u00ad", "");

/** Each with its names. */
export const calls = (): { code: string; nl: string; en: string }[] =>
  Object.entries(NAMES).map(([code, name]) => ({
    code,
    nl: plain(name({}, { locale: "nl" })),
    en: plain(name({}, { locale: "en" })),
  }));
