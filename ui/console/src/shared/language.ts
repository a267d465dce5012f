/** The language on screen; every message and term follows it at once. */
import { LocaleChoice } from "@baken/shared";

import { getLocale, localStorageKey, overwriteGetLocale } from "../paraglide/runtime";

export const language = new LocaleChoice({ getLocale, localStorageKey, overwriteGetLocale });
