/**
 * Acts on observations, one after the other, and the way back: what was done last can be undone for some seconds, and
 * afterwards by reopening. Each act says how many it knew of; what a colleague did meanwhile is told and shown.
 */
import type { ActKind, HandlingSummary } from "@baken/bindings";

import { apiError, type Api, type ApiError } from "../../shared/api";
import { undoing, type ActOrder } from "./acts";

/** How long undoing is offered. It stays possible afterwards. */
export const UNDO_MS = 12_000;

export type Acted = { operation: string; handling: HandlingSummary };
/** What was done last: to how many, and how many a colleague was first with. */
export type Done = { act: ActKind; count: number; refused: number; canUndo: boolean };

type Step = Acted & { back: ActOrder[] };

export class Desk {
  #busy = $state(false);
  #done = $state.raw<Done | null>(null);
  #error = $state.raw<ApiError | null>(null);
  #steps: Step[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly api: () => Pick<Api, "act" | "observation">,
    readonly login: () => string,
    /** Hears how an observation is in hand now, whoever did it. */
    readonly changed: (operation: string, handling: HandlingSummary) => void,
  ) {}

  get busy(): boolean {
    return this.#busy;
  }

  get done(): Done | null {
    return this.#done;
  }

  get error(): ApiError | null {
    return this.#error;
  }

  /** Does it to each. What a colleague was first with is left and shown as it is; any other failure ends it. */
  async act(items: readonly Acted[], order: ActOrder): Promise<void> {
    if (this.#busy || items.length === 0) return;
    this.forget();
    await this.#all(order.act, async () => {
      let refused = 0;
      for (const { operation, handling } of items) {
        const now = await this.#one(operation, handling, order);
        if (now === null) refused += 1;
        else this.#steps.push({ operation, handling: now, back: undoing(handling, order.act, this.login()) });
      }
      return refused;
    });
  }

  /** Brings what was done last back to how it was. */
  async undo(): Promise<void> {
    const steps = this.#steps;
    if (this.#busy || steps.length === 0) return;
    this.forget();
    await this.#all(null, async () => {
      for (const { operation, handling, back } of steps) {
        let known: HandlingSummary | null = handling;
        for (const order of back) if (known !== null) known = await this.#one(operation, known, order);
      }
      return 0;
    });
  }

  /** Nothing more is said of what was done. */
  forget(): void {
    clearTimeout(this.#timer);
    [this.#done, this.#error, this.#steps] = [null, null, []];
  }

  async #all(act: ActKind | null, doThem: () => Promise<number>): Promise<void> {
    this.#busy = true;
    let refused = 0;
    try {
      refused = await doThem();
    } catch (reason) {
      this.#error = apiError(reason);
    } finally {
      this.#busy = false;
    }
    if (act === null || (this.#steps.length === 0 && refused === 0)) return;
    const canUndo = this.#steps.some(({ back }) => back.length > 0);
    this.#done = { act, count: this.#steps.length, refused, canUndo };
    this.#timer = setTimeout(() => {
      if (this.#done?.refused === 0) this.forget();
    }, UNDO_MS);
  }

  /** How it is in hand then; null, where a colleague was first. */
  async #one(operation: string, known: HandlingSummary, order: ActOrder): Promise<HandlingSummary | null> {
    try {
      const now = await this.api().act(operation, order, known.count);
      this.changed(operation, now);
      return now;
    } catch (reason) {
      const { code } = apiError(reason);
      if (code !== "changed-meanwhile" && code !== "not-now") throw reason;
      this.changed(operation, (await this.api().observation(operation)).handling);
      return null;
    }
  }
}
