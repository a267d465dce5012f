/**
 * Where the key is held: a shared worker of all pages of this browser, or one page's own worker where the browser has no
 * shared ones. Both talk over a port.
 */
import { KeyHolder } from "./keyHolder";

const holder = new KeyHolder(self.location.origin);

type Port = Pick<MessagePort, "postMessage"> & EventTarget;

function serve(port: Port): void {
  const take = holder.connect({
    tell: (answer, transfer = []) => {
      port.postMessage(answer, transfer);
    },
  });
  port.addEventListener("message", (event) => {
    if (event instanceof MessageEvent) take(event.data, event.origin);
  });
}

if ("onconnect" in self) {
  self.addEventListener("connect", (event) => {
    for (const port of event instanceof MessageEvent ? event.ports : []) {
      serve(port);
      port.start();
    }
  });
} else {
  serve(self as unknown as Port);
}
