/**
 * The way over the municipality's own sign-in: what it sends the browser back with stands in the address bar, is read once, and
 * does not stay there. Where one was before is kept in this tab meanwhile.
 */
import type { ProviderReturn } from "../../shared/api";

/** Where the provider sends browsers back to. */
const RETURN_PATH = "/sign-in";
/** What it brings back from signing out. */
const SIGNED_OUT = "signed-out";
const BEFORE = "baken-before-sign-in";

/** Somebody came back with something to hand over, or from signing out; or opened the page of signing in. */
export type Arrival = ProviderReturn | "signed-out" | "plain";

/** What an address of this page says of that; nothing where it is another's. */
export function arrivalAt(path: string, query: string): Arrival | null {
  if (path.replace(/\/+$/, "") !== RETURN_PATH) return null;
  const given = new URLSearchParams(query);
  const [state, code, iss, error] = ["state", "code", "iss", "error"].map(
    (name) => given.get(name) ?? undefined,
  );
  if (state === SIGNED_OUT) return "signed-out";
  if (state === undefined || (code === undefined && error === undefined)) return "plain";
  return {
    state,
    ...(error === undefined && code !== undefined ? { code } : {}),
    ...(iss === undefined ? {} : { iss }),
    ...(error === undefined ? {} : { error }),
  };
}

/** The address at the provider to sign out at, which then sends back here. */
export function signOutAddress(at: string): string {
  const address = new URL(at);
  address.searchParams.set("state", SIGNED_OUT);
  return address.href;
}

/** Keeps where one is, for when one comes back. */
export function keepPlace(path: string): void {
  sessionStorage.setItem(BEFORE, path);
}

/** Where one was, once. */
export function takePlace(): string {
  const kept = sessionStorage.getItem(BEFORE);
  sessionStorage.removeItem(BEFORE);
  return kept?.startsWith("/") === true && arrivalAt(kept.split("?")[0] ?? "", "") === null ? kept : "/";
}
