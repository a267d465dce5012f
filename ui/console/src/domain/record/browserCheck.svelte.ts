/**
 * The check of a record in this browser, as it goes: it begins by itself when the record is opened, and until it is
 * done nothing on the page may look as if it had been checked here.
 */
import type { Evidence } from "@baken/bindings";

import { apiError, type ApiError } from "../../shared/api";
import { checkEvidence, type EvidenceResult, type ShownRecord } from "./evidence";
import type { RootPin } from "./rootPin.svelte";

/** `cannot`: this browser knows no Ed25519. `unreachable`: the signed messages could not be fetched. */
export type Verdict = "checking" | "holds" | "fails" | "cannot" | "unreachable";

export class BrowserCheck {
  #busy = $state(false);
  #bundle = $state.raw<Evidence | null>(null);
  #result = $state.raw<EvidenceResult | null>(null);
  #error = $state.raw<ApiError | null>(null);

  constructor(
    readonly evidence: () => Promise<Evidence>,
    readonly shown: ShownRecord,
    readonly tenant: string,
    /** Which root key this browser knows. */
    readonly root: RootPin,
  ) {}

  get busy(): boolean {
    return this.#busy;
  }

  /** The signed messages as they were fetched. */
  get bundle(): Evidence | null {
    return this.#bundle;
  }

  get result(): EvidenceResult | null {
    return this.#result;
  }

  get error(): ApiError | null {
    return this.#error;
  }

  get verdict(): Verdict {
    // What failed stays failed while one looks again.
    if (this.#result?.supported && this.#result.checks.some((check) => !check.holds)) return "fails";
    if (this.hasOtherRoot) return "fails";
    if (this.#busy) return "checking";
    if (this.#error) return "unreachable";
    if (this.#result === null) return "checking";
    return this.#result.supported ? "holds" : "cannot";
  }

  /** Whether it was checked below another root key than this browser knows. */
  get hasOtherRoot(): boolean {
    return this.#result?.supported === true && this.root.standing(this.#result.rootFingerprint) === "other";
  }

  /** Whether the server or this browser found that something does not hold. A gap elsewhere in the chain is no such thing. */
  get fails(): boolean {
    const serverHolds = this.shown.proof.checks.every(
      ({ code, holds }) => holds || code === "chain-complete",
    );
    return !serverHolds || this.verdict === "fails";
  }

  async run(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#error = null;
    try {
      const bundle = await this.evidence();
      const result = await checkEvidence(bundle, this.shown, this.tenant);
      if (result.supported) this.root.meet(result.rootFingerprint);
      this.#result = result;
      this.#bundle = bundle;
    } catch (reason) {
      this.#error = apiError(reason);
    } finally {
      this.#busy = false;
    }
  }
}
