/** Days are typed: when one counts, and what becomes of one that cannot be read. */
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import vocabulary from "../../../../../crates/protocol/src/vocabulary.json";
import { noFilters, type Filters, type Order } from "../../domain/list/filters";
import FilterForm from "./FilterForm.svelte";

const onchange = vi.fn<(filters: Filters, order: Order) => void>();
let form: ReturnType<typeof mount>;

beforeEach(() => {
  onchange.mockReset();
  form = mount(FilterForm, {
    target: document.body,
    props: {
      ...{
        vocabulary: vocabulary as never,
        devices: [],
        filters: noFilters(),
        order: "due" as Order,
        open: true,
      },
      ...{ counts: {}, counted: String },
      ...{ onchange, oncleared: vi.fn() },
    },
  });
});
afterEach(() => unmount(form));

const field = (id: string) => document.getElementById(id) as HTMLInputElement;

function type(id: string, text: string) {
  field(id).value = text;
  field(id).dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}

function enter() {
  document.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  flushSync();
}

it("takes a day as people type it, on Enter", () => {
  type("filter-from", "1-2-2026");
  expect(onchange).not.toHaveBeenCalled();
  enter();
  expect(onchange).toHaveBeenCalledExactlyOnceWith({ ...noFilters(), from: "2026-02-01" }, "due");
});

it("keeps what cannot be read as typed, says so, and takes the next that can", () => {
  type("filter-to", "31-2-2026");
  enter();
  expect(onchange).not.toHaveBeenCalled();
  expect(field("filter-to").value).toBe("31-2-2026");
  expect(document.getElementById("filter-to-error")?.textContent).toContain("25-11-2026");
  type("filter-to", "28-2-2026");
  enter();
  expect(document.getElementById("filter-to-error")).toBeNull();
  expect(onchange).toHaveBeenCalledExactlyOnceWith({ ...noFilters(), to: "2026-02-28" }, "due");
});

it("holds nothing else up for a day that cannot be read", () => {
  type("filter-from", "gisteren");
  type("filter-to", "28-2-2026");
  enter();
  expect(onchange).toHaveBeenCalledExactlyOnceWith({ ...noFilters(), to: "2026-02-28" }, "due");
  expect(field("filter-from").value).toBe("gisteren");
});
