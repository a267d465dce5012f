/** Opens the keyring off the page's thread: stretching the passphrase takes about a second. */
import type { MemberKey } from "@baken/bindings";

import { WrongPassphrase, openKeyring } from "./keyring";

type Request = { key: MemberKey; passphrase: string };

self.addEventListener("message", (event: MessageEvent<Request>) => {
  const { key, passphrase } = event.data;
  openKeyring(key, passphrase).then(
    (keyring) => {
      self.postMessage({ keyring });
    },
    (reason: unknown) => {
      self.postMessage({ wrongPassphrase: reason instanceof WrongPassphrase });
    },
  );
});
