/**
 * Looks through the camera until there is a code to read. One look at a time: a device that reads slowly looks less
 * often. What the camera shows between two looks is kept nowhere.
 */
import type { FailureCode } from "@baken/bindings";

const PAUSE_MS = 250;

type Looks = {
  /** What is seen at this moment, as base64; throws while nothing is. */
  take: () => string;
  read: (base64: string) => Promise<string>;
  after: (milliseconds: number, run: () => void) => void;
  codeOf: (reason: unknown) => FailureCode;
};

export class Lookout {
  #stopped = false;
  readonly #looks: Looks;

  constructor(looks: Looks) {
    this.#looks = looks;
  }

  /** Answers the first code that is read; nothing once it was stopped. Rejects where the core fails otherwise. */
  async first(): Promise<string | null> {
    while (!this.isStopped()) {
      try {
        const text = await this.#looks.read(this.#looks.take());
        return this.isStopped() ? null : text;
      } catch (reason) {
        if (!this.#isNothingSeen(reason)) throw reason;
      }
      await new Promise<void>((resolve) => this.#looks.after(PAUSE_MS, resolve));
    }
    return null;
  }

  isStopped(): boolean {
    return this.#stopped;
  }

  stop(): void {
    this.#stopped = true;
  }

  #isNothingSeen(reason: unknown): boolean {
    // The camera's own: it shows nothing yet.
    if (reason instanceof Error && !("code" in reason)) return true;
    const code = this.#looks.codeOf(reason);
    return code === "qr-unreadable" || code === "photo-unreadable";
  }
}
