// The checks, in the order of their numbers.
import type { Check } from "./check.ts";
import { KILLED_SERVER } from "./checks/killed-server.ts";
import { RACES } from "./checks/races.ts";

export const CHECKS: readonly Check[] = [...KILLED_SERVER, ...RACES].toSorted((one, other) =>
  one.id.localeCompare(other.id, "en", { numeric: true }),
);
