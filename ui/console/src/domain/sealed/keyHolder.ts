/**
 * Holds one member's opened keys for all pages of a browser, and unseals for them. The keys stand in this object alone,
 * which lives in a worker: a page that is left, loaded anew or taken over has none to lose.
 *
 * It drops them when a page asks, when another account is there, after a quarter of an hour without a touch in any page, at the end of
 * the session, and when no page is left or none answers. Deliberately absent: any way to get an open key out; team keys are sealed
 * to a colleague only after the passphrase was given once more (`handing.ts`).
 */
import { IdleWatch } from "./idle";
import { handKeys, rewrap } from "./handing";
import { openKeyring, recoveryKeyring, type Keyring } from "./keyring";
import {
  readRequest,
  type ClosedBecause,
  type KeyAnswer,
  type KeyRefusal,
  type KeyRequest,
  type KeyState,
  type OpenedWords,
  type Searched,
  type UnsealKind,
} from "./keyProtocol";
import { openWords, sealWords } from "./reportText";
import { hitsIn } from "./searching";
import { SealError } from "./sealedWords";
import { unsealAttachment, unsealContact, unsealInspection, unsealObservation } from "./unseal";
import { UnsealError, type Expected } from "./unsealed";
import { WrongPassphrase } from "./wrongPassphrase";

const IDLE_MS = 15 * 60_000;
/** How often pages are asked whether they are there; a page loaded anew is back before the second time. */
const LOOK_MS = 5_000;
/** A page that leaves so many questions unanswered is gone. Counted, not timed: a laptop that slept answers at once. */
const UNANSWERED = 12;
/** So many looks may find no page at all. */
const LOOKS_ALONE = 2;

/** The way back to a page. */
export type Line = { tell: (answer: KeyAnswer, transfer?: Transferable[]) => void };
type Page = Line & { account: string | null; unanswered: number };
type Held = { account: string; keyring: Keyring; until: number };
type Opener = typeof openKeyring;
type Asked = { id: number; account: string };

export class KeyHolder {
  readonly #pages = new Set<Page>();
  /** Pages that did not answer: gone, or held up. They hear of a key that closes all the same. */
  readonly #silent = new Set<Page>();
  #held: Held | null = null;
  #opening = 0;
  /** Whose key was last asked to be opened. */
  #openingFor: string | null = null;
  #closing = false;
  #alone = 0;
  #looking: ReturnType<typeof setInterval> | undefined;
  readonly #idle: IdleWatch;

  constructor(
    /** Whose pages may ask: a worker's own origin. */
    readonly origin: string,
    readonly now: () => number = () => Date.now(),
    readonly open: Opener = openKeyring,
  ) {
    this.#idle = new IdleWatch(
      IDLE_MS,
      () => {
        this.#close("idle");
      },
      (soon) => {
        this.#closing = soon;
        this.#tellAll();
      },
      now,
    );
  }

  /** What takes a page's messages, each with the origin it came from (empty: of a port, which only this origin has). */
  connect(line: Line): (data: unknown, origin: string) => void {
    const page: Page = { ...line, account: null, unanswered: 0 };
    return (data, origin) => {
      if (origin !== "" && origin !== this.origin) return;
      const request = readRequest(data);
      if (request !== null) this.#take(page, request);
    };
  }

  #take(page: Page, request: KeyRequest): void {
    page.unanswered = 0;
    // One that was taken for gone is back: a page that a dialog or the background held up. It hears how the key stands.
    if (page.account !== null && !this.#pages.has(page)) {
      this.#silent.delete(page);
      this.#pages.add(page);
      page.tell({ say: "state", state: this.#state(page) });
    }
    switch (request.say) {
      case "hello":
        this.#greet(page, request.account);
        return;
      case "bye":
        page.account = null;
        this.#pages.delete(page);
        this.#silent.delete(page);
        return;
      case "here":
        return;
      case "touched":
        if (this.#isOf(page)) this.#idle.touched();
        return;
      case "seen":
        this.#look();
        return;
      case "close":
        // A key that is being opened is closed by it too; that of another account is not this page's to close.
        if (page.account === (this.#held?.account ?? this.#openingFor)) this.#close("asked");
        return;
      case "open":
        void this.#open(page, request, () => this.open(request.key, request.passphrase));
        return;
      case "open-recovery":
        void this.#open(page, request, () => recoveryKeyring(request.line, request.recipient));
        return;
      case "hand":
        void this.#once(page, request, () =>
          handKeys(request.key, request.passphrase, request.to, request.names),
        );
        return;
      case "rewrap":
        void this.#once(page, request, () => rewrap(request.key, request.passphrase, request.chosen));
        return;
      case "unseal":
        void this.#unseal(page, request);
        return;
      case "search":
        void this.#search(page, request);
        return;
      case "seal-words":
        void this.#sealWords(page, request);
        return;
      case "open-words":
        void this.#openWords(page, request);
        return;
    }
  }

  /** Another account than the key's: nothing of it stays open, nor is opened. */
  #greet(page: Page, account: string): void {
    page.account = account;
    this.#pages.add(page);
    this.#alone = 0;
    if ((this.#held?.account ?? account) !== account || this.#openingFor !== account) this.#close("asked");
    page.tell({ say: "state", state: this.#state(page) });
  }

  /** What is done with the passphrase alone, for pages of the account it belongs to. */
  async #once(page: Page, { id, account }: Asked, what: () => Promise<unknown>): Promise<void> {
    try {
      const unsealed = page.account === account ? await what() : null;
      if (unsealed === null || page.account !== account) page.tell({ say: "refused", id, reason: "closed" });
      else page.tell({ say: "done", id, unsealed });
    } catch (reason) {
      page.tell({ say: "refused", id, reason: refusalOf(reason) });
    }
  }

  async #open(
    page: Page,
    request: Asked & { until: number },
    open: () => Promise<Keyring | null>,
  ): Promise<void> {
    const { id, account } = request;
    if (page.account !== account) {
      page.tell({ say: "refused", id, reason: "closed" });
      return;
    }
    const opening = ++this.#opening;
    this.#openingFor = account;
    try {
      const keyring = await open();
      if (keyring === null) throw new WrongPassphrase();
      // Stretching takes a second, and a second is enough to sign out in: nobody else may find this key open.
      if (opening !== this.#opening || page.account !== account || request.until <= this.now()) {
        page.tell({ say: "refused", id, reason: "closed" });
        return;
      }
      this.#held = { account, keyring, until: request.until };
      this.#closing = false;
      this.#idle.start();
      this.#startLooking();
      this.#tellAll();
      page.tell({ say: "done", id, unsealed: null });
    } catch (reason) {
      page.tell({ say: "refused", id, reason: refusalOf(reason) });
    }
  }

  async #unseal(page: Page, request: Extract<KeyRequest, { say: "unseal" }>): Promise<void> {
    const { id, kind, sealed, expected } = request;
    const held = this.#held;
    if (held === null || !this.#isOf(page)) {
      page.tell({ say: "refused", id, reason: "closed" });
      return;
    }
    const answer = await unsealed(kind, sealed, held.keyring, expected);
    // What was opened under a key that was closed meanwhile is shown to nobody.
    if (this.#held !== held) page.tell({ say: "refused", id, reason: "closed" });
    else if ("refusal" in answer) page.tell({ say: "refused", id, reason: answer.refusal });
    else page.tell({ say: "done", id, unsealed: answer.unsealed }, answer.transfer);
  }

  /** Of what is opened for it nothing goes back but what stands around a word that was found. */
  async #search(page: Page, request: Extract<KeyRequest, { say: "search" }>): Promise<void> {
    const { id, words, parts } = request;
    const held = this.#held;
    const searched: Searched = { found: [], unread: 0 };
    for (const { sealed, expected } of parts) {
      if (held === null || this.#held !== held || !this.#isOf(page)) break;
      try {
        const hits = hitsIn(await unsealObservation(sealed, held.keyring, expected), words);
        if (hits.length > 0) searched.found.push({ operation: expected.operation, hits });
      } catch {
        searched.unread += 1;
      }
    }
    if (held === null || this.#held !== held || !this.#isOf(page))
      page.tell({ say: "refused", id, reason: "closed" });
    else page.tell({ say: "done", id, unsealed: searched });
  }

  async #sealWords(page: Page, request: Extract<KeyRequest, { say: "seal-words" }>): Promise<void> {
    const { id, words, at, team, directory } = request;
    await this.#withKey(page, id, (keyring) => sealWords(words, at, team, directory, keyring));
  }

  /** Each by itself: one that does not open leaves the others readable. */
  async #openWords(page: Page, request: Extract<KeyRequest, { say: "open-words" }>): Promise<void> {
    const { id, tenant, report, team, texts } = request;
    await this.#withKey(page, id, async (keyring) => {
      const opened: OpenedWords[] = [];
      for (const { place, epoch, sealed } of texts) {
        try {
          const at = { tenant, report, place };
          opened.push({ place, words: await openWords(sealed, at, team, epoch, keyring) });
        } catch (reason) {
          opened.push({ place, reason: reason instanceof UnsealError ? reason.reason : "container" });
        }
      }
      return opened;
    });
  }

  /** What is done with the key of this page's account, if that stays open meanwhile. */
  async #withKey(page: Page, id: number, work: (keyring: Keyring) => Promise<unknown>): Promise<void> {
    const held = this.#held;
    const isOpen = () => held !== null && this.#held === held && this.#isOf(page);
    let answer: KeyAnswer = { say: "refused", id, reason: "closed" };
    if (held !== null && isOpen()) {
      try {
        answer = { say: "done", id, unsealed: await work(held.keyring) };
      } catch (reason) {
        const refused = reason instanceof SealError ? (`seal-${reason.reason}` as const) : "container";
        answer = { say: "refused", id, reason: refused };
      }
    }
    page.tell(isOpen() ? answer : { say: "refused", id, reason: "closed" });
  }

  #isOf(page: Page): boolean {
    return this.#held !== null && page.account === this.#held.account;
  }

  #state(page: Page): KeyState {
    const held = this.#held;
    if (held === null || !this.#isOf(page)) return { open: false, because: "asked" };
    return { open: true, teams: [...held.keyring.keys()], closing: this.#closing };
  }

  #tellAll(): void {
    for (const page of this.#pages) page.tell({ say: "state", state: this.#state(page) });
  }

  #close(because: ClosedBecause): void {
    this.#opening += 1;
    this.#openingFor = null;
    const held = this.#held;
    if (held === null) return;
    clearInterval(this.#looking);
    this.#held = null;
    this.#idle.stop();
    for (const page of new Set([...this.#pages, ...this.#silent])) {
      const own = page.account === held.account;
      page.tell({ say: "state", state: { open: false, because: own ? because : "asked" } });
    }
  }

  #startLooking(): void {
    clearInterval(this.#looking);
    this.#alone = 0;
    this.#looking = setInterval(() => {
      this.#look();
      this.#ask();
    }, LOOK_MS);
  }

  #look(): void {
    this.#idle.look();
    if (this.#held !== null && this.now() >= this.#held.until) this.#close("asked");
  }

  /** Pages that are gone without a word are found by their silence. */
  #ask(): void {
    for (const page of this.#pages) {
      page.unanswered += 1;
      if (page.unanswered > UNANSWERED) {
        this.#pages.delete(page);
        this.#silent.add(page);
      } else page.tell({ say: "there?" });
    }
    this.#alone = this.#pages.size === 0 ? this.#alone + 1 : 0;
    if (this.#alone >= LOOKS_ALONE) this.#close("asked");
  }
}

const refusalOf = (reason: unknown): KeyRefusal =>
  reason instanceof WrongPassphrase ? "wrong-passphrase" : "unreadable-key";

type Answer = { unsealed: unknown; transfer?: Transferable[] } | { refusal: KeyRefusal };

async function unsealed(
  kind: UnsealKind,
  sealed: Uint8Array,
  keyring: Keyring,
  expected: Expected,
): Promise<Answer> {
  try {
    switch (kind) {
      case "observation":
        return { unsealed: await unsealObservation(sealed, keyring, expected) };
      case "inspection":
        return { unsealed: await unsealInspection(sealed, keyring, expected) };
      case "contact":
        return { unsealed: await unsealContact(sealed, keyring, expected) };
      case "photo":
      case "audio": {
        const { content, incomplete } = await unsealAttachment(sealed, keyring, expected, kind);
        // A copy of its own, so that it can be handed over rather than copied once more.
        const own = content.slice();
        return { unsealed: { content: own, incomplete }, transfer: [own.buffer] };
      }
    }
  } catch (reason) {
    return { refusal: reason instanceof UnsealError ? reason.reason : "container" };
  }
}
