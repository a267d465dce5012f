import type { Draft, DraftForm, RecordSummary } from "@baken/bindings";
import { describe, expect, it, vi } from "vitest";

import type { Bridge } from "../shared/bridge";
import { DraftEditor } from "./draftEditor.svelte";

const draft = {
  id: "1",
  form: { kind: "observation", narrative: "", persons: [] } as unknown as DraftForm,
  photos: [],
  startedAt: "2026-11-23T10:00:00Z",
  savedAt: "2026-11-23T10:00:00Z",
} satisfies Draft;

function editorOn(bridge: Partial<Bridge>) {
  return new DraftEditor(
    {
      saveDraft: () => Promise.resolve({ savedAt: "2026-11-23T10:00:01Z", warnings: [] }),
      ...bridge,
    } as Bridge,
    structuredClone(draft),
  );
}

const invalid = { code: "invalid", fields: [{ field: "urgency", code: "required" }] };

describe("DraftEditor", () => {
  it("sends a plain copy of the form, not the live one", async () => {
    const saveDraft = vi.fn<Bridge["saveDraft"]>(() =>
      Promise.resolve({ savedAt: "2026-11-23T10:00:01Z", warnings: [] }),
    );
    const editor = editorOn({ saveDraft });
    if (editor.form.kind === "observation") editor.form.narrative = "a";
    editor.changed();
    if (editor.form.kind === "observation") editor.form.narrative = "b";
    await editor.flush();
    expect(saveDraft.mock.calls[0]?.[1]).toMatchObject({ narrative: "a" });
  });

  it("shows the warnings of the last save", async () => {
    const warning = { field: "narrative", code: "bsn", start: 0, end: 9 } as const;
    const editor = editorOn({
      saveDraft: () => Promise.resolve({ savedAt: draft.savedAt, warnings: [warning] }),
    });
    editor.changed();
    await editor.flush();
    expect(editor.warningAt("narrative")).toEqual(warning);
    expect(editor.warningAt("place.imo")).toBeUndefined();
  });

  it("does not sign what is not on disk", async () => {
    const finalise = vi.fn<Bridge["finalise"]>();
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
    const editor = editorOn({ finalise, saveDraft: () => Promise.reject({ code: "disk-full" }) });
    editor.changed();
    expect(await editor.finalise()).toBeNull();
    expect(finalise).not.toHaveBeenCalled();
    expect(editor.saveFailure).toBe("disk-full");
    await editor.close();
  });

  it("says which answers are missing, and can be signed after they were given", async () => {
    const finalise = vi
      .fn<Bridge["finalise"]>()
      .mockRejectedValueOnce(invalid)
      .mockResolvedValueOnce({ operation: "o" } as RecordSummary);
    const editor = editorOn({ finalise });
    expect(await editor.finalise()).toBeNull();
    expect(editor.errorAt("urgency")?.code).toBe("required");
    expect(await editor.finalise()).toMatchObject({ operation: "o" });
  });

  it("signs once, however often it is asked at the same time", async () => {
    const finalise = vi.fn<Bridge["finalise"]>(() => Promise.resolve({ operation: "o" } as RecordSummary));
    const editor = editorOn({ finalise });
    await Promise.all([editor.finalise(), editor.finalise()]);
    expect(finalise).toHaveBeenCalledOnce();
  });

  it("passes on a failure that is not about the answers", async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
    const editor = editorOn({ finalise: () => Promise.reject({ code: "directory-expired" }) });
    await expect(editor.finalise()).rejects.toEqual({ code: "directory-expired" });
    expect(editor.finalising).toBe(false);
  });
});
