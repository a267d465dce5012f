/** What somebody of the office does, in words. */
import type { Role } from "@baken/bindings";

import * as m from "../../paraglide/messages";

const NAMES: Record<Role, () => string> = {
  coordinator: m.office_coordinator,
  "care-coordinator": m.office_care_coordinator,
  analyst: m.office_analyst,
  "device-manager": m.office_device_manager,
  administrator: m.office_administrator,
  auditor: m.office_auditor,
};

const MEANINGS: Record<Role, () => string> = {
  coordinator: m.office_coordinator_may,
  "care-coordinator": m.office_care_coordinator_may,
  analyst: m.office_analyst_may,
  "device-manager": m.office_device_manager_may,
  administrator: m.office_administrator_may,
  auditor: m.office_auditor_may,
};

/** In the order in which they are shown. */
export const ROLES = Object.keys(NAMES) as Role[];

export const memberRoles = (roles: readonly Role[]): string => roles.map((role) => NAMES[role]()).join(", ");

/** As choices, each with what it allows. */
export const roleChoices = (roles: readonly Role[]) =>
  roles.map((role) => ({ value: role, label: NAMES[role](), description: MEANINGS[role]() }));
