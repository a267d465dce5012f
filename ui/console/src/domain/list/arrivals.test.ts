import type { DeviceSummary, ObservationSummary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { arrived, newDevices, newRecords, refreshed } from "./arrivals";

const row = (operation: string, attachmentsMissing = 0) =>
  ({ operation, observation: `of ${operation}`, attachmentsMissing }) as ObservationSummary;
/** Another record that claims the same entity: a copied device, or one that does so on purpose. */
const twin = (of: ObservationSummary, operation: string, attachmentsMissing = 0) => ({
  ...row(operation, attachmentsMissing),
  observation: of.observation,
});
const device = (id: string) => ({ device: id, label: id }) as DeviceSummary;

describe("newRecords", () => {
  const shown = [row("a"), row("b")];

  it("finds none where nothing came in", () => {
    expect(newRecords(shown, 2, { items: shown, total: 2 })).toBe(0);
  });

  it("counts what stands between what is shown", () => {
    expect(newRecords(shown, 2, { items: [row("a"), row("x"), row("b")], total: 3 })).toBe(1);
  });

  it("counts what came in below the first page", () => {
    expect(newRecords(shown, 9, { items: shown, total: 12 })).toBe(3);
  });

  it("counts one that claims an entity already on screen", () => {
    const [first] = shown as [ObservationSummary];
    expect(newRecords(shown, 2, { items: [row("a"), twin(first, "x")], total: 2 }, true)).toBe(1);
  });

  it("counts one that came while another left the list", () => {
    expect(newRecords(shown, 2, { items: [row("a"), row("x")], total: 2 }, true)).toBe(1);
  });

  it("takes what moved up from a page that was never opened for no news", () => {
    expect(newRecords(shown, 9, { items: [row("b"), row("page two")], total: 8 })).toBe(0);
    expect(newRecords(shown, 9, { items: [row("x"), row("b"), row("page two")], total: 9 })).toBe(1);
    expect(newRecords(shown, 9, { items: [row("x"), row("y")], total: 9 })).toBe(2);
  });

  it("counts by the first page alone where the list has no total", () => {
    expect(newRecords(shown, undefined, { items: [row("x"), row("y"), row("a")] })).toBe(2);
    expect(newRecords(shown, undefined, { items: shown })).toBe(0);
  });
});

describe("arrived", () => {
  it("names as many of the last received as are new", () => {
    expect(arrived([row("a")], 2, [row("x"), row("y"), row("a")])).toEqual(["x", "y"]);
  });

  it("does not take what stands on a page that was never opened for new", () => {
    expect(arrived([row("a")], 1, [row("x"), row("page two"), row("a")])).toEqual(["x"]);
  });

  it("does not name what is on screen, whatever the count", () => {
    expect(arrived([row("a")], 2, [row("x"), row("a")])).toEqual(["x"]);
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
