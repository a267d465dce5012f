/** Why something sealed could not be opened, in words that say what to do. */
import * as m from "../../paraglide/messages";
import type { UnsealReason } from "./unsealed";

/** `teams` are the names of those it was sealed for, `epoch` the number of the key directory it was sealed under. */
export function unsealText(reason: UnsealReason, teams: string, epoch: number): string {
  switch (reason) {
    case "altered":
      return m.unseal_altered();
    case "no-key":
      return m.unseal_no_key({ teams });
    case "other-key":
      return m.unseal_other_key({ epoch });
    case "container":
      return m.unseal_container();
    case "elsewhere":
      return m.unseal_elsewhere();
    case "later":
      return m.unseal_later();
  }
}
