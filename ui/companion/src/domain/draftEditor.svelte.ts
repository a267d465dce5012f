/**
 * One draft on screen: its form, what the last save said about it, and the way to the signed record.
 * Deliberately absent: a save button and validation. Saving goes by itself; the core validates.
 */
import type { Draft, FieldError, PhotoSummary, RecordSummary, Warning } from "@baken/bindings";

import { commandError, type Bridge } from "../shared/bridge";
import { SaveQueue, type SaveState } from "./saveQueue";

type Form = Draft["form"];

export class DraftEditor {
  readonly id: string;
  readonly #bridge: Bridge;
  readonly #queue: SaveQueue<Form, { savedAt: string; warnings: Warning[] }>;

  form: Form;
  photos: PhotoSummary[];
  savedAt: string;
  saveState = $state<SaveState>("saved");
  /** Stays until a save succeeds. */
  saveFailure = $state<string | null>(null);
  warnings = $state<Warning[]>([]);
  errors = $state.raw<FieldError[]>([]);
  finalising = $state(false);

  constructor(bridge: Bridge, draft: Draft) {
    this.#bridge = bridge;
    this.id = draft.id;
    this.form = $state(draft.form);
    this.photos = $state(draft.photos);
    this.savedAt = $state(draft.savedAt);
    this.#queue = new SaveQueue({
      save: (form) => bridge.saveDraft(this.id, form),
      onState: (state) => (this.saveState = state),
      onSaved: ({ savedAt, warnings }) => {
        this.savedAt = savedAt;
        this.warnings = warnings;
        this.saveFailure = null;
      },
      onFailed: (reason) => (this.saveFailure = commandError(reason).code),
    });
  }

  /** Whether everything given so far is on disk. */
  get onDisk(): boolean {
    return this.saveState === "saved";
  }

  /** Call after a choice changed the form. */
  readonly changed = (): void => this.#queue.changed($state.snapshot(this.form));

  /** Call after a letter changed the form. */
  readonly typed = (): void => this.#queue.typed($state.snapshot(this.form));

  /** Call when a text field is left, and on a loud failure's "try again". */
  readonly flush = (): Promise<boolean> => this.#queue.flush();

  /** Flushes and stops saving: the screen is left. */
  close(): Promise<boolean> {
    return this.#queue.close();
  }

  errorAt(field: string): FieldError | undefined {
    return this.errors.find((error) => error.field === field);
  }

  warningAt(field: string): Warning | undefined {
    return this.warnings.find((warning) => warning.field === field);
  }

  /** Signs the record. Null when answers are missing or wrong: `errors` then says which. */
  async finalise(): Promise<RecordSummary | null> {
    if (this.finalising) return null;
    this.finalising = true;
    try {
      if (!(await this.#queue.flush())) return null;
      const record = await this.#bridge.finalise(this.id);
      await this.#queue.close();
      return record;
    } catch (reason) {
      const error = commandError(reason);
      if (error.code !== "invalid") throw reason;
      this.errors = error.fields;
      return null;
    } finally {
      this.finalising = false;
    }
  }

  async addPhoto(base64: string): Promise<void> {
    this.photos.push(await this.#bridge.addPhoto(this.id, base64));
  }

  async removePhoto(id: string): Promise<void> {
    await this.#bridge.removePhoto(id);
    this.photos = this.photos.filter((photo) => photo.id !== id);
  }
}
