import { auditEvent } from "../audit.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { User } from "../model.ts";
import type { HashingPlace, PasswordHasher } from "../passwords/hasher.ts";
import { checkNewPassword } from "../passwords/policy.ts";
import type { Principal } from "../principal.ts";
import { type RequestContext, requesterOf } from "../request-context.ts";
import { networkOf } from "../security/networks.ts";
import type { Store } from "../store.ts";
import type { Elsewhere } from "../sign-in/elsewhere.ts";
import { changedProfile, checkProfile, profileFields } from "./attributes/change-profile.ts";
import { emailKeys, parseEmail } from "./email-address.ts";
import { type GivenFacts, type NewUser, newUser } from "./new-user.ts";
import type { UserStore } from "./store.ts";
import { refuseConflict } from "./user-conflict.ts";
import { checkNewUsername, checkUsername, lookOf } from "./usernames.ts";

interface UserCreationDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly elsewhere?: Elsewhere | undefined;
}

/**
 * Registers a user. Of several callers that ask for one e-mail address or name at once, exactly one
 * gets it. Anonymous callers come through `Registrations`, which counts them and passes the place.
 */
export async function createUser(
  { store, clock, hasher, elsewhere }: UserCreationDependencies,
  context: RequestContext,
  input: NewUser,
  place?: HashingPlace,
): Promise<User> {
  if (place === undefined && context.caller.kind === "anonymous")
    throw new Error("an anonymous registration has not been counted");
  const { given } = input;
  if (given !== undefined && !mayVouch(context.caller))
    throw new IdentityError("PERMISSION_DENIED", "Only an administrator can vouch for a new user.");
  const email = parseEmail(input.email);
  const isOurs = input.enforcePasswordPolicy;
  const username = isOurs ? checkNewUsername(input.username) : checkUsername(input.username);
  const profile = given?.profile && changedProfile(undefined, checkProfile(given.profile));
  const hasPassword = given?.hasNoPassword !== true;
  if (isOurs && hasPassword) await checkNewPassword(input.password, input);
  const hash = async (taken?: HashingPlace): Promise<string> => {
    await refuseTaken(store.users, { ...input, username });
    return taken === undefined ? "" : taken.hash(input.password);
  };
  const passwordHash = await (place === undefined && hasPassword
    ? hasher.withPlace(requesterOf(context, email.key), hash)
    : hash(place));
  // There first: what it has taken and we lose is learnt at the next sign-in.
  const source = await elsewhere?.register(context, { ...input, username });
  const now = clock.now();
  const user = newUser(clock, {
    realm: input.realm,
    username,
    email: email.address,
    emailKey: email.key,
    accId: input.accId,
    passwordHash,
    developer: given?.developer,
    emailVerifiedAt: given?.emailVerified === true ? now : undefined,
    profile,
  });
  const conflict = await store.transaction(async (tx) => {
    const found = await tx.users.insert(user, isOurs);
    if (found !== undefined) return found;
    if (input.device !== undefined)
      await tx.devices.record({ ...input.device, userId: user.id, seenAt: now });
    // The caller has just set the password, which counts as a password check from this network.
    if (context.caller.kind === "anonymous" && input.registeredBy === undefined) {
      await tx.passwordChecks.record(user.id, networkOf(context.address), now);
    }
    if (source !== undefined)
      await tx.origins.insert([{ kind: "user", ref: user.id, source, at: now, mark: "" }]);
    const by = input.registeredBy;
    const details = { ...(by && { clientId: by.clientId, ip: by.ip }), ...vouchedFor(given) };
    await tx.audit.append(auditEvent(clock, context, "user.create", { userId: user.id, details }));
    await input.keep?.(tx, user);
    return undefined;
  });
  refuseConflict(conflict);
  return user;
}

/** Returns whether the caller makes users for others: the operator, a client, an administrator. */
const mayVouch = (caller: Principal): boolean =>
  caller.kind === "operator" ||
  caller.kind === "client" ||
  (caller.kind === "user" && caller.user.administrator);

/** Returns what the audit trail says of the facts that the caller vouches for. */
const vouchedFor = (given?: GivenFacts): Readonly<Record<string, string>> => ({
  ...(given?.developer === true && { developer: "true" }),
  ...(given?.emailVerified === true && { email: "verified" }),
  ...(given?.hasNoPassword === true && { password: "none" }),
  ...(given?.profile && { profile: profileFields(given.profile).join(" ") }),
});

/** Saves the expensive hash when the registration can't succeed; the insert decides. */
async function refuseTaken(
  users: UserStore,
  { realm, email, username, enforcePasswordPolicy }: NewUser,
): Promise<void> {
  const look = enforcePasswordPolicy ? lookOf(username) : "";
  const values = { emailKeys: emailKeys(email), username, look };
  refuseConflict(await users.findConflict(realm, values));
}
