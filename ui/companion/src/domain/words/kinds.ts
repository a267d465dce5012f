/** What a record is about, in words: a kind that is missing here does not compile. */
import type { RecordKind } from "@baken/bindings";

import * as m from "../../paraglide/messages";

const WORDS: Record<RecordKind, () => string> = {
  inspection: m.kind_inspection,
  observation: m.kind_observation,
  participation: m.kind_participation,
  contact: m.kind_contact,
};

export const kindName = (kind: RecordKind): string => WORDS[kind]();
