/** What a draft is called, on its screen and in the list. */
import type { RecordKind } from "@baken/bindings";

import * as m from "../../paraglide/messages";

export function draftTitle(kind: RecordKind, amends: boolean): string {
  switch (kind) {
    case "inspection":
      return amends ? m.amend_inspection() : m.inspection_title();
    case "observation":
      return amends ? m.amend_observation() : m.obs_title();
    case "contact":
      return amends ? m.amend_contact() : m.contact_title();
    case "participation":
      return m.kind_participation();
  }
}
