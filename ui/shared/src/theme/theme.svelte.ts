/**
 * Which of the two palettes is shown. The choice stays on this device and says nothing about its user.
 * Deliberately absent: following the system, since sun and darkness change faster than system settings.
 */
export type Theme = "outdoor" | "dim";

const STORAGE_KEY = "baken-theme";

class ThemeChoice {
  #current = $state<Theme>("outdoor");

  get current(): Theme {
    return this.#current;
  }

  /** Applies what was chosen before; call once, before the first paint. */
  restore(): void {
    this.choose(localStorage.getItem(STORAGE_KEY) === "dim" ? "dim" : "outdoor");
  }

  choose(theme: Theme): void {
    this.#current = theme;
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(STORAGE_KEY, theme);
  }

  toggle(): void {
    this.choose(this.#current === "outdoor" ? "dim" : "outdoor");
  }
}

export const theme = new ThemeChoice();
