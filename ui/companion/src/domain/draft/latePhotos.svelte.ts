/**
 * Photos that could not be stored when they came: from the file chooser after the app had locked, or from the app's own
 * camera, whatever was in the way. Each is kept in the memory of the page, as the way to read it, until the person who unlocks says what to do.
 * Behind the lock no longer than ten minutes; after that only that there was one is still told.
 * Deliberately absent: anything on disk. A page that is closed, or an app that is killed, keeps nothing.
 */
export const LATE_PHOTO_MS = 10 * 60_000;

export type LatePhoto = {
  draft: string;
  until: number;
  /** Null once it was let go. */
  read: (() => Promise<string>) | null;
};

type Options = { now: () => number; unlocked: () => boolean };

export class LatePhotos {
  readonly #options: Options;
  #all = $state.raw<readonly LatePhoto[]>([]);

  constructor(options: Options) {
    this.#options = options;
  }

  /** `read` gives the photo as base64. */
  keep(draft: string, read: () => Promise<string>): void {
    this.#all = [...this.#all, { draft, until: this.#options.now() + LATE_PHOTO_MS, read }];
    setTimeout(() => {
      if (!this.#options.unlocked()) this.letGo();
    }, LATE_PHOTO_MS);
  }

  /** Lets go of what came back too long ago. Call on locking and unlocking: a phone that sleeps stops timers. */
  letGo(): void {
    const now = this.#options.now();
    this.#all = this.#all.map((photo) => (now < photo.until ? photo : { ...photo, read: null }));
  }

  /** The first that is still to be decided on. */
  of(draft: string): LatePhoto | undefined {
    return this.#all.find((photo) => photo.draft === draft);
  }

  /** It was taken in, thrown away, or seen to be gone. */
  settled(photo: LatePhoto): void {
    this.#all = this.#all.filter((other) => other !== photo);
  }

  /** The draft they belong to is gone, or all drafts are. */
  clear(draft?: string): void {
    this.#all = draft === undefined ? [] : this.#all.filter((photo) => photo.draft !== draft);
  }
}
