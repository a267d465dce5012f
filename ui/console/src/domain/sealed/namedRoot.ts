/** The root key that a key directory names, before anything of it is believed. */
import type { DsseEnvelope } from "@baken/bindings";
import * as v from "valibot";

import { fromBase64 } from "../message/bytes";
import { strictJson } from "../message/strictJson";

const named = v.object({ rootKey: v.string() });

export function rootKeyIn(directory: DsseEnvelope): Uint8Array | null {
  try {
    const read = v.safeParse(named, strictJson(fromBase64(directory.payload)));
    return read.success ? fromBase64(read.output.rootKey) : null;
  } catch {
    return null;
  }
}
