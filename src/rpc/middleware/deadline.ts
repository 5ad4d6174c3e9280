import { CallTime, STORE_BUDGET } from "../../domain/call-time.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { Middleware } from "../call.ts";

/**
 * Refuses a call whose client has gone or whose deadline has passed, and ends one when its time has
 * passed: that of the caller, or that of the database, of which the look-up of its origin may have
 * used some. A part of a stream has its own time.
 */
export const deadline: Middleware = (call, next) => {
  if (call.arrival.aborted()) throw new IdentityError("CANCELLED", "The caller has gone.");
  if (call.expired())
    throw new IdentityError("DEADLINE_EXCEEDED", "The deadline passed before the call began.");
  const { deadline, record } = call.arrival;
  return new CallTime(deadline, STORE_BUDGET - record.usedMs).run(next);
};
