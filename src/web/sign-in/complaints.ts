// Whether a password that was asked for is the trouble. It must not know for what it was asked.
import type { IdentityError } from "../../domain/errors.ts";

/** Also of one that is too long to be anybody's. */
export const isWrongPassword = ({ reason }: IdentityError): boolean =>
  reason === "SIGN_IN_FAILED" || reason === "FIELD_INVALID";
