import type { ReportPage, ReportSummary } from "@baken/bindings";
import { expect, it } from "vitest";

import { openReports } from "./joined";

it("offers the reports of the level that all of them have", async () => {
  const report = (name: string, level: string) => ({ report: name, level }) as ReportSummary;
  const items = [report("M-2026-002", "team"), report("M-2026-001", "zorg")];
  const api = { reports: () => Promise.resolve({ items } as unknown as ReportPage) };
  expect(await openReports(api, [{ level: "team" }])).toEqual(["M-2026-002"]);
  expect(await openReports(api, [{ level: "team" }, { level: "zorg" }])).toEqual([]);
});
