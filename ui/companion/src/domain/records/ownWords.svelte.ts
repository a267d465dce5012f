/**
 * Whether lists show the first line of one's own words. They do unless one chose otherwise: whoever is often looked at
 * has the place and the kind of place instead. The choice stays on this device and says nothing of its user.
 */
const STORAGE_KEY = "baken-own-words";

const read = (): boolean =>
  typeof localStorage === "undefined" || localStorage.getItem(STORAGE_KEY) !== "hidden";

class OwnWords {
  #shown = $state(read());

  get shown(): boolean {
    return this.#shown;
  }

  choose(shown: boolean): void {
    this.#shown = shown;
    localStorage.setItem(STORAGE_KEY, shown ? "shown" : "hidden");
  }
}

export const ownWords = new OwnWords();
