/** What stands beside a field of a draft: the error of the last try to sign, the warning of the last save. */
import type { DraftEditor } from "../../domain/draft/draftEditor.svelte";
import { fieldErrorText } from "../../domain/draft/fieldErrors";
import * as m from "../../paraglide/messages";

export function errorText(editor: DraftEditor, field: string): string | undefined {
  return editor.errorsAt(field).map(fieldErrorText).join(" ") || undefined;
}

export function identifierWarning(editor: DraftEditor, field: string): string | undefined {
  switch (editor.warningAt(field)?.code) {
    case "imo":
      return m.warning_imo();
    case "mmsi":
      return m.warning_mmsi();
    case "eni":
      return m.warning_eni();
    case "leading-zero":
      return m.field_leading_zero({ suggestion: editor.suggestionAt(field) ?? "" });
    case "bsn":
    case "coordinates-unread":
    case "coordinates-swapped":
    case "coordinates-nowhere":
    case "coordinates-vague":
    case "future":
    case "long-ago":
    case undefined:
      return undefined;
  }
}
