/**
 * Which of the palettes is shown. One tap goes between light and dark; which light one that is, is chosen apart. The choice stays on this device and says nothing about its user.
 * At a desk it follows what the system prefers until one chooses; in the hand it does not, since sun and darkness
 * change faster than system settings.
 */
export type Theme = "outdoor" | "normal" | "dim";
/** The light ones. */
type LightTheme = Exclude<Theme, "dim">;

const STORAGE_KEY = "baken-theme";
const LIGHT_KEY = "baken-theme-light";

class ThemeChoice {
  #current = $state<Theme>("outdoor");

  get current(): Theme {
    return this.#current;
  }

  /** Applies what was chosen before; call once, before the first paint. */
  restore(): void {
    this.#show(chosen() ?? "outdoor");
  }

  /** The same, and where nothing was chosen what the system prefers, also when that changes. */
  followSystem(): void {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => {
      this.#show(chosen() ?? (dark.matches ? "dim" : "outdoor"));
    };
    dark.addEventListener("change", follow);
    follow();
  }

  choose(theme: Theme): void {
    this.#show(theme);
    localStorage.setItem(STORAGE_KEY, theme);
    if (theme !== "dim") localStorage.setItem(LIGHT_KEY, theme);
  }

  get isDark(): boolean {
    return this.#current === "dim";
  }

  #show(theme: Theme): void {
    this.#current = theme;
    document.documentElement.dataset.theme = theme;
  }

  toggle(): void {
    this.choose(this.isDark ? lastLight() : "dim");
  }
}

function chosen(): Theme | null {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === "dim" || stored === "outdoor" || stored === "normal" ? stored : null;
}

/** The light one that was chosen last. */
function lastLight(): LightTheme {
  return localStorage.getItem(LIGHT_KEY) === "normal" ? "normal" : "outdoor";
}

export const theme = new ThemeChoice();
