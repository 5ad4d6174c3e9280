// Events of 30 days for the pictures of the administration.
import { systemClock } from "../src/domain/clock.ts";
import { newId } from "../src/domain/ids.ts";
import type { AuditEvent } from "../src/domain/model.ts";
import type { TestServer } from "../test/server.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const DAYS = 30;

/** What happens on a day, and how often: less on a Sunday, a little more each week. */
const KINDS = [
  { type: "user.sign_in", most: 60, details: {}, succeeded: true },
  { type: "user.sign_in", most: 9, details: { reason: "SIGN_IN_FAILED" }, succeeded: false },
  { type: "user.sign_in", most: 2, details: { reason: "USER_LOCKED" }, succeeded: false },
  { type: "user.create", most: 12, details: {}, succeeded: true },
] as const;

/** Records them as if they had happened. */
export async function prepareEvents({ store }: TestServer, now: number): Promise<void> {
  for (let day = 1; day <= DAYS; day++) {
    const at = now - day * DAY - HOUR;
    const isSunday = new Date(at).getUTCDay() === 0;
    const share = ((isSunday ? 0.4 : 1) * (2 * DAYS - day)) / (2 * DAYS);
    for (const { most, ...kind } of KINDS)
      for (let count = 0; count < most * share; count++) {
        const event: AuditEvent = {
          id: newId({ ...systemClock, now: () => at + count }),
          at: at + count,
          actor: "anonymous",
          userId: undefined,
          clientId: undefined,
          address: "192.0.2.7",
          ...kind,
        };
        await store.audit.append(event);
      }
  }
}
