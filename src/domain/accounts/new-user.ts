import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { Keep } from "../idempotency/answers.ts";
import { newId } from "../ids.ts";
import type { Device, User } from "../model.ts";
import type { ProfileUpdate } from "./attributes/user-profile.ts";

/** The realm of callers that name none. */
export const DEFAULT_REALM = "default";

/** A registration. The documented APIs have no policy for passwords and names; ours have. */
export interface NewUser {
  readonly realm: string;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly accId?: string;
  readonly device?: Omit<Device, "userId" | "seenAt">;
  /** Also for names: all characters must be visible, and no other user's name may look alike. */
  readonly enforcePasswordPolicy: boolean;
  /** The partner that registers the user, and the address it reports; kept in the audit trail. */
  readonly registeredBy?: {
    readonly clientId: string;
    readonly ip: string;
    /** Its key as it was sent, for asking a predecessor; never kept. */
    readonly key?: string;
  };
  /** The documented API that the registration came by; absent: one of ours. */
  readonly api?: string;
  /** What only the operator and administrators say of a new user. */
  readonly given?: GivenFacts;
  /** Keeps the answer, in the transaction that inserts the user. */
  readonly keep?: Keep<User>["inside"] | undefined;
}

/** What an administrator vouches for. */
export interface GivenFacts {
  readonly developer: boolean;
  readonly emailVerified: boolean;
  /** The password is empty: there is none before a reset. */
  readonly hasNoPassword: boolean;
  readonly profile?: ProfileUpdate | undefined;
}

/** The longest AccID, in characters, as in the database. */
const MAX_ACC_ID = 255;

/** Checks an AccID that an administrator gives; an empty one is none. */
export function checkAccId(accId: string): void {
  const description =
    accId.length > MAX_ACC_ID
      ? `is longer than ${MAX_ACC_ID} characters`
      : /[\p{Cc}\p{Cs}]/u.test(accId) || accId !== accId.trim()
        ? "holds a control character, or begins or ends with a space"
        : undefined;
  if (description === undefined) return;
  throw new IdentityError("FIELD_INVALID", `The AccID ${description}.`, {
    fields: [{ field: "acc_id", description }],
  });
}

/** Returns the user that a registration creates. */
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
    developer = false,
    profile,
  }: Pick<
    User,
    "realm" | "username" | "email" | "emailKey" | "passwordHash" | "emailVerifiedAt" | "profile"
  > & { readonly accId?: string | undefined; readonly developer?: boolean | undefined },
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
    developer,
    administrator: false,
    epoch: 0,
    lockReason: "",
    createdAt: now,
    updatedAt: now,
    ...(emailVerifiedAt !== undefined && { emailVerifiedAt }),
    ...(profile !== undefined && { profile }),
  };
}
