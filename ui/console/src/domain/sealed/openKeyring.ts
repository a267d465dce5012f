/** Asks the worker to open the keyring, and ends the worker: the passphrase goes with it. */
import type { MemberKey } from "@baken/bindings";

import { WrongPassphrase, type Keyring } from "./keyring";

type Answer = { keyring: Keyring } | { wrongPassphrase: boolean };

export function openKeyringInWorker(key: MemberKey, passphrase: string): Promise<Keyring> {
  const worker = new Worker(new URL("./keyring.worker.ts", import.meta.url), { type: "module" });
  return new Promise<Keyring>((resolve, reject) => {
    worker.addEventListener("message", (event: MessageEvent<Answer>) => {
      if ("keyring" in event.data) resolve(event.data.keyring);
      else reject(event.data.wrongPassphrase ? new WrongPassphrase() : new Error("unreadable key"));
    });
    worker.addEventListener("error", () => {
      reject(new Error("worker"));
    });
    worker.postMessage({ key, passphrase });
  }).finally(() => {
    worker.terminate();
  });
}
