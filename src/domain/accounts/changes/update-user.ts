import { act, touch } from "../../acting.ts";
import { auditEvent } from "../../audit.ts";
import type { Clock } from "../../clock.ts";
import { type Mailer, notify } from "../../email/mailer.ts";
import { IdentityError, userNotFound } from "../../errors.ts";
import { callingUser } from "../../principal.ts";
import type { RequestContext } from "../../request-context.ts";
import type { Elsewhere } from "../../sign-in/elsewhere.ts";
import type { Store } from "../../store.ts";
import { parseEmail } from "../email-address.ts";
import { refuseConflict, refuseTakenName } from "../user-conflict.ts";
import { changedProfile, checkProfile, profileFields } from "../attributes/change-profile.ts";
import type { ProfileUpdate } from "../attributes/user-profile.ts";
import { checkNewUsername } from "../usernames.ts";

export interface UserUpdate {
  readonly username?: string | undefined;
  readonly email?: string | undefined;
  readonly developer?: boolean | undefined;
  readonly profile?: ProfileUpdate | undefined;
}

interface UpdateDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly elsewhere?: Elsewhere | undefined;
}

/**
 * Changes the given values at once. A new e-mail address is reported to the old one. Users change
 * their own address only by following a link, so this rejects them, unless `isAdministration`: the
 * caller has been checked to be an administrator. The event names the fields and not their values.
 */
export async function updateUser(
  dependencies: UpdateDependencies,
  context: RequestContext,
  id: string,
  { isAdministration, ...update }: UserUpdate & { readonly isAdministration: boolean },
): Promise<void> {
  const { store, clock, elsewhere } = dependencies;
  const { caller } = context;
  if (
    !isAdministration &&
    callingUser(caller) !== undefined &&
    (update.developer !== undefined ||
      update.email !== undefined ||
      update.profile?.phoneNumberVerified !== undefined)
  ) {
    throw new IdentityError(
      "PERMISSION_DENIED",
      "Only an administrator changes who is a developer, verifies a phone number, or changes an " +
        "address at once.",
    );
  }
  const email = update.email === undefined ? undefined : parseEmail(update.email);
  const before =
    email === undefined && update.username === undefined ? undefined : await store.users.find(id);
  // A user may keep a name that came through a documented API, even if ours would reject it.
  const isNew = update.username !== before?.username;
  const username =
    update.username === undefined || !isNew ? undefined : checkNewUsername(update.username);
  if (username !== undefined && before !== undefined)
    await refuseTakenName(store.users, { realm: before.realm, username, exceptId: id });
  const profile = update.profile && checkProfile(update.profile);
  const change = { username, claimsLook: true, email, developer: update.developer };
  const fields = [
    ...(["username", "email", "developer"] as const).filter((name) => update[name] !== undefined),
    ...profileFields(profile ?? {}),
  ];
  const conflict = await act(store, caller, async (tx) => {
    const user = await touch(tx, caller, id);
    const next = profile && { profile: changedProfile(user.profile, profile) ?? {} };
    const result = await tx.users.update(id, { ...change, ...next }, clock.now());
    if (result === undefined && before !== undefined)
      await elsewhere?.leave(tx, before, { emailKey: email?.key, username });
    if (result === undefined) {
      const details = { fields: fields.join(" ") };
      await tx.audit.append(auditEvent(clock, context, "user.update", { userId: id, details }));
    }
    return result;
  });
  if (conflict === "missing") throw userNotFound();
  refuseConflict(conflict);
  if (before !== undefined && email !== undefined && before.emailKey !== email.key)
    notify(dependencies, context, "email-changed", before);
}
