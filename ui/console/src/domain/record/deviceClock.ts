/** What a proof lets one say of the device's clock. Deliberately absent: how long a record waited for a network. */
import type { Proof } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import { duration } from "../words/wording";

/** A clock that is off by less says nothing. */
const WORTH_SAYING_SECONDS = 300;

/** What the device signed of its own clock; or what is certain, where that is more. */
export function clockText({
  clockOffsetSeconds,
  datedAheadSeconds,
}: Pick<Proof, "clockOffsetSeconds" | "datedAheadSeconds">): string | null {
  const ahead = -(clockOffsetSeconds ?? 0);
  if (datedAheadSeconds > Math.max(ahead, 0) + WORTH_SAYING_SECONDS) {
    return m.clock_dated_ahead({ length: duration(datedAheadSeconds) });
  }
  if (ahead > WORTH_SAYING_SECONDS) return m.clock_ahead({ length: duration(ahead) });
  return ahead < -WORTH_SAYING_SECONDS ? m.clock_behind({ length: duration(ahead) }) : null;
}
