/**
 * The one line by which a record or a draft is known in a list: its author's own words; where there are none, or where
 * they are not to be seen, the place.
 */
import type { DraftSummary, RecordSummary, Vocabulary } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import { kindName } from "../words/kinds";
import { optionalLabel } from "../words/terms";

export type Line = {
  text: string;
  /** Whether somebody typed it. */
  typed: boolean;
};

type Named = Pick<RecordSummary, "kind" | "title" | "line" | "placeKind">;

export const recordLine = (record: Named, vocabulary: Vocabulary, ownWords: boolean): Line =>
  line(record, vocabulary, ownWords, kindName(record.kind));

export const draftLine = (
  draft: Pick<DraftSummary, keyof Named>,
  vocabulary: Vocabulary,
  ownWords: boolean,
): Line => line(draft, vocabulary, ownWords, m.draft_without_words({ kind: kindName(draft.kind) }));

function line(
  { kind, title, line, placeKind }: Named,
  vocabulary: Vocabulary,
  own: boolean,
  none: string,
): Line {
  if (own && line !== "") return { text: line, typed: true };
  // Of a contact moment it is who was met, which is nobody's to see where own words are not.
  if (kind === "contact" && own && title !== "") return { text: title, typed: true };
  // An inspection stands under its place already.
  if (kind !== "observation") return { text: none, typed: false };
  if (own) return { text: none, typed: false };
  if (title !== "") return { text: title, typed: true };
  return { text: optionalLabel(vocabulary.placeKinds, placeKind) || none, typed: false };
}
