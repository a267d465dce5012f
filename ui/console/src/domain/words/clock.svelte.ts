/** The time of day as state: what is left of a term keeps counting while a page stays open. */
const TICK_MS = 10_000;

class Clock {
  #now = $state.raw(new Date());

  constructor() {
    setInterval(() => {
      this.#now = new Date();
    }, TICK_MS);
  }

  get now(): Date {
    return this.#now;
  }
}

export const clock = new Clock();
