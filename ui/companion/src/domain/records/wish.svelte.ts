/**
 * What one looks for in the list: words, and conditions that were chosen. It lives as long as the list can be gone back
 * to, and no longer: what was looked for is nobody's business.
 */
import type { Wanted, WantedState } from "@baken/bindings";

import { dayBegins } from "./dayBegins";

export class Wish {
  words = $state("");
  wantedState = $state<WantedState | null>(null);
  placeKind = $state("");
  form = $state("");
  inspection = $state("");
  /** Days as they were typed. */
  from = $state("");
  until = $state("");

  /** As the core is asked. A day that cannot be read is no condition. */
  get wanted(): Wanted {
    return {
      words: this.words,
      state: this.wantedState,
      placeKind: this.placeKind || null,
      form: this.form || null,
      inspection: this.inspection || null,
      from: dayBegins(this.from, 0),
      until: dayBegins(this.until, 1),
    };
  }

  /** How many conditions were chosen, but for the words and the state. */
  get conditions(): number {
    return [this.placeKind, this.form, this.inspection, this.from, this.until].filter(Boolean).length;
  }

  get isEmpty(): boolean {
    return this.words.trim() === "" && this.wantedState === null && this.conditions === 0;
  }

  clear(): void {
    this.words = "";
    this.wantedState = null;
    this.placeKind = "";
    this.form = "";
    this.inspection = "";
    this.from = "";
    this.until = "";
  }
}

export const EVERYTHING: Wanted = new Wish().wanted;
