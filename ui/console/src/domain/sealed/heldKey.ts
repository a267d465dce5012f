/**
 * A page's side of the key: what it may ask of the holder, and how the key stands. What is given to the views is an
 * `OpenKey`, which unseals and shows of which teams it has a key; the key itself is never in a page.
 */
import type { DsseEnvelope, LackedKey, MemberKey, TeamKeyShare } from "@baken/bindings";

import { browserKeyLine, tabKeyLine, type KeyLine, type KeyReach } from "./keyLine";
import type {
  ClosedBecause,
  KeyAnswer,
  KeyRefusal,
  KeyRequest,
  KeyState,
  OpenedWords,
  Searched,
  Unsealed,
  UnsealKind,
} from "./keyProtocol";
import { SealError, type ReportWords, type SealedWords, type TextPlace } from "./sealedWords";
import { UnsealError, type Expected } from "./unsealed";
import { WrongPassphrase } from "./wrongPassphrase";

/** There is no open key, or not any more. */
export class KeyClosed extends Error {}

/** An open key, as a view has it. */
export type OpenKey = {
  /** Of which teams and epochs, as `team@epoch`. */
  teams: readonly string[];
  unseal: <Kind extends UnsealKind>(
    kind: Kind,
    sealed: Uint8Array,
    expected: Expected,
  ) => Promise<Unsealed[Kind]>;
  /** Looks for words in sealed parts of observations, at most fifty. */
  search: (words: readonly string[], parts: readonly SealedPart[]) => Promise<Searched>;
  /** Seals a text about a report to whom the directory names for `team`. */
  sealWords: (
    words: ReportWords,
    at: TextPlace,
    team: string,
    directory: DsseEnvelope,
  ) => Promise<SealedWords>;
  /** Opens texts about one report. */
  openWords: (of: TextsOf, texts: readonly SealedText[]) => Promise<readonly OpenedWords[]>;
};

/** Texts of which report, and for whom they were sealed. */
export type TextsOf = { tenant: string; report: string; team: string };
export type SealedText = { place: number; epoch: number; sealed: Uint8Array };

export type SealedPart = { sealed: Uint8Array; expected: Expected };

/** What a page hears of its key. */
export type KeyWatch = {
  opened: (key: OpenKey, closing: boolean) => void;
  closed: (because: ClosedBecause) => void;
};

type Waiting = { resolve: (unsealed: unknown) => void; reject: (reason: Error) => void };

export class HeldKey {
  #line: KeyLine;
  #account: string | null = null;
  #open: OpenKey | null = null;
  #asked = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor(
    readonly watch: KeyWatch,
    line: () => KeyLine = browserKeyLine,
    readonly instead: () => KeyLine = tabKeyLine,
  ) {
    this.#line = line();
    this.#attend(true);
  }

  /** Whether other tabs have this key as well. */
  get reach(): KeyReach {
    return this.#line.reach;
  }

  /** Who is signed in here; nobody any more where null. */
  belongsTo(account: string | null): void {
    if (account === this.#account) return;
    this.#account = account;
    this.#closeHere();
    if (account === null) this.leave();
    else this.#line.tell({ say: "hello", account });
  }

  /** The page goes away. The key stays for the other tabs, and for this page if it is loaded anew. */
  leave(): void {
    this.#line.tell({ say: "bye" });
    this.#closeHere();
  }

  /** The page is there again after all. */
  returned(): void {
    if (this.#account !== null) this.#line.tell({ say: "hello", account: this.#account });
  }

  async open(key: MemberKey, passphrase: string, until: number): Promise<void> {
    await this.#askAs((id, account) => ({ say: "open", id, account, key, passphrase, until }));
  }

  /** Opens what the municipality's recovery key opens, in place of one's own. */
  async openWithRecovery(line: string, recipient: string, until: number): Promise<void> {
    await this.#askAs((id, account) => ({ say: "open-recovery", id, account, line, recipient, until }));
  }

  /** Team keys of `key`, sealed to a colleague's. */
  async hand(key: MemberKey, passphrase: string, to: string, names: LackedKey[]): Promise<TeamKeyShare[]> {
    const order = { key, passphrase, to, names };
    const handed = await this.#askAs((id, account) => ({ say: "hand", id, account, ...order }));
    return handed as TeamKeyShare[];
  }

  /** `key` under another passphrase. */
  async rewrap(key: MemberKey, passphrase: string, chosen: string): Promise<string> {
    const order = { key, passphrase, chosen };
    const wrapped = await this.#askAs((id, account) => ({ say: "rewrap", id, account, ...order }));
    return wrapped as string;
  }

  /** Here at once, and then in every other tab. */
  close(): void {
    this.#line.tell({ say: "close" });
    this.#closeHere();
  }

  touched(): void {
    if (this.#open !== null) this.#line.tell({ say: "touched" });
  }

  seen(): void {
    if (this.#open !== null) this.#line.tell({ say: "seen" });
  }

  #unseal(kind: UnsealKind, sealed: Uint8Array, expected: Expected): Promise<unknown> {
    const { sha256, recipients, epoch, tenant, operation } = expected;
    return this.#ask((id) => {
      // Only what is named: whatever else hangs on it may be what a worker cannot be sent.
      const named = { sha256, recipients: [...recipients], epoch, tenant, operation };
      this.#line.tell({ say: "unseal", id, kind, sealed, expected: named });
    });
  }

  async #search(words: readonly string[], parts: readonly SealedPart[]): Promise<Searched> {
    const named = parts.map(({ sealed, expected: { sha256, recipients, epoch, tenant, operation } }) => ({
      sealed,
      expected: { sha256, recipients: [...recipients], epoch, tenant, operation },
    }));
    const searched = await this.#ask((id) => {
      this.#line.tell({ say: "search", id, words: [...words], parts: named });
    });
    return searched as Searched;
  }

  async #sealWords(
    words: ReportWords,
    at: TextPlace,
    team: string,
    directory: DsseEnvelope,
  ): Promise<SealedWords> {
    const { payloadType, payload, signatures } = directory;
    const named = signatures.map(({ keyid, sig }) => ({ keyid, sig }));
    const { kind, text, who, how } = words;
    const { tenant, report, place } = at;
    const sealed = await this.#ask((id) => {
      this.#line.tell({
        ...{ say: "seal-words", id, words: { kind, text, who, how }, at: { tenant, report, place }, team },
        directory: { payloadType, payload, signatures: named },
      });
    });
    return sealed as SealedWords;
  }

  async #openWords(of: TextsOf, texts: readonly SealedText[]): Promise<readonly OpenedWords[]> {
    const { tenant, report, team } = of;
    const named = texts.map(({ place, epoch, sealed }) => ({ place, epoch, sealed }));
    const opened = await this.#ask((id) => {
      this.#line.tell({ say: "open-words", id, tenant, report, team, texts: named });
    });
    return opened as OpenedWords[];
  }

  /** Asks in the name of whoever is signed in. */
  async #askAs(request: (id: number, account: string) => KeyRequest): Promise<unknown> {
    const account = this.#account;
    if (account === null) throw new KeyClosed();
    return this.#ask((id) => {
      this.#line.tell(request(id, account));
    });
  }

  #ask(tell: (id: number) => void): Promise<unknown> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      tell(id);
    });
  }

  #attend(mayBeReplaced: boolean): void {
    const line = this.#line;
    line.listen((answer) => {
      if (line === this.#line) this.#hear(answer);
    });
    line.onbroken(() => {
      for (const { reject } of this.#waiting.values()) reject(new KeyClosed());
      this.#waiting.clear();
      this.#closeHere();
      if (!mayBeReplaced || line !== this.#line) return;
      this.#line = this.instead();
      this.#attend(false);
      this.returned();
    });
  }

  #hear(answer: KeyAnswer): void {
    switch (answer.say) {
      case "there?":
        this.#line.tell({ say: "here" });
        return;
      case "state":
        this.#stands(answer.state);
        return;
      case "done":
        this.#settle(answer.id)?.resolve(answer.unsealed);
        return;
      case "refused":
        this.#settle(answer.id)?.reject(refusal(answer.reason));
        return;
    }
  }

  #closeHere(): void {
    this.#stands({ open: false, because: "asked" });
  }

  #stands(state: KeyState): void {
    if (!state.open) {
      this.#open = null;
      this.watch.closed(state.because);
      return;
    }
    // The same key stays the same: what it opened on screen is not opened anew for a warning.
    this.#open ??= {
      teams: state.teams,
      unseal: (kind, sealed, expected) => this.#unseal(kind, sealed, expected) as Promise<never>,
      search: (words, parts) => this.#search(words, parts),
      sealWords: (words, at, team, directory) => this.#sealWords(words, at, team, directory),
      openWords: (of, texts) => this.#openWords(of, texts),
    };
    this.watch.opened(this.#open, state.closing);
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}

function refusal(reason: KeyRefusal): Error {
  switch (reason) {
    case "wrong-passphrase":
      return new WrongPassphrase();
    case "unreadable-key":
      return new Error("unreadable key");
    case "closed":
      return new KeyClosed();
    case "altered":
    case "no-key":
    case "other-key":
    case "container":
    case "elsewhere":
    case "later":
      return new UnsealError(reason);
    case "seal-directory":
      return new SealError("directory");
    case "seal-team":
      return new SealError("team");
    case "seal-long":
      return new SealError("long");
  }
}
