/**
 * Which of the two palettes is shown. The choice stays on this device and says nothing about its user.
 * At a desk it follows what the system prefers until one chooses; in the hand it does not, since sun and darkness
 * change faster than system settings.
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
  }

  #show(theme: Theme): void {
    this.#current = theme;
    document.documentElement.dataset.theme = theme;
  }

  toggle(): void {
    this.choose(this.#current === "outdoor" ? "dim" : "outdoor");
  }
}

function chosen(): Theme | null {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === "dim" || stored === "outdoor" ? stored : null;
}

export const theme = new ThemeChoice();
