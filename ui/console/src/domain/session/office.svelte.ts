/**
 * What is true while a coordinator works: who is signed in, the vocabulary, and whether the key is open. The key is held
 * outside of the page (`sealed/keyHolder.ts`) and goes when one signs out or closes it in any tab, or does nothing for a
 * quarter of an hour in all of them.
 *
 * The session is the browser's, not the tab's: whoever signs in elsewhere is signed in here too, and finds
 * neither the key nor the place of who was here before.
 */
import type { Admission, RolePermission, Session, Vocabulary } from "@baken/bindings";

import { Api, apiError, type Again, type ApiError, type ProviderReturn } from "../../shared/api";
import { browserTabs, type Tabs } from "../../shared/tabs";
import { HandedOut } from "../devices/handedOut.svelte";
import { Find } from "../find/find.svelte";
import { ListPlaces } from "../list/listPlaces";
import { HeldKey, KeyClosed, type KeyWatch, type OpenKey } from "../sealed/heldKey";
import { useTimeZone } from "../words/zone";
import { Typed } from "../form/typed.svelte";
import { Live } from "./live.svelte";
import { may } from "./permitted";
import { arrivalAt, keepPlace, signOutAddress, takePlace, type Arrival } from "./providerReturn";
import { Router } from "./router.svelte";
import { canHelp } from "./waiting";

/** Why one stands before the sign-in page: it was never left, one signed out, or the backend ended the session. */
type SignInReason = "first" | "signed-out" | "session-ended";
/** What there is to say of the key: nothing, that it closes within a minute, or that it closed by itself. */
type KeyNotice = "none" | "closing" | "idle";

/** Fewer keys than one request takes. */
const KEYS_AT_ONCE = 50;

export class Office {
  readonly router = new Router();
  readonly api: Api;
  /** What comes in meanwhile. */
  readonly live = new Live(() => void this.#lookWhetherItEnded());
  /** What is being typed, the codes handed out and the places in lists: all of one account in one tab. */
  readonly typed = new Typed();
  readonly handedOut = new HandedOut();
  readonly places = new ListPlaces();
  /** What is being looked for. */
  readonly find = new Find();
  readonly #tabs: Tabs;
  #session = $state.raw<Session | null>(null);
  #vocabulary = $state.raw<Vocabulary | null>(null);
  #key = $state.raw<OpenKey | null>(null);
  readonly #held: HeldKey;
  #opening = 0;
  #asked = 0;
  /** Who was here last, also after that session ended. */
  #lastLogin: string | null = null;
  #signInReason = $state<SignInReason>("first");
  /** Whether whoever came back from the municipality's own sign-in is asked for a code. */
  codeAsked = $state(false);
  /** Why whoever came back was not signed in. */
  returnFailed = $state.raw<ApiError | null>(null);
  keyNotice = $state<KeyNotice>("none");
  /** Whether the dialog that asks for the passphrase is open. */
  askingKey = $state(false);
  /** How many colleagues wait for what one can give them. */
  waiting = $state(0);
  /** Whether another account took this tab over, until that was read. */
  accountChanged = $state(false);

  /** What the address said when this page was opened. */
  #arrival: Arrival | null;

  constructor(
    tabs: Tabs = browserTabs(),
    hold = (watch: KeyWatch) => new HeldKey(watch),
    /** Leaves this page for another site. */
    readonly leave = (address: string): void => {
      location.assign(address);
    },
  ) {
    this.#arrival = arrivalAt(location.pathname, location.search);
    // A code does not stay in the address bar, nor in the history.
    if (this.#arrival !== null) this.router.replace(takePlace());
    if (this.#arrival === "signed-out") this.#signInReason = "signed-out";
    this.#tabs = tabs;
    this.#held = hold({
      opened: (key, closing) => {
        if (this.#key === null) this.askingKey = false;
        this.#key = key;
        this.keyNotice = closing ? "closing" : "none";
      },
      closed: (because) => {
        if (this.#key !== null) this.askingKey = false;
        // What was looked for says what sealed parts are about.
        this.find.clear();
        if (because === "idle") this.keyNotice = "idle";
        else if (this.keyNotice === "closing") this.keyNotice = "none";
        this.#key = null;
      },
    });
    this.api = new Api({
      ended: () => {
        this.#forget("session-ended");
        this.#tabs.tell("session-ended");
      },
      replaced: (session) => {
        this.#adopt(session);
      },
    });
    tabs.listen((news) => {
      if (news === "key-closed") this.#dropKey();
      else if (news === "signed-in") void this.#lookWhoIsThere();
      else if (this.#session) this.#forget(news);
    });
  }

  get session(): Session | null {
    return this.#session;
  }

  /** Whether whoever is signed in may do it, as the backend says. */
  may(permission: RolePermission): boolean {
    return this.#session !== null && may(this.#session, permission);
  }

  /** Whoever may act on observations; null where the roles of who is signed in do not allow it. */
  get handler(): string | null {
    return this.may("handle-records") ? (this.#session?.login ?? null) : null;
  }

  get vocabulary(): Vocabulary | null {
    return this.#vocabulary;
  }

  get key(): OpenKey | null {
    return this.#key;
  }

  /** Whether the key is this tab's alone, and gone when it is loaded anew: this browser has no shared workers. */
  get isKeyOfThisTab(): boolean {
    return this.#held.reach === "tab";
  }

  get signInReason(): SignInReason {
    return this.#signInReason;
  }

  async restore(): Promise<void> {
    this.#vocabulary = await this.api.vocabulary();
    const arrival = this.#arrival;
    this.#arrival = null;
    // One that is refused says nothing of a session that this browser has already.
    if (arrival !== null && typeof arrival === "object" && (await this.#comeBack(arrival))) return;
    const asked = ++this.#asked;
    const session = await this.api.session();
    if (session !== null && asked === this.#asked) this.#adopt(session);
  }

  /** Goes to the municipality's own sign-in. Where one is, is come back to. */
  async leaveForProvider(): Promise<void> {
    const address = await this.api.leaveForProvider();
    keepPlace(location.pathname + location.search);
    this.leave(address);
  }

  /** Hands over what one came back with; answers whether that was taken. */
  async #comeBack(arrival: ProviderReturn): Promise<boolean> {
    try {
      this.#signedIn(await this.api.returnFromProvider(arrival));
      return true;
    } catch (reason) {
      const failure = apiError(reason);
      if (failure.code === "second-factor-required") this.codeAsked = true;
      else this.returnFailed = failure;
      return this.codeAsked;
    }
  }

  /** The second step of whoever came back. */
  async proveSecondStep(code: string): Promise<void> {
    this.#signedIn(await this.api.proveSecondStep(code));
  }

  async signIn(login: string, password: string, code?: string): Promise<void> {
    this.#signedIn(await this.api.signIn(login, password, code));
  }

  #signedIn(session: Session): void {
    this.#adopt(session);
    this.accountChanged = false;
    this.#tabs.tell("signed-in");
  }

  /** Closes the key in any case; rejects while the backend still holds the session, so that nobody walks away. */
  async signOut(): Promise<void> {
    await this.#signOutBy(() => this.api.signOut());
  }

  /** The same in every browser of this account. */
  async signOutEverywhere(): Promise<void> {
    await this.#signOutBy(() => this.api.signOutEverywhere());
  }

  async #signOutBy(ended: () => Promise<void>): Promise<void> {
    this.closeKey();
    const alsoAt = this.#session?.signOutAt ?? null;
    try {
      await ended();
    } catch (reason) {
      if (apiError(reason).status !== 401) throw reason;
    }
    this.#forget("signed-out");
    this.#tabs.tell("signed-out");
    // Else whoever sits down here next is signed in again by one press.
    if (alsoAt !== null) this.leave(signOutAddress(alsoAt));
  }

  async openKey(passphrase: string): Promise<void> {
    const opening = ++this.#opening;
    const key = await this.api.memberKey();
    const until = Date.parse(this.#session?.expiresAt ?? "");
    // Somebody closed it meanwhile, or signed out.
    if (opening !== this.#opening || Number.isNaN(until)) return;
    try {
      await this.#held.open(key, passphrase, until);
    } catch (reason) {
      if (!(reason instanceof KeyClosed)) throw reason;
    }
  }

  /** Opens what the municipality's recovery key opens. */
  async openKeyWithRecovery(line: string): Promise<void> {
    const until = Date.parse(this.#session?.expiresAt ?? "");
    const { recovery } = await this.api.memberKey();
    if (!Number.isNaN(until)) await this.#held.openWithRecovery(line, recovery, until);
  }

  /** Lets a colleague in, or gives them what they lack; answers how many keys they were given. */
  async admit({ login, recipient, lacks }: Admission, passphrase: string, again: Again): Promise<number> {
    const keys = await this.#held.hand(await this.api.memberKey(), passphrase, recipient, lacks);
    let given = 0;
    do given += (await this.api.admit(again, login, recipient, keys.splice(0, KEYS_AT_ONCE))).keys;
    while (keys.length > 0);
    return given;
  }

  /** Everybody who waits; how many of them one can help is told above every page. */
  async whoWaits(): Promise<readonly Admission[]> {
    const waiting = await this.api.admissions();
    this.waiting = waiting.filter(canHelp).length;
    return waiting;
  }

  /** The same key of one's own under another passphrase. */
  async changePassphrase(again: Again, passphrase: string, chosen: string): Promise<void> {
    const key = await this.api.memberKey();
    const wrappedIdentity = await this.#held.rewrap(key, passphrase, chosen);
    await this.api.replaceMemberKey(again, { recipient: key.recipient, wrappedIdentity });
  }

  /** Closes the key, and one that is still being opened, in every tab. */
  closeKey(): void {
    this.#dropKey();
    this.#tabs.tell("key-closed");
  }

  /** Somebody is there: the quarter of an hour starts again. */
  touched(): void {
    this.#held.touched();
    this.live.touched();
  }

  /** The page came back into view, perhaps after a sleep. */
  seen(): void {
    this.#held.seen();
  }

  /** The page is left: closed, loaded anew, or kept by the browser for a step back. */
  left(): void {
    this.#held.leave();
  }

  /** The browser kept the page, and shows it again. */
  returned(): void {
    this.#held.returned();
  }

  /** Somebody signed in in another tab. Until that is settled nobody may go on here as who they were. */
  async #lookWhoIsThere(): Promise<void> {
    const asked = ++this.#asked;
    const session = await this.api.session().catch(() => null);
    if (asked === this.#asked) this.#found(session);
  }

  /** The backend listens no longer. That it does not answer either says nothing of the session: what is asked next will. */
  async #lookWhetherItEnded(): Promise<void> {
    const asked = ++this.#asked;
    const session = await this.api.session().catch(() => undefined);
    if (asked !== this.#asked || session === undefined) return;
    if (session === null) this.#tabs.tell("session-ended");
    this.#found(session);
  }

  #found(session: Session | null): void {
    if (session !== null) this.#adopt(session);
    else if (this.#session) this.#forget("session-ended");
  }

  /** The same account goes on as it was; another finds nothing of who was here before. */
  #adopt(session: Session): void {
    useTimeZone(session.timeZone);
    this.#asked += 1;
    const isAnother = this.#session?.login !== session.login;
    if (this.#lastLogin !== null && this.#lastLogin !== session.login) {
      this.#opening += 1;
      this.askingKey = false;
      this.#dropWork();
      this.keyNotice = "none";
      this.router.replace("/");
      this.accountChanged = this.#session !== null;
    }
    this.#lastLogin = session.login;
    this.#session = session;
    [this.codeAsked, this.returnFailed] = [false, null];
    this.#held.belongsTo(session.login);
    if (!this.may("read-records")) this.live.end();
    else if (isAnother) this.live.begin(session.login);
    this.#signInReason = "first";
  }

  #dropKey(): void {
    this.#opening += 1;
    this.#held.close();
    this.askingKey = false;
  }

  #dropWork(): void {
    this.typed.clearAll();
    this.handedOut.clear();
    this.places.clear();
    this.find.clear();
    this.waiting = 0;
  }

  /** Whoever signed out leaves no trace of where one was; whose session ended comes back to it. */
  #forget(reason: "signed-out" | "session-ended"): void {
    this.#asked += 1;
    this.#dropKey();
    this.#held.belongsTo(null);
    this.live.end();
    this.keyNotice = "none";
    this.accountChanged = false;
    this.#session = null;
    this.#signInReason = reason;
    // What the rows said is not kept for a desk nobody is signed in at; what was typed there is.
    this.places.clear();
    this.find.clear();
    if (reason === "signed-out") {
      this.#dropWork();
      this.router.replace("/");
    }
  }
}
