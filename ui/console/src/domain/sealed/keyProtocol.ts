/**
 * What a page and the holder of the key say to one another. The holder answers what was unsealed, never what unseals:
 * there is no message that asks for an open key. Handing team keys on, and another passphrase, need the passphrase once more.
 * Whatever arrives is read here before it is believed.
 */
import type { DsseEnvelope, MemberKey } from "@baken/bindings";
import * as v from "valibot";

import type { Attached, Expected, UnsealReason } from "./unsealed";
import { MOST_WORDS, type Hit } from "./searching";
import { KINDS, WAYS, type ReportWords, type SealReason } from "./sealedWords";
import type { SealedContact, SealedInspection, SealedObservation } from "./sealedForm";

/** What each kind of sealed bytes holds. */
export type Unsealed = {
  observation: SealedObservation;
  inspection: SealedInspection;
  contact: SealedContact;
  photo: Attached;
  audio: Attached;
};
export type UnsealKind = keyof Unsealed;

/** Sealed parts that are searched at a time: what others ask for meanwhile waits no longer than for these. */
const MOST_PARTS = 50;
/** Texts of a report that are opened at a time. */
const MOST_TEXTS = 200;
/** What was found in which record, and in how many nothing could be looked for. */
export type Searched = { found: { operation: string; hits: Hit[] }[]; unread: number };

const text = v.string();
const bytes = v.custom<Uint8Array>((data) => data instanceof Uint8Array);
const id = v.pipe(v.number(), v.safeInteger());

const expected = v.object({
  sha256: text,
  recipients: v.array(text),
  epoch: v.number(),
  tenant: text,
  operation: text,
}) satisfies v.GenericSchema<unknown, Expected>;

const memberKey = v.object({
  login: text,
  recipient: text,
  wrappedIdentity: text,
  teamKeys: v.array(v.object({ team: text, epoch: v.number(), recipient: text, sealed: text })),
  recovery: text,
}) satisfies v.GenericSchema<unknown, MemberKey>;

const envelope = v.object({
  payloadType: text,
  payload: text,
  signatures: v.array(v.object({ keyid: text, sig: text })),
}) satisfies v.GenericSchema<unknown, DsseEnvelope>;

const textPlace = v.object({ tenant: text, report: text, place: id });

/** What became of a sealed text: its words, or why it does not open. */
export type OpenedWords = { place: number } & ({ words: ReportWords } | { reason: UnsealReason });

const request = v.variant("say", [
  /** A page of this account is there; said again where another signs in. */
  v.object({ say: v.literal("hello"), account: text }),
  /** The page goes away. */
  v.object({ say: v.literal("bye") }),
  /** The answer to "there?". */
  v.object({ say: v.literal("here") }),
  /** Somebody touched the page. */
  v.object({ say: v.literal("touched") }),
  /** The page came back into view, perhaps after a sleep. */
  v.object({ say: v.literal("seen") }),
  v.object({ say: v.literal("close") }),
  /** `until`: the session's own end, in milliseconds. */
  v.object({
    say: v.literal("open"),
    id,
    account: text,
    key: memberKey,
    passphrase: text,
    until: v.number(),
  }),
  /** The municipality's recovery key, as it stands on paper, in place of one's own. */
  v.object({
    say: v.literal("open-recovery"),
    id,
    account: text,
    line: text,
    recipient: text,
    until: v.number(),
  }),
  /** Team keys for a colleague; the passphrase is asked for anew, whether the key is open or not. */
  v.object({
    say: v.literal("hand"),
    id,
    account: text,
    key: memberKey,
    passphrase: text,
    to: text,
    names: v.array(v.object({ team: text, epoch: v.number(), recipient: text })),
  }),
  /** One's own key under another passphrase. */
  v.object({
    say: v.literal("rewrap"),
    id,
    account: text,
    key: memberKey,
    passphrase: text,
    chosen: text,
  }),
  v.object({
    say: v.literal("unseal"),
    id,
    kind: v.picklist(["observation", "inspection", "contact", "photo", "audio"] satisfies UnsealKind[]),
    sealed: bytes,
    expected,
  }),
  v.object({
    say: v.literal("search"),
    id,
    words: v.pipe(v.array(text), v.maxLength(MOST_WORDS)),
    parts: v.pipe(v.array(v.object({ sealed: bytes, expected })), v.maxLength(MOST_PARTS)),
  }),
  /** To seal a text about a report, to whom `directory` names for `team`. */
  v.object({
    say: v.literal("seal-words"),
    id,
    words: v.object({ kind: v.picklist(KINDS), text, who: text, how: v.picklist([...WAYS, ""]) }),
    at: textPlace,
    team: text,
    directory: envelope,
  }),
  /** To open texts about one report. */
  v.object({
    say: v.literal("open-words"),
    id,
    tenant: text,
    report: text,
    team: text,
    texts: v.pipe(
      v.array(v.object({ place: id, epoch: v.number(), sealed: bytes })),
      v.maxLength(MOST_TEXTS),
    ),
  }),
]);

export type KeyRequest = v.InferOutput<typeof request>;

/** Why the key is closed, as far as there is something to say of it. */
export type ClosedBecause = "asked" | "idle";

/** How the key of one account stands. `teams`: of which it has a key, each as `team@epoch`. */
export type KeyState =
  { open: true; teams: readonly string[]; closing: boolean } | { open: false; because: ClosedBecause };

/** Why something asked was not done. `closed`: there is no open key of this account. */
export type KeyRefusal =
  "wrong-passphrase" | "unreadable-key" | "closed" | UnsealReason | `seal-${SealReason}`;

export type KeyAnswer =
  | { say: "state"; state: KeyState }
  | { say: "there?" }
  | { say: "done"; id: number; unsealed: unknown }
  | { say: "refused"; id: number; reason: KeyRefusal };

/** Nothing where it is no request. */
export function readRequest(data: unknown): KeyRequest | null {
  const read = v.safeParse(request, data);
  return read.success ? read.output : null;
}
