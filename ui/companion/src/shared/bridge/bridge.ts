/**
 * What the screens may ask of the device core: one method per command, one listener per event.
 * Every method rejects with a {@link CommandError}; see `commandError` for what else can come.
 * Deliberately absent: file, network or shell access. Whatever is not a method here cannot be done.
 */
import type {
  AppStatus,
  Asker,
  CarriedIn,
  CarriedSummary,
  CommandError,
  CoveredArea,
  Draft,
  DraftForm,
  RecordKind,
  DraftSaved,
  FoundPlaces,
  Earlier,
  Home,
  Insets,
  InspectionOverview,
  InspectionSummary,
  InvitationPreview,
  JoinPreview,
  Permission,
  Planned,
  PhotoSummary,
  ReceiptView,
  ReferenceShelf,
  RecordDetail,
  RecordPage,
  RecordSummary,
  ShownJoinCode,
  SpokenNote,
  SyncProgress,
  Vocabulary,
  Wanted,
} from "@baken/bindings";

/** What the device's own question for a finger says: neutral, since others may look along. */
export type PromptWords = { title: string; cancel: string };

/** A file that was made, and where it went: into a folder, or to what the system handed it to. */
export type CarriedAway = CarriedSummary & { name: string; folder: string | null };

export type Bridge = {
  status(): Promise<AppStatus>;
  createVault(secret: string): Promise<AppStatus>;
  unlock(secret: string): Promise<AppStatus>;
  /** The new one opens from now on. A wrong current one counts as one at the lock. */
  changePassphrase(current: string, chosen: string): Promise<AppStatus>;
  lock(): Promise<AppStatus>;
  /** Somebody uses the app: the core locks by itself when nobody has for too long. */
  touched(): Promise<void>;
  /** A screen of the system is about to cover the app: the core does not lock for that at once. */
  expectAbsence(): Promise<void>;
  /** Puts the app behind the others, where a platform can. */
  leave(): Promise<void>;
  erase(): Promise<AppStatus>;
  /** Whether this device can have a finger open. */
  presenceOffered(): Promise<boolean>;
  /** Has a finger open from now on; the device asks for it twice. */
  setUpPresence(secret: string, pin: string | null, words: PromptWords): Promise<AppStatus>;
  removePresence(): Promise<AppStatus>;
  unlockByPresence(pin: string | null, words: PromptWords): Promise<AppStatus>;
  /** The screen was put away on purpose: a finger alone does not open any more. */
  putAway(): Promise<void>;
  checkInvitation(text: string, address: string | null): Promise<InvitationPreview>;
  enrol(text: string, address: string | null): Promise<AppStatus>;
  vocabulary(): Promise<Vocabulary>;
  home(): Promise<Home>;
  /** Reference cards, the municipality's among them, and the telephone numbers that it gave. */
  referenceShelf(): Promise<ReferenceShelf>;
  /** Places that the municipality gave to choose from, by the beginnings of their words. */
  searchPlaces(question: string): Promise<FoundPlaces>;
  plannedInspections(): Promise<Planned[]>;
  /** A new inspection, filled in with what is planned. */
  startPlanned(code: string): Promise<Draft>;
  startDraft(kind: RecordKind): Promise<Draft>;
  /** An amendment of what this device signed, filled in with it; or the one that was begun. */
  startAmendment(operation: string): Promise<Draft>;
  draft(id: string): Promise<Draft>;
  saveDraft(id: string, form: DraftForm): Promise<DraftSaved>;
  discardDraft(id: string): Promise<void>;
  inspection(inspection: string): Promise<InspectionSummary | null>;
  /** The open inspection still runs, says whoever was asked. */
  confirmInspection(): Promise<void>;
  closeInspection(): Promise<void>;
  /** The open inspection with what is still open in it; nothing where none is. */
  inspectionOverview(): Promise<InspectionOverview | null>;
  /** The join code of the open inspection. The first time, the device signs that it takes part. */
  showJoinCode(): Promise<ShownJoinCode>;
  /** The text of a QR code in a picture. */
  readJoinCode(base64: string): Promise<string>;
  checkJoinCode(text: string): Promise<JoinPreview>;
  joinInspection(text: string, role: string): Promise<InspectionSummary>;
  /** What earlier observations of a draft's inspection say. */
  earlier(draft: string): Promise<Earlier>;
  maskBsn(text: string): Promise<string>;
  finalise(id: string): Promise<RecordSummary>;
  addPhoto(draft: string, base64: string): Promise<PhotoSummary>;
  photoPreview(id: string): Promise<string>;
  captionPhoto(id: string, caption: string): Promise<void>;
  orderPhotos(draft: string, order: readonly string[]): Promise<void>;
  /** Paints the areas over. What comes of it is another photo in the same place; the one before is gone. */
  coverPhoto(id: string, areas: readonly CoveredArea[]): Promise<PhotoSummary>;
  keepPhoto(id: string): Promise<void>;
  removePhoto(id: string): Promise<void>;
  /** Begins a spoken note with its first piece; {@link captionPhoto} and {@link removePhoto} take one too. */
  beginSpoken(draft: string, base64: string): Promise<SpokenNote>;
  continueSpoken(id: string, place: number, base64: string): Promise<SpokenNote>;
  endSpoken(id: string): Promise<SpokenNote>;
  /** As a `data:` URL. */
  spokenSound(id: string): Promise<string>;
  /** What is wanted of what was signed last, or before the place where another page says that the next begins. */
  records(wanted: Wanted, before: number | null, limit: number): Promise<RecordPage>;
  record(operation: string): Promise<RecordDetail>;
  /** Signed at once, and never undone. */
  retract(operation: string, reason: string): Promise<RecordSummary>;
  receipt(operation: string): Promise<ReceiptView | null>;
  /** What waits, in a file that somebody carries; null where nothing waits. */
  carryOut(): Promise<CarriedAway | null>;
  /** A file of receipts that came back, by the code of one of the last files or a typed one. */
  carryIn(base64: string, code: string | null): Promise<CarriedIn>;
  /** A person's own is tried whatever the network costs, and whatever the system says of it. */
  syncStart(asker: Asker): Promise<void>;
  syncPause(): Promise<void>;
  syncStatus(): Promise<SyncProgress>;
  onSyncProgress(listener: (progress: SyncProgress) => void): Promise<() => void>;
  onLocked(listener: () => void): Promise<() => void>;
  /** The room that bars and keyboard take now; null where no platform tells of it. */
  insets(): Promise<Insets | null>;
  onInsets(listener: (insets: Insets) => void): Promise<() => void>;
  /** What the notification says while something is sent after the lock: neutral. */
  nameWork(title: string): Promise<void>;
  /** The system wants memory back. */
  onMemoryLow(listener: () => void): Promise<() => void>;
  /** A permission was taken away while it was used. */
  onWithdrawn(listener: (what: Permission) => void): Promise<() => void>;
  /** The back button of Android; never called elsewhere. */
  onBackButton(listener: () => void): Promise<void>;
};

/** Any rejection as a command error: what does not look like one is a fault of the app itself, code `internal`. */
export function commandError(reason: unknown): CommandError {
  // The core's codes and these types come from one build.
  const known: Partial<CommandError> =
    typeof reason === "object" && reason !== null && "code" in reason && typeof reason.code === "string"
      ? (reason as Partial<CommandError>)
      : {};
  return {
    code: known.code ?? "internal",
    message: known.message ?? "",
    fields: known.fields ?? [],
    retryAfterSeconds: known.retryAfterSeconds ?? null,
    attemptsLeft: known.attemptsLeft ?? null,
    weakness: known.weakness ?? null,
    folder: known.folder ?? null,
  };
}
