/**
 * For the tests: import before any screen that is drawn to text. The choice of language writes itself into the
 * document as soon as it is imported, and there is none.
 */
import { vi } from "vitest";

import { Companion } from "../domain/app/companion.svelte";
import { lockStateAt } from "../domain/lock/lock";
import { readyStatus } from "../domain/lock/readyStatus";
import type { Bridge } from "../shared/bridge";

vi.stubGlobal("document", { documentElement: {} });

/** An app in some phase. A screen drawn to text reads nothing, as on a device that is slow. */
export function appIn(phase: "ready" | "new" | "destroyed"): Companion {
  const history = {
    ...{ state: null, pushState: () => undefined },
    ...{ replaceState: () => undefined, go: () => undefined },
  };
  const core = { ...readyStatus, phase, attemptsLeft: 7, attemptsTotal: 7 };
  const vault = { name: phase === "ready" ? "open" : "closed" } as const;
  return new Companion({} as Bridge, history, { ...lockStateAt(0), core, vault });
}
