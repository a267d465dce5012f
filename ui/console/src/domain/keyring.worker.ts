/** Opens the key off the page's thread: stretching the passphrase takes about a second. */
import type { MemberKey } from "@baken/bindings";

import { KeyError, openKey } from "./keyring";
import type { WorkerAnswer } from "./openKeyInWorker";

type Request = { key: MemberKey; passphrase: string };

const answer = (message: WorkerAnswer) => {
  self.postMessage(message);
};

self.addEventListener("message", (event: MessageEvent<Request>) => {
  const { key, passphrase } = event.data;
  openKey(key, passphrase).then(
    (opened) => answer({ opened }),
    (reason: unknown) => answer({ refused: reason instanceof KeyError ? reason.reason : "program" }),
  );
});
