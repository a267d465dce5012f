import type { Draft, DraftForm, PhotoSummary, RecordSummary } from "@baken/bindings";
import { describe, expect, it, vi } from "vitest";

import type { Bridge } from "../../shared/bridge";
import { DraftEditor } from "./draftEditor.svelte";

const draft = {
  id: "1",
  form: {
    kind: "observation",
    narrative: "",
    place: { coordinatesTyped: "", coordinates: null },
    confirmed: [],
    persons: [],
    notCitizenNumbers: [],
    urgency: null,
  } as unknown as DraftForm,
  photos: [],
  spoken: [],
  startedAt: "2026-11-23T10:00:00Z",
  savedAt: "2026-11-23T10:00:00Z",
  warnings: [],
  unanswered: [],
  amends: null,
} satisfies Draft;

function editorOn(bridge: Partial<Bridge>) {
  return new DraftEditor(
    {
      saveDraft: () => Promise.resolve({ savedAt: "2026-11-23T10:00:01Z", warnings: [], unanswered: [] }),
      ...bridge,
    } as Bridge,
    structuredClone(draft),
  );
}

const invalid = { code: "invalid", fields: [{ field: "urgency", code: "required" }] };

describe("DraftEditor", () => {
  it("sends a plain copy of the form, not the live one", async () => {
    const saveDraft = vi.fn<Bridge["saveDraft"]>(() =>
      Promise.resolve({ savedAt: "2026-11-23T10:00:01Z", warnings: [], unanswered: [] }),
    );
    const editor = editorOn({ saveDraft });
    if (editor.form.kind === "observation") editor.form.narrative = "a";
    editor.changed();
    if (editor.form.kind === "observation") editor.form.narrative = "b";
    await editor.flush();
    expect(saveDraft.mock.calls[0]?.[1]).toMatchObject({ narrative: "a" });
  });

  it("shows how typed coordinates are read, and never beside other ones", async () => {
    const coordinates = {
      latitudeE6: 52_463_333,
      longitudeE6: 4_573_167,
      accuracyMetres: null,
      source: "typed",
    } as const;
    const editor = editorOn({
      saveDraft: () =>
        Promise.resolve({ savedAt: "2026-11-23T10:00:01Z", warnings: [], unanswered: [], coordinates }),
    });
    editor.form.place.coordinatesTyped = "52°27.80'N 004°34.39'E";
    editor.changed();
    await editor.flush();
    expect(editor.form.place.coordinates).toEqual(coordinates);
    editor.form.place.coordinates = null;
    editor.form.place.coordinatesTyped = "52°2";
    editor.typed();
    editor.form.place.coordinatesTyped = "52°27";
    expect(editor.form.place.coordinates).toBeNull();
  });

  it("names the field for which a save failed, until a save succeeds", async () => {
    let refused = true;
    const editor = editorOn({
      saveDraft: () =>
        refused
          ? // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
            Promise.reject({ code: "invalid", fields: [{ field: "place.coordinates", code: "unread" }] })
          : Promise.resolve({ savedAt: "2026-11-23T10:00:01Z", warnings: [], unanswered: [] }),
    });
    editor.changed();
    expect(await editor.flush()).toBe(false);
    expect([editor.saveFailure, editor.unsavedFields]).toEqual(["invalid", ["place.coordinates"]]);
    refused = false;
    await editor.flush();
    expect([editor.saveFailure, editor.unsavedFields]).toEqual([null, []]);
    await editor.close();
  });

  it("takes the author's word on what was asked about", () => {
    const editor = editorOn({});
    const warning = {
      field: "observedAt",
      code: "future",
      start: null,
      end: null,
      confirm: "observedAt 2031",
    } as const;
    editor.confirm(warning);
    editor.confirm(warning);
    expect(editor.form.confirmed).toEqual(["observedAt 2031"]);
  });

  it("shows the warnings of the last save", async () => {
    const warning = { field: "narrative", code: "bsn", start: 0, end: 9 } as const;
    const editor = editorOn({
      saveDraft: () => Promise.resolve({ savedAt: draft.savedAt, warnings: [warning], unanswered: [] }),
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
    expect(editor.errorsAt("urgency")).toEqual(invalid.fields);
    expect(await editor.finalise()).toMatchObject({ operation: "o" });
  });

  it("lets an error go as soon as its answer is given, and only that one", async () => {
    const fields = [...invalid.fields, { field: "narrative", code: "required" }];
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
    const editor = editorOn({ finalise: () => Promise.reject({ ...invalid, fields }) });
    await editor.finalise();
    expect(editor.errors.map(({ field }) => field)).toEqual(["narrative", "urgency"]);
    if (editor.form.kind === "observation") editor.form.urgency = "spoed";
    editor.changed();
    expect(editor.errors.map(({ field }) => field)).toEqual(["narrative"]);
    expect(editor.attempt).toBe(1);
    await editor.close();
  });

  it("does not bring an error back while somebody types past the refused answer, only at the next try", async () => {
    const fields = [{ field: "narrative", code: "required" }];
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
    const editor = editorOn({ finalise: () => Promise.reject({ ...invalid, fields }) });
    await editor.finalise();
    for (const text of ["Z", "", "Ze", "", "Zes mannen"]) {
      if (editor.form.kind === "observation") editor.form.narrative = text;
      editor.typed();
      expect(editor.errors).toEqual([]);
    }
    expect(editor.attempt).toBe(1);
    if (editor.form.kind === "observation") editor.form.narrative = "";
    editor.typed();
    await editor.finalise();
    expect(editor.errors).toEqual(fields);
    expect(editor.attempt).toBe(2);
  });

  it("shows the warnings of a draft that is opened again, before anything is saved", () => {
    const form = { ...structuredClone(draft.form), narrative: "nr 111222333" } as DraftForm;
    const warnings = [{ field: "narrative", code: "bsn", start: 3, end: 12 } as const];
    const editor = new DraftEditor({} as Bridge, { ...draft, form, warnings });
    expect(editor.warningAt("narrative")).toEqual(warnings[0]);
    expect(editor.citizenNumberAt("narrative")).toBe("111222333");
    expect(editor.untouched).toBe(true);
  });

  it("clears a citizen number by its digits, as it was typed when it was saved", async () => {
    const warning = { field: "narrative", code: "bsn", start: 3, end: 14 } as const;
    const saveDraft = vi.fn<Bridge["saveDraft"]>(() =>
      Promise.resolve({ savedAt: draft.savedAt, warnings: [warning], unanswered: [] }),
    );
    const editor = editorOn({ saveDraft });
    if (editor.form.kind === "observation") editor.form.narrative = "nr 111.222.333";
    editor.changed();
    await editor.flush();
    if (editor.form.kind === "observation") editor.form.narrative = "het nr 111.222.333";
    expect(editor.citizenNumberAt("narrative")).toBe("111.222.333");
    editor.clearCitizenNumber("narrative", "111.222.333");
    editor.clearCitizenNumber("narrative", "111222333");
    expect(editor.form.notCitizenNumbers).toEqual(["111222333"]);
    await editor.flush();
  });

  it("is untouched until the first answer, also when it is saved within the second it began in", async () => {
    const editor = editorOn({
      saveDraft: () => Promise.resolve({ savedAt: draft.savedAt, warnings: [], unanswered: [] }),
    });
    expect(editor.untouched).toBe(true);
    editor.changed();
    await editor.flush();
    expect(editor.untouched).toBe(false);
  });

  it("signs once, however often it is asked at the same time", async () => {
    const finalise = vi.fn<Bridge["finalise"]>(() => Promise.resolve({ operation: "o" } as RecordSummary));
    const editor = editorOn({ finalise });
    await Promise.all([editor.finalise(), editor.finalise()]);
    expect(finalise).toHaveBeenCalledOnce();
  });

  it("passes on a failure that is not about the answers", async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
    const editor = editorOn({ finalise: () => Promise.reject({ code: "sealing-failed" }) });
    await expect(editor.finalise()).rejects.toEqual({ code: "sealing-failed" });
    expect(editor.finalising).toBe(false);
  });

  it("is no longer untouched from the moment a photo is begun, until that is left without one", () => {
    const editor = editorOn({});
    editor.photoBegun();
    expect(editor.untouched).toBe(false);
    editor.photoCancelled();
    expect(editor.untouched).toBe(true);
  });

  it("is not on disk, nor closed, before the photo is that is being taken in", async () => {
    const { editor, photoIn } = editorWithPhotoComing();
    expect(editor.untouched).toBe(false);
    expect(editor.onDisk).toBe(false);
    const closed = vi.fn();
    const closing = editor.close().then(closed);
    await editor.flush();
    expect(closed).not.toHaveBeenCalled();
    photoIn(true);
    await closing;
    expect(closed).toHaveBeenCalledWith(true);
    expect(editor.onDisk).toBe(true);
    expect(editor.photos).toHaveLength(1);
  });

  it("signs only after the photo that is being taken in", async () => {
    const { editor, finalise, photoIn } = editorWithPhotoComing();
    const signed = editor.finalise();
    await Promise.resolve();
    expect(finalise).not.toHaveBeenCalled();
    photoIn(true);
    expect(await signed).toMatchObject({ operation: "o" });
  });

  it("does not sign without the photo when that could not be taken in, but does when asked again", async () => {
    const { editor, added, finalise, photoIn } = editorWithPhotoComing();
    const signed = editor.finalise();
    photoIn(false);
    await expect(added).rejects.toThrow();
    expect(await signed).toBeNull();
    expect(finalise).not.toHaveBeenCalled();
    expect(await editor.finalise()).toMatchObject({ operation: "o" });
  });
});

/** An editor whose photo is in, or refused, when the test says so. */
function editorWithPhotoComing() {
  let settle: (taken: boolean) => void = () => undefined;
  const finalise = vi.fn<Bridge["finalise"]>(() => Promise.resolve({ operation: "o" } as RecordSummary));
  const taken = new Promise<PhotoSummary>((resolve, reject) => {
    settle = (well) =>
      well
        ? resolve({
            id: "p",
            sizeBytes: 1,
            width: 1,
            height: 1,
            condition: "whole",
            firstOfSeveral: false,
            caption: "",
            takenAt: "2026-11-23T10:00:00Z",
          })
        : reject(new Error("unreadable"));
  });
  const editor = editorOn({ finalise, addPhoto: () => taken });
  const added = editor.addPhoto(Promise.resolve("base64"));
  return { editor, added, finalise, photoIn: settle };
}
