/** Something that is done about a report, as it goes: one at a time, told in words where it does not go. */
import type { ReportDetail } from "@baken/bindings";

import type { FormErrors } from "../form/formErrors.svelte";
import { apiError, type ApiError } from "../../shared/api";

export class ReportWork {
  #busy = $state(false);
  #error = $state.raw<ApiError | null>(null);

  constructor(
    readonly changed: (now: ReportDetail) => void,
    /** What is on screen is no longer so. */
    readonly again: () => void,
  ) {}

  get busy(): boolean {
    return this.#busy;
  }

  get error(): ApiError | null {
    return this.#error;
  }

  /** Whether it was done. What was typed is kept where it was not. */
  async run<Field extends string>(
    work: () => Promise<ReportDetail>,
    errors?: FormErrors<Field>,
  ): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = true;
    this.#error = null;
    try {
      this.changed(await work());
      return true;
    } catch (caught) {
      const failure = apiError(caught);
      if (errors?.refused(failure)) return false;
      this.#error = failure;
      if (failure.code === "changed-meanwhile") this.again();
      return false;
    } finally {
      this.#busy = false;
    }
  }
}
