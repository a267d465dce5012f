/**
 * For the tests: import before any screen that is drawn to text. The choice of language writes itself into the
 * document as soon as it is imported, and there is none.
 */
import { vi } from "vitest";

import { Companion } from "../domain/app/companion.svelte";
import { readyStatus } from "../domain/app/quietCore";
import type { Bridge } from "../shared/bridge";

vi.stubGlobal("document", { documentElement: {} });

/** An app in some phase. A screen drawn to text reads nothing, as on a device that is slow. */
export function appIn(phase: "ready" | "new" | "destroyed"): Companion {
  const history = {
    ...{ state: null, pushState: () => undefined },
    ...{ replaceState: () => undefined, go: () => undefined },
  };
  const companion = new Companion({} as Bridge, history);
  companion.status = { ...readyStatus, phase, attemptsLeft: 7, attemptsTotal: 7 };
  return companion;
}
