/** What was written about one report, opened with the member's key; gone from here with the key. */
import type { ReportTexts } from "@baken/bindings";

import { apiError, type ApiError } from "../../shared/api";
import { fromBase64 } from "../message/bytes";
import { KeyClosed, type OpenKey, type TextsOf } from "../sealed/heldKey";
import type { OpenedWords } from "../sealed/keyProtocol";

export class OpenedTexts {
  #opened = $state.raw<readonly OpenedWords[]>([]);
  #error = $state.raw<ApiError | null>(null);
  #run = 0;

  /** What stands at the step of this place; nothing where it was not opened yet. */
  at(place: number): OpenedWords | null {
    return this.#opened.find((one) => one.place === place) ?? null;
  }

  get error(): ApiError | null {
    return this.#error;
  }

  close(): void {
    this.#run += 1;
    this.#opened = [];
    this.#error = null;
  }

  async open(fetch: () => Promise<ReportTexts>, key: OpenKey, of: TextsOf): Promise<void> {
    const run = ++this.#run;
    try {
      const { texts } = await fetch();
      const sealed = texts.map((text) => ({ ...text, sealed: fromBase64(text.sealed) }));
      const opened = await key.openWords(of, sealed);
      if (run !== this.#run) return;
      this.#opened = opened;
      this.#error = null;
    } catch (reason) {
      // A key that closed meanwhile is said elsewhere.
      if (run === this.#run && !(reason instanceof KeyClosed)) this.#error = apiError(reason);
    }
  }
}
