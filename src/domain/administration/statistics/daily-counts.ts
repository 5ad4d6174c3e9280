import type { Reason } from "../../errors.ts";
import { DAY, startOfDay } from "../../durations.ts";
import type { CountedEvent, DailyCount } from "./store.ts";

/** How long daily counts are kept. */
export const COUNTED_MS = 400 * DAY;

/** The reasons of refusals that are counted by name. */
export const REFUSAL_REASONS = [
  "SIGN_IN_FAILED",
  "USER_LOCKED",
  "USER_STATE_CONFLICT",
  "EMAIL_TAKEN",
  "OTHER",
] as const satisfies readonly (Reason | "OTHER")[];

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

const reasonOf = ({ succeeded, details }: CountedEvent): RefusalReason | "" =>
  succeeded
    ? ""
    : (REFUSAL_REASONS.find((reason) => reason === details["reason"]) ?? ("OTHER" as const));

/** Counts events by day, type, outcome and reason. */
export function countDays(events: readonly CountedEvent[]): DailyCount[] {
  const counts = new Map<string, DailyCount>();
  for (const event of events) {
    const { type, succeeded } = event;
    const key = { type, day: startOfDay(event.at), succeeded, reason: reasonOf(event) };
    const name = JSON.stringify(Object.values(key));
    counts.set(name, { ...key, events: (counts.get(name)?.events ?? 0) + 1 });
  }
  return [...counts.values()];
}
