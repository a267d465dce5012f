/** For the tests: what the core of an enrolled device says that is open. */
import type { AppStatus } from "@baken/bindings";

export const readyStatus: AppStatus = {
  phase: "ready",
  minimumLength: 16,
  attemptsLeft: 10,
  attemptsTotal: 10,
  wiped: false,
  leaseOver: false,
  retryAfterSeconds: 0,
  presence: "off",
  minimumDigits: 6,
  briefAbsenceSeconds: 600,
  organisation: "politie",
  tenant: "t",
  autoLockSeconds: 120,
  backendAddress: "https://baken.example",
  timeZone: "Europe/Amsterdam",
};
