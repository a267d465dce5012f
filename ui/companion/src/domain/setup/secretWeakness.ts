/** Why a passphrase is refused as too easy to guess, and what helps. */
import type { SecretWeakness } from "@baken/bindings";

import * as m from "../../paraglide/messages";

export function weaknessText(weakness: SecretWeakness): string {
  switch (weakness) {
    case "repeats":
      return m.weak_repeats();
    case "sequence":
      return m.weak_sequence();
    case "date":
      return m.weak_date();
    case "common-word":
      return m.weak_common_word();
    case "guessable":
      return m.weak_guessable();
  }
}
