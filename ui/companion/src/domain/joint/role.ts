/** The role that is chosen already when somebody joins: by what the organisation of the device is for. */
import type { Vocabulary } from "@baken/bindings";

export function likelyRole(vocabulary: Vocabulary, organisation: string | null): string {
  const kind = vocabulary.organisations.find(({ code }) => code === organisation)?.kind;
  switch (kind) {
    case "care":
      return "hulpverlening";
    case "enforcement":
      return "handhaving";
    case "municipality":
    case undefined:
      return "ondersteuning";
  }
}
