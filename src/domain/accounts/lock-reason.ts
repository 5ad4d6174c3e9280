import { IdentityError } from "../errors.ts";
import { isLongerThan } from "../text.ts";

/** The longest reason of a lock, in characters, as in the contract. */
export const MAX_LOCK_REASON = 500;

/** Checks the reason of a lock; administrators read it later. */
export function checkLockReason(reason: string, field = "reason"): string {
  if (isLongerThan(reason, MAX_LOCK_REASON) || reason.trim() === "") {
    const description = `is empty or longer than ${MAX_LOCK_REASON} characters`;
    throw new IdentityError("FIELD_INVALID", `The reason ${description}.`, {
      fields: [{ field, description }],
    });
  }
  return reason;
}
