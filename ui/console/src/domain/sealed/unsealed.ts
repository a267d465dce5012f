/**
 * What a page knows of unsealing, which happens elsewhere: what is asked, what comes of it, and why something does not open.
 */
import type { AttachmentClass } from "@baken/bindings";

/**
 * Why something could not be opened. `other-key`: it is whole, and sealed to none of the keys held, though the register's
 * own directory of that number names one of them. Directories of two lines share their numbers, and a record names no more
 * of its directory than the number. Whether it is what the device signed is for the proof to say. `later`: this record's own,
 * of a schema that this version does not know.
 */
export type UnsealReason = "altered" | "no-key" | "other-key" | "container" | "elsewhere" | "later";

export class UnsealError extends Error {
  constructor(readonly reason: UnsealReason) {
    super(reason);
  }
}

/** What the record says about its sealed part, and the record itself. */
export type Expected = {
  sha256: string;
  recipients: readonly string[];
  epoch: number;
  tenant: string;
  operation: string;
};

/** What is attached, and whether its author kept it though a part of it was missing. */
export type Attached = { content: Uint8Array; incomplete: boolean };

/** What each class holds, and nothing else is opened as it: what a browser makes of bytes goes by their type. */
export const MEDIA_TYPES: Record<AttachmentClass, string> = { photo: "image/jpeg", audio: "audio/flac" };
