/** A device that was not in contact for long shows one screen, and everything again after one contact. */
import type { AppStatus } from "@baken/bindings";
import { afterEach, expect, it, vi } from "vitest";

import { readyStatus } from "../../domain/lock/readyStatus";
import { app, click, drawn, find } from "../drawnInBrowser";

let close: () => Promise<void> = () => Promise.resolve();
afterEach(async () => {
  await close();
  document.body.replaceChildren();
});

async function opened() {
  const status: AppStatus = { ...readyStatus, leaseOver: true };
  const started = await app({ status });
  close = started.close;
  const { companion } = started;
  vi.spyOn(companion.bridge, "status").mockImplementation(() => Promise.resolve({ ...status }));
  const { progress } = companion.sync;
  const ended = async (phase: "done" | "failed") => {
    companion.sync.receive({ ...progress, phase, error: phase === "failed" ? "network" : null });
    await drawn();
  };
  return { companion, status, ended };
}

const shown = (testid: string) => document.querySelector(`[data-testid="${testid}"]`) !== null;

it("shows nothing of what it holds, and connects", async () => {
  const { companion } = await opened();
  expect(find("lease-over").textContent).toContain("geen contact");
  expect(shown("new-observation")).toBe(false);
  const started = vi.spyOn(companion.bridge, "syncStart");
  await click("lease-connect");
  expect(started).toHaveBeenCalledWith("person");
});

it("opens by itself after a contact", async () => {
  const { status, ended } = await opened();
  status.leaseOver = false;
  await ended("done");
  expect(shown("lease-over")).toBe(false);
  expect(shown("new-observation")).toBe(true);
});

it("says what kept it from a contact, and what a contact that opens nothing means", async () => {
  const { ended } = await opened();
  await ended("failed");
  expect(find("lease-failed").textContent).toContain("netwerk");
  await ended("done");
  expect(shown("lease-failed")).toBe(false);
  expect(find("lease-refused").textContent).toContain("coördinator");
});

it("leads to the cards, and back to the same screen", async () => {
  const { companion } = await opened();
  await click("lease-reference");
  expect(companion.screen.name).toBe("reference");
  expect(shown("lease-over")).toBe(false);
  companion.screens.back();
  await vi.waitFor(() => expect(shown("lease-over")).toBe(true));
});
