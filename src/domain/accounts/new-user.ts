// A user at the moment of the registration. It owns what every new user begins with, and must not
// know who registers whom.
import type { Clock } from "../clock.ts";
import { newId } from "../clock.ts";
import type { User } from "../model.ts";

/** The user that a registration makes. */
export function newUser(
  clock: Clock,
  {
    realm,
    username,
    email,
    emailKey,
    accId = "",
    passwordHash,
    emailVerifiedAt,
  }: Pick<
    User,
    "realm" | "username" | "email" | "emailKey" | "passwordHash" | "emailVerifiedAt"
  > & { readonly accId?: string | undefined },
): User {
  const now = clock.now();
  return {
    id: newId(clock),
    realm,
    username,
    email,
    emailKey,
    accId,
    passwordHash,
    state: "active",
    developer: false,
    administrator: false,
    epoch: 0,
    lockReason: "",
    createdAt: now,
    updatedAt: now,
    ...(emailVerifiedAt !== undefined && { emailVerifiedAt }),
  };
}
