/**
 * What somebody is typing, kept in this tab's memory while the page it belongs to is away: a session that ends costs
 * nobody their words. Gone when one signs out, when another account signs in, and with the tab.
 * Deliberately absent: secrets. A password or a passphrase is never kept.
 */
export type TypedName =
  | "invite-label"
  | "invite-organisation"
  | "member-login"
  | "member-organisation"
  | "revoke-device"
  | "wipe-device"
  | "revoke-reason"
  /** A note about a report, by what that is called by. */
  | `note ${string}`;

export class Typed {
  #texts = $state<Partial<Record<TypedName, string>>>({});

  read(name: TypedName): string {
    return this.#texts[name] ?? "";
  }

  write(name: TypedName, text: string): void {
    this.#texts[name] = text;
  }

  clear(...names: TypedName[]): void {
    for (const name of names) this.#texts[name] = "";
  }

  clearAll(): void {
    this.#texts = {};
  }
}
