/** The neutral screen: it says nothing of the app, and one gesture leads back. */
import { afterEach, expect, it, vi } from "vitest";

import { app, drawn, find } from "../drawnInBrowser";

let close: () => Promise<void> = () => Promise.resolve();
afterEach(async () => {
  vi.useRealTimers();
  await close();
  document.body.replaceChildren();
});

async function away() {
  const opened = await app({});
  close = opened.close;
  void opened.companion.hide();
  await drawn();
  expect(opened.companion.away).toBe(true);
  return opened.companion;
}

const press = (what: Element, type: string) => what.dispatchEvent(new Event(type, { bubbles: true }));

it("shows a month and nothing that says what the app is", async () => {
  await away();
  const said = document.body.textContent;
  expect(said).toMatch(/Week \d+\. Geen afspraken\./);
  expect(said).not.toMatch(/Baken|waarneming|controle|vergrendel/i);
  expect(document.querySelectorAll("[data-day]")).toHaveLength(42);
});

it("chooses a day that is tapped and leads nowhere by it, also where it is today", async () => {
  const companion = await away();
  const again = vi.spyOn(companion, "showAgain");
  vi.useFakeTimers();
  for (const day of document.querySelectorAll("[data-day]")) {
    press(day, "pointerdown");
    vi.advanceTimersByTime(200);
    press(day, "pointerup");
  }
  vi.advanceTimersByTime(5000);
  expect(again).not.toHaveBeenCalled();
});

it("leads back where today is pressed and held, by Enter, and by the button that is heard", async () => {
  const companion = await away();
  const again = vi.spyOn(companion, "showAgain").mockReturnValue();
  vi.useFakeTimers();
  press(find("neutral-today"), "pointerdown");
  vi.advanceTimersByTime(600);
  expect(again).toHaveBeenCalledTimes(1);
  window.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
  find("away").click();
  expect(again).toHaveBeenCalledTimes(3);
});

it("leaves nothing on the screen where the calendar cannot be drawn", async () => {
  const { companion, close: end } = await app({});
  close = end;
  const format = vi.spyOn(Intl, "DateTimeFormat").mockImplementation(function () {
    throw new RangeError("no such calendar");
  });
  void companion.hide();
  await drawn();
  format.mockRestore();
  expect(document.body.textContent.trim()).toBe("Verder");
  const again = vi.spyOn(companion, "showAgain").mockReturnValue();
  find("away").click();
  expect(again).toHaveBeenCalledTimes(1);
});
