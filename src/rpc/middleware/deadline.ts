// The deadline step: starts nothing that nobody waits for any more.
import { IdentityError } from "../../domain/errors.ts";
import type { Middleware } from "../call.ts";

/** Refuses a call whose caller has gone or stopped waiting. */
export const deadline: Middleware = (call, next) => {
  if (call.arrival.aborted()) throw new IdentityError("CANCELLED", "The caller has gone.");
  if (call.expired())
    throw new IdentityError("DEADLINE_EXCEEDED", "The deadline passed before the call began.");
  return next();
};
