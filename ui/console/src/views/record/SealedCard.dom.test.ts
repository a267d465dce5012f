/** A sealed part that could not be fetched is asked for again; one that does not open is not. */
import { createRawSnippet, flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import vocabulary from "../../../../../crates/protocol/src/vocabulary.json";
import { UnsealError } from "../../domain/sealed/unsealed";
import type { Office } from "../../domain/session/office.svelte";
import { overwriteGetLocale } from "../../paraglide/runtime";
import { ApiError } from "../../shared/api";
import SealedCard from "./SealedCard.svelte";

// Of the office nothing but the key, and who may have one, is looked at.
let mayRead = true;
const office = { key: { teams: [] }, may: () => mayRead } as unknown as Office;
const open = vi.fn<() => Promise<string>>();
let card: ReturnType<typeof mount>;

beforeEach(() => {
  overwriteGetLocale(() => "nl");
  open.mockReset();
  mayRead = true;
});
afterEach(() => unmount(card));

function draw() {
  card = mount(SealedCard<string>, {
    target: document.body,
    props: {
      office,
      vocabulary: vocabulary as never,
      closed: "",
      sealed: { sha256: "", sizeBytes: 1, recipients: ["team", "recovery"], epoch: 2 },
      open,
      children: createRawSnippet((opened: () => string) => ({ render: () => `<p>${opened()}</p>` })),
    },
  });
}

const shown = (words: string) =>
  vi.waitFor(() => {
    flushSync();
    expect(document.body.textContent).toContain(words);
  });
const again = () => document.querySelector<HTMLButtonElement>('[data-testid="unseal-again"]');

it("is asked for again where the server was busy", async () => {
  open.mockRejectedValueOnce(new ApiError(503, "unavailable")).mockResolvedValueOnce("zes man");
  draw();
  await shown("De server heeft het nu te druk");
  again()?.click();
  await shown("zes man");
  expect(open).toHaveBeenCalledTimes(2);
});

it("is not asked for by whoever reads open parts alone", async () => {
  mayRead = false;
  draw();
  await shown("Uw rol leest alleen het open deel");
  expect(open).not.toHaveBeenCalled();
});

it("names the key directory of which no key opens it, and asks for nothing again", async () => {
  open.mockRejectedValueOnce(new UnsealError("other-key"));
  draw();
  await shown("sleutellijst 2");
  expect(again()).toBeNull();
});
