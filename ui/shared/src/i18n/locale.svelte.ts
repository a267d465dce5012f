/**
 * The language on screen, as reactive state over a paraglide runtime: every message read in a component
 * is read again when the language changes, without a reload. Each app hands over its own runtime.
 */
export type Locale = "nl" | "en";

/** The part of a generated paraglide runtime this needs. */
export type MessageRuntime = {
  getLocale: () => Locale;
  overwriteGetLocale: (read: () => Locale) => void;
  localStorageKey: string;
};

export class LocaleChoice {
  #current = $state<Locale>("nl");
  readonly #storageKey: string;

  constructor(runtime: MessageRuntime) {
    this.#storageKey = runtime.localStorageKey;
    this.#current = runtime.getLocale();
    runtime.overwriteGetLocale(() => this.#current);
    document.documentElement.lang = this.#current;
  }

  get current(): Locale {
    return this.#current;
  }

  choose(locale: Locale): void {
    this.#current = locale;
    document.documentElement.lang = locale;
    localStorage.setItem(this.#storageKey, locale);
  }
}
