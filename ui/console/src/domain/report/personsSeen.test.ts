import { expect, it, vi } from "vitest";

import type { OpenKey } from "../sealed/heldKey";
import { UnsealError } from "../sealed/unsealed";
import { personsSeen } from "./personsSeen";

const SEALED = { sha256: "aa", sizeBytes: 1, recipients: ["team", "recovery"], epoch: 1 };
const item = (operation: string, retractedAt: string | null = null) => ({ operation, retractedAt });
const person = (id: string) => ({
  ...{ id, pseudonym: id, role: "", ageBand: "", language: "", needs: "", description: "" },
  consents: [{ purpose: "zorg", state: "gegeven" }],
});

function asked(open: (operation: string) => object) {
  const observation = vi.fn((operation: string) =>
    Promise.resolve({ sealed: SEALED, summary: { operation, observedAt: "2026-11-24T10:00:00Z" } }),
  );
  const sealed = vi.fn(() => Promise.resolve(new Uint8Array()));
  const unseal = vi.fn((_kind: string, _sealed: Uint8Array, { operation }: { operation: string }) =>
    Promise.resolve(open(operation)),
  );
  const seen = (observations: object[]) =>
    personsSeen(
      { observation, sealed } as unknown as Parameters<typeof personsSeen>[0],
      { unseal } as unknown as OpenKey,
      "GM0453",
      { observations } as unknown as Parameters<typeof personsSeen>[3],
    );
  return { seen, sealed, unseal };
}

it("opens each observation as the record that it is, and names whoever stands in it", async () => {
  const { seen, unseal } = asked((operation) => ({ persons: [person(`of ${operation}`)] }));
  const { persons, unread } = await seen([item("a"), item("b")]);
  expect([persons.map(({ pseudonym }) => pseudonym), unread]).toEqual([["of a", "of b"], 0]);
  expect(unseal.mock.calls[0]?.[2]).toMatchObject({ operation: "a", tenant: "GM0453", sha256: "aa" });
});

it("names nobody of what was taken back, and fetches nothing of it", async () => {
  const { seen, sealed } = asked(() => ({ persons: [person("P1")] }));
  expect((await seen([item("a", "2026-11-25T10:00:00Z")])).persons).toEqual([]);
  expect(sealed).not.toHaveBeenCalled();
});

it("counts what does not open, and does not take a failure for nobody", async () => {
  const closed = asked((operation) => {
    if (operation === "a") throw new UnsealError("no-key");
    return { persons: [person("P1")] };
  });
  const { persons, unread } = await closed.seen([item("a"), item("b")]);
  expect([persons.length, unread]).toEqual([1, 1]);
  const failing = asked(() => {
    throw new TypeError("lost");
  });
  await expect(failing.seen([item("a")])).rejects.toThrow("lost");
});
