/**
 * One draft on screen: its form, what the last save said about it, and the way to the signed record.
 * Deliberately absent: a save button and validation. Saving goes by itself; the core validates.
 */
import type {
  CoveredArea,
  Draft,
  DraftSaved,
  FailureCode,
  FieldError,
  PhotoSummary,
  RecordSummary,
  Warning,
} from "@baken/bindings";

import { commandError, type Bridge } from "../../shared/bridge";
import { filledIn, type FilledIn } from "./filledIn";
import { answerTo, inPageOrder, valueAt } from "./fieldErrors";
import { SaveQueue, type SaveState } from "./saveQueue";
import { SpokenNotes } from "./spokenNotes.svelte";

type Form = FilledIn;

export class DraftEditor {
  readonly id: string;
  /** Whether it amends what was signed before. */
  readonly amends: boolean;
  readonly #bridge: Bridge;
  readonly startedAt: string;
  readonly #queue: SaveQueue<Form, DraftSaved & { form: Form }>;

  form: Form;
  photos: PhotoSummary[];
  readonly spoken: SpokenNotes;
  savedAt: string;
  saveState = $state<SaveState>("saved");
  /** Stays until a save succeeds. */
  saveFailure = $state<FailureCode | null>(null);
  /** The fields that kept the last save from being taken in, where it was they. */
  unsavedFields = $state.raw<readonly string[]>([]);
  warnings: Warning[];
  /** The questions that had no answer at the last save, by their paths. */
  unanswered: readonly string[];
  /** What the warnings are about. */
  #saved: Form;
  /** What the last try to sign found and was not mended since, with the answers as they were then. */
  #found = $state.raw<{ error: FieldError; answer: string }[]>([]);
  /** Goes up with every try to sign that found errors. */
  attempt = $state(0);
  #changedHere = false;
  #photoBegun = false;
  /** Photos on their way to the core. */
  #coming: readonly Promise<void>[] = [];
  finalising = $state(false);

  constructor(bridge: Bridge, draft: Draft) {
    this.#bridge = bridge;
    this.id = draft.id;
    this.amends = draft.amends !== null;
    this.startedAt = draft.startedAt;
    this.form = $state(filledIn(draft.form));
    this.photos = $state(draft.photos);
    this.spoken = new SpokenNotes(bridge, draft.id, draft.spoken);
    this.savedAt = $state(draft.savedAt);
    this.warnings = $state.raw(draft.warnings);
    this.unanswered = $state.raw(draft.unanswered);
    this.#saved = $state.raw(structuredClone(filledIn(draft.form)));
    this.#queue = new SaveQueue({
      save: async (form) => ({ ...(await bridge.saveDraft(this.id, form)), form }),
      onState: (state) => (this.saveState = state),
      onSaved: ({ savedAt, warnings, unanswered, coordinates, form }) => {
        this.#saved = form;
        this.#readCoordinates(form, coordinates);
        this.savedAt = savedAt;
        this.warnings = warnings;
        this.unanswered = unanswered;
        this.saveFailure = null;
        this.unsavedFields = [];
      },
      onFailed: (reason) => {
        const { code, fields } = commandError(reason);
        this.saveFailure = code;
        this.unsavedFields = fields.map(({ field }) => field);
      },
    });
  }

  /**
   * The errors that still stand, in the order of the page. One goes as soon as its answer is changed and stays away
   * until the next try, also when somebody types past the refused answer or back to it.
   */
  readonly errors = $derived(this.#found.map(({ error }) => error));

  /** Whether nobody ever gave an answer in it, or is about to give it a photo or to speak. */
  get untouched(): boolean {
    const attached = this.photos.length > 0 || this.spoken.any;
    return !this.#changedHere && !this.#photoBegun && this.savedAt === this.startedAt && !attached;
  }

  /** Whether everything given so far is on disk. */
  get onDisk(): boolean {
    return this.saveState === "saved" && this.#coming.length === 0 && !this.spoken.beingSaid;
  }

  /** Call after a choice changed the form. */
  readonly changed = (): void => {
    this.#mended();
    this.#queue.changed($state.snapshot(this.form));
  };

  /** Call after a letter changed the form. */
  readonly typed = (): void => {
    this.#mended();
    this.#queue.typed($state.snapshot(this.form));
  };

  /** An answer was changed: whatever the last try said of it no longer stands. */
  #mended(): void {
    this.#changedHere = true;
    const standing = this.#found.filter(({ error, answer }) => answerTo(error, this.form) === answer);
    if (standing.length < this.#found.length) this.#found = standing;
  }

  /** Call when a text field is left, and on a loud failure's "try again". */
  readonly flush = (): Promise<boolean> => this.#queue.flush();

  /** Flushes, stops whoever speaks, and waits for photos on their way. What could not be written goes on being tried. */
  async written(): Promise<void> {
    await Promise.all([this.#queue.flush(), this.#photosIn(), this.spoken.stop()]);
  }

  /** Flushes and stops saving: the draft is discarded. Resolves to whether everything given is on disk. */
  async close(): Promise<boolean> {
    const [answers, photos] = await Promise.all([this.#queue.close(), this.#photosIn(), this.spoken.stop()]);
    return answers && photos;
  }

  errorsAt(field: string): FieldError[] {
    return this.errors.filter((error) => error.field === field);
  }

  warningAt(field: string): Warning | undefined {
    return this.warnings.find((warning) => warning.field === field);
  }

  /** The core's reading of what was typed, where that is still what stands there. */
  #readCoordinates(saved: Form, coordinates: DraftSaved["coordinates"]): void {
    const { place } = this.form;
    if (place.coordinatesTyped && place.coordinatesTyped === saved.place.coordinatesTyped)
      place.coordinates = coordinates ?? null;
  }

  /** What may stand there instead of a number that lost its zeros. */
  suggestionAt(field: string): string | undefined {
    const error = this.errorsAt(field).find(({ suggestion }) => suggestion !== undefined);
    const warning = this.warnings.find((candidate) => candidate.field === field && candidate.suggestion);
    return error?.suggestion ?? warning?.suggestion;
  }

  /** The author says that what was asked about is right as it is. */
  confirm({ confirm }: Warning): void {
    if (confirm !== undefined && !this.form.confirmed.includes(confirm)) this.form.confirmed.push(confirm);
    this.changed();
  }

  /** The first citizen number in a field as it was last saved, as it was typed. */
  citizenNumberAt(field: string): string | null {
    const warning = this.warnings.find((candidate) => candidate.field === field && candidate.code === "bsn");
    const text = valueAt(this.#saved, field);
    if (!warning || warning.start === null || warning.end === null || typeof text !== "string") return null;
    return text.slice(warning.start, warning.end);
  }

  /** The author says that this number, as it stands in a field, is no citizen number. */
  clearCitizenNumber(field: string, number: string): void {
    const warning = this.warnings.find((candidate) => candidate.field === field && candidate.code === "bsn");
    const digits = warning?.confirm ?? number.replaceAll(/\D/g, "");
    if (!this.form.notCitizenNumbers.includes(digits)) this.form.notCitizenNumbers.push(digits);
    this.changed();
  }

  /**
   * Signs the record. Null when answers are missing or wrong (`errors` then says which), or when something given
   * is not on disk: what is signed can no longer take it in.
   */
  async finalise(): Promise<RecordSummary | null> {
    if (this.finalising) return null;
    this.finalising = true;
    try {
      await this.spoken.stop();
      if (!(await this.#photosIn()) || !(await this.#queue.flush())) return null;
      const record = await this.#bridge.finalise(this.id);
      await this.#queue.close();
      return record;
    } catch (reason) {
      const error = commandError(reason);
      if (error.code !== "invalid") throw reason;
      this.#refused(error.fields);
      return null;
    } finally {
      this.finalising = false;
    }
  }

  #refused(fields: readonly FieldError[]): void {
    this.#found = inPageOrder(fields, this.form.kind).map((error) => ({
      error,
      answer: answerTo(error, this.form),
    }));
    this.attempt += 1;
  }

  /** Call before the camera or file chooser opens: the chooser may cover the app for longer than the app stays open. */
  photoBegun(): void {
    this.#photoBegun = true;
  }

  /** The camera or file chooser was left without a photo. */
  photoCancelled(): void {
    this.#photoBegun = false;
  }

  /** Takes in a photo whose file may still be being read. */
  async addPhoto(base64: Promise<string>): Promise<void> {
    this.#changedHere = true;
    const taken = this.#takeIn(base64);
    this.#coming = [...this.#coming, taken];
    try {
      await taken;
    } finally {
      this.#coming = this.#coming.filter((photo) => photo !== taken);
    }
  }

  async #takeIn(base64: Promise<string>): Promise<void> {
    this.photos.push(await this.#bridge.addPhoto(this.id, await base64));
  }

  /** Resolves to whether every photo that was on its way has arrived. */
  async #photosIn(): Promise<boolean> {
    const photos = await Promise.allSettled(this.#coming);
    return photos.every(({ status }) => status === "fulfilled");
  }

  /** A photo of which a part is missing is kept as that. */
  async keepPhoto(id: string): Promise<void> {
    await this.#bridge.keepPhoto(id);
    this.photos = this.photos.map((photo) =>
      photo.id === id ? { ...photo, condition: "incomplete" } : photo,
    );
  }

  /** Resolves to the id of the photo that is in its place. */
  async coverPhoto(id: string, areas: readonly CoveredArea[]): Promise<string> {
    const covered = await this.#bridge.coverPhoto(id, areas);
    this.photos = this.photos.map((photo) => (photo.id === id ? covered : photo));
    return covered.id;
  }

  async captionPhoto(id: string, caption: string): Promise<void> {
    const before = this.photos.find((photo) => photo.id === id)?.caption;
    if (before === undefined || before === caption.trim()) return;
    await this.#bridge.captionPhoto(id, caption);
    this.photos = this.photos.map((photo) =>
      photo.id === id ? { ...photo, caption: caption.trim() } : photo,
    );
  }

  /** One place towards the first or the last. */
  async movePhoto(id: string, by: -1 | 1): Promise<void> {
    const from = this.photos.findIndex((photo) => photo.id === id);
    const [photo, other] = [this.photos[from], this.photos[from + by]];
    if (!photo || !other) return;
    const moved = this.photos.with(from, other).with(from + by, photo);
    await this.#bridge.orderPhotos(
      this.id,
      moved.map((one) => one.id),
    );
    this.photos = moved;
  }

  async removePhoto(id: string): Promise<void> {
    await this.#bridge.removePhoto(id);
    this.photos = this.photos.filter((photo) => photo.id !== id);
  }
}
