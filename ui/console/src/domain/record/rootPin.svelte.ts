/**
 * The municipality's root key as this browser knows it: by its fingerprint, seen with the first record that was checked here, and
 * confirmed once by somebody who compared it with what the municipality keeps on paper. Another one than that is never taken
 * in silence, be it confirmed or not: whoever serves the console serves the key it checks with as well.
 *
 * It is this browser's, for each municipality, and outlives whoever is signed in. A browser that keeps nothing knows it for as long as the
 * page is open.
 */
import * as v from "valibot";

const kept = v.object({ fingerprint: v.string(), confirmed: v.boolean() });
type Kept = v.InferOutput<typeof kept>;

/** `seen`: the one that was here before, which nobody confirmed. */
export type RootStanding = "confirmed" | "seen" | "other";

export class RootPin {
  #known = $state.raw<Kept | null>(null);
  readonly #name: string;

  constructor(
    tenant: string,
    readonly store: Pick<Storage, "getItem" | "setItem"> = localStorage,
  ) {
    this.#name = `baken-root:${tenant}`;
    try {
      const read = v.safeParse(kept, JSON.parse(store.getItem(this.#name) ?? "null"));
      this.#known = read.success ? read.output : null;
    } catch {
      this.#known = null;
    }
  }

  /** Somebody checked a record below this root key. The first one is kept. */
  meet(fingerprint: string): RootStanding {
    if (this.#known === null) this.#keep({ fingerprint, confirmed: false });
    return this.standing(fingerprint);
  }

  standing(fingerprint: string): RootStanding {
    if (this.#known !== null && this.#known.fingerprint !== fingerprint) return "other";
    return this.#known?.confirmed ? "confirmed" : "seen";
  }

  /** What stands on paper was typed here. Answers whether it is the fingerprint of the key that was used. */
  confirm(typed: string, fingerprint: string): boolean {
    if (typed.replace(/[\s:-]/g, "").toLowerCase() !== fingerprint) return false;
    this.#keep({ fingerprint, confirmed: true });
    return true;
  }

  #keep(known: Kept): void {
    this.#known = known;
    try {
      this.store.setItem(this.#name, JSON.stringify(known));
    } catch {
      // A browser that keeps nothing asks again.
    }
  }
}
