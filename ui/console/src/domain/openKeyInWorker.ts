/** Asks a worker to open the key, and ends the worker: the passphrase goes with it. */
import type { MemberKey } from "@baken/bindings";

import { KeyError, type KeyReason, type OpenedKey } from "./keyring";

export type WorkerAnswer = { opened: OpenedKey } | { refused: KeyReason };

export function openKeyInWorker(key: MemberKey, passphrase: string): Promise<OpenedKey> {
  const worker = new Worker(new URL("./keyring.worker.ts", import.meta.url), { type: "module" });
  return new Promise<OpenedKey>((resolve, reject) => {
    worker.addEventListener("message", (event: MessageEvent<WorkerAnswer>) => {
      if ("opened" in event.data) resolve(event.data.opened);
      else reject(new KeyError(event.data.refused));
    });
    // The worker's own file did not load: a newer version may stand on the server.
    worker.addEventListener("error", () => reject(new KeyError("program")));
    worker.postMessage({ key, passphrase });
  }).finally(() => {
    worker.terminate();
  });
}
