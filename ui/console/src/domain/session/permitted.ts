/**
 * What the signed-in account may do, as the backend says it: pages and buttons that would be refused are not shown. The
 * backend decides; this only spares somebody a refusal.
 */
import type { RolePermission, Session } from "@baken/bindings";

import type { Route } from "./router.svelte";

type Permitted = Pick<Session, "permissions">;

export const may = ({ permissions }: Permitted, permission: RolePermission): boolean =>
  permissions.includes(permission);

/** What a page needs; a page that says "not found" needs nothing. */
const NEEDED: Record<Route["page"], RolePermission | null> = {
  inbox: "read-records",
  search: "read-records",
  observation: "read-records",
  reports: "read-records",
  report: "read-records",
  "new-report": "handle-records",
  inspections: "read-records",
  inspection: "read-records",
  contacts: "read-records",
  contact: "read-records",
  devices: "read-devices",
  members: "read-members",
  planning: "manage-content",
  account: null,
  admissions: "read-sealed",
  join: null,
  unknown: null,
};

export function mayVisit(session: Permitted, page: Route["page"]): boolean {
  const needed = NEEDED[page];
  return needed === null || may(session, needed);
}

/** Where somebody begins for whom the inbox is not. */
const BEGINNINGS: readonly (readonly [Route["page"], string])[] = [
  ["inbox", "/inbox"],
  ["devices", "/devices"],
  ["members", "/members"],
];

/** The address of the first page there is for this account; nothing where there is none. */
export const beginning = (session: Permitted): string | null =>
  BEGINNINGS.find(([page]) => mayVisit(session, page))?.[1] ?? null;
