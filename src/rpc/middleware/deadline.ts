import { CallTime } from "../../domain/call-time.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { Middleware } from "../call.ts";

/**
 * Refuses a call whose client has gone or whose deadline has passed, and ends one when its time has
 * passed: that of the caller, or that of the database. A part of a stream has its own time.
 */
export const deadline: Middleware = (call, next) => {
  if (call.arrival.aborted()) throw new IdentityError("CANCELLED", "The caller has gone.");
  if (call.expired())
    throw new IdentityError("DEADLINE_EXCEEDED", "The deadline passed before the call began.");
  return new CallTime(call.arrival.deadline).run(next);
};
