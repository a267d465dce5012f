import type { RolePermission } from "@baken/bindings";
import { expect, it } from "vitest";

import { beginning, may, mayVisit } from "./permitted";

const session = (...permissions: RolePermission[]) => ({ permissions });

it("allows what the backend named and nothing else", () => {
  expect(may(session("read-records"), "read-records")).toBe(true);
  expect(may(session("read-records"), "read-sealed")).toBe(false);
  expect(mayVisit(session("read-devices"), "devices")).toBe(true);
  expect(mayVisit(session("read-devices"), "observation")).toBe(false);
  expect(mayVisit(session(), "unknown")).toBe(true);
});

it("begins with the first page there is", () => {
  expect(beginning(session("read-records", "read-members"))).toBe("/inbox");
  expect(beginning(session("read-members", "read-devices"))).toBe("/devices");
  expect(beginning(session("manage-members", "read-members"))).toBe("/members");
  expect(beginning(session())).toBeNull();
});
