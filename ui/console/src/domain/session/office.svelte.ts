/**
 * What is true while a coordinator works: who is signed in, the vocabulary, and the opened keys. Keys live in
 * this object only and go when one signs out, closes them (in any tab), or does nothing for a quarter of an hour.
 *
 * The session is the browser's, not the tab's: whoever signs in elsewhere is signed in here too, and finds
 * neither the key nor the place of who was here before.
 */
import type { RolePermission, Session, Vocabulary } from "@baken/bindings";

import { Api, apiError } from "../../shared/api";
import { browserTabs, type Tabs } from "../../shared/tabs";
import { HandedOut } from "../devices/handedOut.svelte";
import type { Keyring } from "../sealed/keyring";
import { ListPlaces } from "../list/listPlaces";
import { openKeyringInWorker } from "../sealed/openKeyring";
import { useTimeZone } from "../words/zone";
import { Typed } from "../form/typed.svelte";
import { IdleWatch } from "./idle";
import { may } from "./permitted";
import { Router } from "./router.svelte";

const IDLE_MS = 15 * 60_000;

/** Why one stands before the sign-in page: it was never left, one signed out, or the backend ended the session. */
type SignInReason = "first" | "signed-out" | "session-ended";
/** What there is to say of the key: nothing, that it closes within a minute, or that it closed by itself. */
type KeyNotice = "none" | "closing" | "idle";

export class Office {
  readonly router = new Router();
  readonly api: Api;
  /** What is being typed, the codes handed out and the places in lists: all of one account in one tab. */
  readonly typed = new Typed();
  readonly handedOut = new HandedOut();
  readonly places = new ListPlaces();
  readonly #tabs: Tabs;
  #session = $state.raw<Session | null>(null);
  #vocabulary = $state.raw<Vocabulary | null>(null);
  #keyring = $state.raw<Keyring | null>(null);
  #opening = 0;
  #asked = 0;
  /** Who was here last, also after that session ended. */
  #lastLogin: string | null = null;
  #signInReason = $state<SignInReason>("first");
  readonly #idle = new IdleWatch(
    IDLE_MS,
    () => {
      this.#dropKey();
      this.keyNotice = "idle";
    },
    (soon) => {
      this.keyNotice = soon ? "closing" : "none";
    },
  );
  keyNotice = $state<KeyNotice>("none");
  /** Whether the dialog that asks for the passphrase is open. */
  askingKey = $state(false);
  /** Whether another account took this tab over, until that was read. */
  accountChanged = $state(false);

  constructor(tabs: Tabs = browserTabs()) {
    this.#tabs = tabs;
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

  get keyring(): Keyring | null {
    return this.#keyring;
  }

  get signInReason(): SignInReason {
    return this.#signInReason;
  }

  async restore(): Promise<void> {
    this.#vocabulary = await this.api.vocabulary();
    const asked = ++this.#asked;
    const session = await this.api.session();
    if (session !== null && asked === this.#asked) this.#adopt(session);
  }

  async signIn(login: string, password: string, code?: string): Promise<void> {
    this.#adopt(await this.api.signIn(login, password, code));
    this.accountChanged = false;
    this.#tabs.tell("signed-in");
  }

  /** Closes the key in any case; rejects while the backend still holds the session, so that nobody walks away. */
  async signOut(): Promise<void> {
    this.closeKey();
    try {
      await this.api.signOut();
    } catch (reason) {
      if (apiError(reason).status !== 401) throw reason;
    }
    this.#forget("signed-out");
    this.#tabs.tell("signed-out");
  }

  async openKey(passphrase: string): Promise<void> {
    const opening = ++this.#opening;
    const key = await this.api.memberKey();
    const keyring = await openKeyringInWorker(key, passphrase);
    // Stretching takes a second, and a second is enough to sign out in: nobody else may find this key open.
    if (opening !== this.#opening) return;
    this.#keyring = keyring;
    this.keyNotice = "none";
    this.#idle.start();
  }

  /** Closes the key, and one that is still being opened, in every tab. */
  closeKey(): void {
    this.#dropKey();
    this.#tabs.tell("key-closed");
  }

  /** Somebody is there: the quarter of an hour starts again. */
  touched(): void {
    this.#idle.touched();
  }

  /** The page came back into view, perhaps after a sleep. */
  seen(): void {
    this.#idle.look();
  }

  /** Somebody signed in in another tab. Until that is settled nobody may go on here as who they were. */
  async #lookWhoIsThere(): Promise<void> {
    const asked = ++this.#asked;
    const session = await this.api.session().catch(() => null);
    if (asked !== this.#asked) return;
    if (session !== null) this.#adopt(session);
    else if (this.#session) this.#forget("session-ended");
  }

  /** The same account goes on as it was; another finds nothing of who was here before. */
  #adopt(session: Session): void {
    useTimeZone(session.timeZone);
    this.#asked += 1;
    if (this.#lastLogin !== null && this.#lastLogin !== session.login) {
      this.#dropKey();
      this.#dropWork();
      this.keyNotice = "none";
      this.router.replace("/");
      this.accountChanged = this.#session !== null;
    }
    this.#lastLogin = session.login;
    this.#session = session;
    this.#signInReason = "first";
  }

  #dropKey(): void {
    this.#opening += 1;
    this.#keyring = null;
    this.askingKey = false;
    this.#idle.stop();
  }

  #dropWork(): void {
    this.typed.clearAll();
    this.handedOut.clear();
    this.places.clear();
  }

  /** Whoever signed out leaves no trace of where one was; whose session ended comes back to it. */
  #forget(reason: "signed-out" | "session-ended"): void {
    this.#asked += 1;
    this.#dropKey();
    this.keyNotice = "none";
    this.accountChanged = false;
    this.#session = null;
    this.#signInReason = reason;
    // What the rows said is not kept for a desk nobody is signed in at; what was typed there is.
    this.places.clear();
    if (reason === "signed-out") {
      this.#dropWork();
      this.router.replace("/");
    }
  }
}
