/**
 * What is true while a coordinator works: who is signed in, the vocabulary, and the opened keys. Keys live in
 * this object only and go when one signs out, closes them, or does nothing for a quarter of an hour.
 */
import type { Session, Vocabulary } from "@baken/bindings";

import { Api, apiError } from "../shared/api";
import { IdleWatch } from "./idle";
import type { Keyring } from "./keyring";
import { openKeyringInWorker } from "./openKeyring";
import { Router } from "./router.svelte";

const IDLE_MS = 15 * 60_000;

export class Office {
  readonly router = new Router();
  readonly api: Api;
  #session = $state<Session | null>(null);
  #vocabulary = $state.raw<Vocabulary | null>(null);
  #keyring = $state.raw<Keyring | null>(null);
  #opening = 0;
  readonly #idle = new IdleWatch(IDLE_MS, () => {
    this.closeKey();
  });
  /** Set when the backend ended the session, so that the sign-in page can say so. */
  sessionEnded = $state(false);

  constructor() {
    this.api = new Api(() => {
      this.#forget();
      this.sessionEnded = true;
    });
  }

  get session(): Session | null {
    return this.#session;
  }

  get vocabulary(): Vocabulary | null {
    return this.#vocabulary;
  }

  get keyring(): Keyring | null {
    return this.#keyring;
  }

  async restore(): Promise<void> {
    this.#vocabulary = await this.api.vocabulary();
    this.#session = await this.api.session();
  }

  async signIn(login: string, password: string): Promise<void> {
    this.#session = await this.api.signIn(login, password);
    this.sessionEnded = false;
  }

  /** Closes the key in any case; rejects while the backend still holds the session, so that nobody walks away. */
  async signOut(): Promise<void> {
    this.closeKey();
    try {
      await this.api.signOut();
    } catch (reason) {
      if (apiError(reason).status !== 401) throw reason;
    }
    this.#forget();
  }

  async openKey(passphrase: string): Promise<void> {
    const opening = ++this.#opening;
    const key = await this.api.memberKey();
    const keyring = await openKeyringInWorker(key, passphrase);
    // Stretching takes a second, and a second is enough to sign out in: nobody else may find this key open.
    if (opening !== this.#opening) return;
    this.#keyring = keyring;
    this.#idle.start();
  }

  /** Closes the key, and one that is still being opened. */
  closeKey(): void {
    this.#opening += 1;
    this.#keyring = null;
    this.#idle.stop();
  }

  /** Somebody is there: the quarter of an hour starts again. */
  touched(): void {
    this.#idle.touched();
  }

  /** The page came back into view, perhaps after a sleep. */
  seen(): void {
    this.#idle.look();
  }

  #forget(): void {
    this.closeKey();
    this.#session = null;
  }
}
