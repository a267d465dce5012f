import type { DeviceSummary, ObservationSummary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { newDevices, newObservations, refreshed } from "./arrivals";

const row = (operation: string, attachmentsMissing = 0) =>
  ({ operation, observation: `of ${operation}`, attachmentsMissing }) as ObservationSummary;
/** Another record that claims the same entity: a copied device, or one that does so on purpose. */
const twin = (of: ObservationSummary, operation: string, attachmentsMissing = 0) => ({
  ...row(operation, attachmentsMissing),
  observation: of.observation,
});
const device = (id: string) => ({ device: id, label: id }) as DeviceSummary;

describe("newObservations", () => {
  const shown = [row("a"), row("b")];

  it("finds none where nothing came in", () => {
    expect(newObservations(shown, 2, { items: shown, total: 2 })).toBe(0);
  });

  it("counts what stands between what is shown", () => {
    expect(newObservations(shown, 2, { items: [row("a"), row("x"), row("b")], total: 3 })).toBe(1);
  });

  it("counts what came in below the first page", () => {
    expect(newObservations(shown, 9, { items: shown, total: 12 })).toBe(3);
  });

  it("counts one that claims an entity already on screen", () => {
    const [first] = shown as [ObservationSummary];
    expect(newObservations(shown, 2, { items: [row("a"), twin(first, "x")], total: 2 })).toBe(1);
  });

  it("counts one that came while another left the list", () => {
    expect(newObservations(shown, 2, { items: [row("a"), row("x")], total: 2 })).toBe(1);
  });
});

describe("refreshed", () => {
  it("keeps the rows in their place, each as it is now", () => {
    const fresh = [row("x"), row("b", 0), row("a", 0)];
    expect(refreshed([row("a", 2), row("b", 1), row("c", 3)], fresh)).toEqual([
      row("a", 0),
      row("b", 0),
      row("c", 3),
    ]);
  });

  it("keeps two records of one entity apart", () => {
    const one = row("a", 2);
    const other = twin(one, "b", 5);
    expect(refreshed([one, other], [twin(one, "b", 4), row("a", 1)])).toEqual([
      row("a", 1),
      twin(one, "b", 4),
    ]);
  });
});

describe("newDevices", () => {
  it("names those that were not there before", () => {
    expect(newDevices([device("a")], [device("b"), device("a")])).toEqual([device("b")]);
    expect(newDevices([device("a")], [device("a")])).toEqual([]);
  });
});
