/**
 * The invitations made in this tab, with their codes: the backend keeps none of those. They can be shown again until
 * they are used, withdrawn or over. Gone when one signs out, when another account signs in, and with the tab.
 */
import type { Invitation, InvitationSummary } from "@baken/bindings";

export class HandedOut {
  #made = $state.raw<readonly Invitation[]>([]);
  #shownId = $state<string | null>(null);

  /** The one on screen. */
  get shown(): Invitation | null {
    return this.#made.find(({ id }) => id === this.#shownId) ?? null;
  }

  add(invitation: Invitation): void {
    this.#made = [...this.#made, invitation];
    this.#shownId = invitation.id;
  }

  /** Whether its code can be shown again. */
  has(id: string): boolean {
    return this.#made.some((made) => made.id === id);
  }

  show(id: string | null): void {
    this.#shownId = id;
  }

  /** Those that can no longer be used are forgotten, except one on screen that ran out: it says so itself. */
  keep(open: readonly InvitationSummary[], now: Date): void {
    this.#made = this.#made.filter(
      (made) => open.some(({ id }) => id === made.id) || (made.id === this.#shownId && isOver(made, now)),
    );
  }

  forget(id: string): void {
    this.#made = this.#made.filter((made) => made.id !== id);
  }

  clear(): void {
    this.#made = [];
    this.#shownId = null;
  }

  /** Whether closing the tab would lose a code that is still good. */
  holdsOne(now: Date): boolean {
    return this.#made.some((made) => !isOver(made, now));
  }
}

const isOver = ({ expiresAt }: Invitation, now: Date): boolean => Date.parse(expiresAt) <= now.getTime();
