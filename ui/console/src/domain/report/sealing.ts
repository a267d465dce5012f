/** Sealing a text about a report: to whom the newest key directory names, for the step that comes next. */
import type { ReportDetail, Session } from "@baken/bindings";

import type { Api, NewText } from "../../shared/api";
import { sha256 } from "../message/bytes";
import { RootPin } from "../record/rootPin.svelte";
import { KeyClosed, type OpenKey } from "../sealed/heldKey";
import { rootKeyIn } from "../sealed/namedRoot";
import { SealError, type ReportWords } from "../sealed/sealedWords";
import * as m from "../../paraglide/messages";

type Known = Pick<ReportDetail, "summary" | "team">;

/** Rejects where no key is open, or the directory is not believed. */
export async function sealedText(
  office: { readonly key: OpenKey | null; readonly api: Pick<Api, "keyDirectory"> },
  { tenant, organisation }: Pick<Session, "tenant" | "organisation">,
  { summary, team }: Known,
  words: ReportWords,
  root: RootPin = new RootPin(tenant),
): Promise<NewText> {
  const { key } = office;
  if (key === null) throw new KeyClosed();
  // The team follows from the level that is on screen, and is not taken from whoever answers.
  if (team !== teamOfLevel(summary.level, organisation)) throw new SealError("team");
  const at = { tenant, report: summary.report, place: summary.steps + 1 };
  const directory = await office.api.keyDirectory();
  const signer = rootKeyIn(directory);
  // A directory is signed by the root key that it names: it is believed where this browser knows that key.
  if (signer === null || root.meet(await sha256(signer)) === "other") throw new SealError("directory");
  return key.sealWords(words, at, team, directory);
}

const teamOfLevel = (level: string, organisation: string): string =>
  level === "eigen" ? `eigen:${organisation}` : level;

/** Why nothing was sealed, in words; nothing where it is another failure. */
export function sealFailureText(reason: unknown): string | null {
  if (reason instanceof KeyClosed) return m.seal_key_closed();
  if (!(reason instanceof SealError)) return null;
  switch (reason.reason) {
    case "directory":
      return m.seal_directory();
    case "team":
      return m.seal_team();
    case "long":
      return m.text_long();
  }
}
