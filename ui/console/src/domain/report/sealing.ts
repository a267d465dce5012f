/** Sealing a text about a report: to whom the newest key directory names, for the step that comes next. */
import type { ReportDetail } from "@baken/bindings";

import type { Api, NewText } from "../../shared/api";
import { KeyClosed, type OpenKey } from "../sealed/heldKey";
import { SealError, type ReportWords } from "../sealed/sealedWords";
import * as m from "../../paraglide/messages";

type Known = Pick<ReportDetail, "summary" | "team">;

/** Rejects where no key is open, or the directory is not believed. */
export async function sealedText(
  office: { readonly key: OpenKey | null; readonly api: Pick<Api, "keyDirectory"> },
  tenant: string,
  { summary, team }: Known,
  words: ReportWords,
): Promise<NewText> {
  const { key } = office;
  if (key === null) throw new KeyClosed();
  const at = { tenant, report: summary.report, place: summary.steps + 1 };
  return key.sealWords(words, at, team, await office.api.keyDirectory());
}

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
