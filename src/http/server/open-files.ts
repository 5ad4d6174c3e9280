import { readFileSync } from "node:fs";

/**
 * How many descriptors are for other things than the connections of clients: the database, files
 * that are loaded when they are first used, e-mails, other servers.
 */
const RESERVED = 128;

/**
 * Returns how many connections a process may have open, so that others get the descriptors that
 * they need. Undefined where the system doesn't say how many there are, or sets no limit.
 */
export function mostConnections(limits = readLimits()): number | undefined {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1]);
  // With very few descriptors, half of them.
  return Number.isNaN(limit) ? undefined : Math.max(limit - RESERVED, Math.floor(limit / 2));
}

/** The limits of this process, which only Linux shows. */
function readLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}
