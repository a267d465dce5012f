/** Something that is done about a report, as it goes: one at a time, told in words where it does not go. */
import type { ReportDetail } from "@baken/bindings";

import { apiError } from "../../shared/api";
import type { FormErrors } from "../form/formErrors.svelte";
import { apiErrorText } from "../words/errors";
import { sealFailureText } from "./sealing";

export class ReportWork {
  #busy = $state(false);
  #done = $state(false);
  #failure = $state.raw<unknown>(null);

  constructor(
    readonly changed: (now: ReportDetail) => void,
    /** What is on screen is no longer so. */
    readonly again: () => void,
  ) {}

  /** Whether the last of it was done: somebody who sees empty fields wants to know where it went. */
  get done(): boolean {
    return this.#done;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Why it did not go, in words. */
  get failure(): string | null {
    if (this.#failure === null) return null;
    return sealFailureText(this.#failure) ?? apiErrorText(apiError(this.#failure));
  }

  /** Whether it was done. What was typed is kept where it was not. */
  async run<Field extends string>(
    work: () => Promise<ReportDetail>,
    errors?: FormErrors<Field>,
  ): Promise<boolean> {
    if (this.#busy) return false;
    [this.#busy, this.#done, this.#failure] = [true, false, null];
    try {
      this.changed(await work());
      this.#done = true;
      return true;
    } catch (caught) {
      const failure = apiError(caught);
      if (errors?.refused(failure)) return false;
      this.#failure = caught;
      if (failure.code === "changed-meanwhile") this.again();
      return false;
    } finally {
      this.#busy = false;
    }
  }
}
