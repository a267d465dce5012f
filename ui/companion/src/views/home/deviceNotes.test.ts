import { render } from "svelte/server";
import { describe, expect, it } from "vitest";

import { useTimeZone } from "../../domain/words/zone";
import "../drawnOnServer";
import DeviceNotes from "./DeviceNotes.svelte";

const textOf = (
  clockAheadSeconds: number | null,
  keysExpired = false,
  storeDamaged = false,
  leaseEndsAt: string | null = null,
) =>
  render(DeviceNotes, {
    props: { home: { clockAheadSeconds, keysExpired, leaseEndsAt, storeDamaged }, onsend: () => undefined },
  }).body;

describe("what is the matter with the device", () => {
  it("says nothing while nothing is", () => {
    expect(textOf(null)).not.toContain("data-testid");
  });

  it("says by how much a clock is behind or ahead, and that recording goes on", () => {
    expect(textOf(3 * 86_400)).toMatch(/3 dagen achter.*gewoon vastleggen/);
    expect(textOf(-2 * 3_600)).toMatch(/2 uur voor/);
  });

  it("says whose time is shown where the municipality's zone is not known here", () => {
    useTimeZone("Mars/Olympus_Mons");
    expect(textOf(null)).toMatch(/tijd van Amsterdam, en niet in die van Olympus Mons/);
    useTimeZone(null);
    expect(textOf(null)).not.toContain("data-testid");
  });

  it("says that what is stored is damaged, and to send before one locks", () => {
    expect(textOf(null, false, true)).toMatch(/beschadigd.*niets weggegooid.*tot alles ontvangen is/s);
  });

  it("says until when it shows what it holds without a contact", () => {
    expect(textOf(null, false, false, "2026-12-01T10:00:00Z")).toMatch(/Na .*1 dec.*contact/s);
  });

  it("says that keys have run out without forbidding anything", () => {
    expect(textOf(null, true)).toMatch(/verlopen.*gewoon vastleggen/s);
  });
});
