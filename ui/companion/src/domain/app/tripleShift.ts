/** "Scherm weg" on a keyboard: Shift pressed three times in a row, within a second and a half. */
const PRESSES = 3;
const WITHIN_MS = 1500;

export class TripleShift {
  #presses: number[] = [];

  /** Takes one key press (`key` as in KeyboardEvent) and tells whether it completed the three. */
  pressed(key: string, repeat: boolean, now: number): boolean {
    if (repeat) return false;
    if (key !== "Shift") {
      this.#presses = [];
      return false;
    }
    this.#presses = [...this.#presses.filter((at) => now - at <= WITHIN_MS), now];
    if (this.#presses.length < PRESSES) return false;
    this.#presses = [];
    return true;
  }
}
