import { openConnections } from "../../app/command-connections.ts";
import { findRestorable } from "../../domain/accounts/find-user.ts";
import { checkAccId } from "../../domain/accounts/new-user.ts";
import { RESTORABLE_MS } from "../../domain/accounts/user-state.ts";
import { IdentityError } from "../../domain/errors.ts";
import { printJson } from "../cli/output.ts";
import { withDomain } from "../cli/with-domain.ts";
import { readPassword } from "./read-password.ts";
import { shownUser } from "./shown-user.ts";

/** The options of `user create`. */
export interface CreateOptions {
  readonly email: string;
  readonly username: string;
  readonly accId: string;
  readonly passwordFile?: string;
  readonly developer: boolean;
  readonly verified: boolean;
  readonly realm: string;
}

/** Registers a user. */
export async function createUserOf(options: CreateOptions): Promise<void> {
  const { email, username, accId, passwordFile, developer, verified, realm } = options;
  const password = passwordFile === undefined ? undefined : await readPassword(passwordFile);
  await withDomain(async ({ domain: { users }, clock, context }) => {
    checkAccId(accId);
    const user = await users.create(context, {
      realm,
      email,
      username,
      accId,
      password: password ?? "",
      enforcePasswordPolicy: true,
      given: { developer, emailVerified: verified, hasNoPassword: password === undefined },
    });
    printJson(shownUser(user, clock.now()));
  }, openConnections);
}

/** Prints a user. */
export async function showUser(text: string, realm: string): Promise<void> {
  await withDomain(async ({ domain: { users }, clock }) => {
    printJson(shownUser(await users.identify(realm, text), clock.now()));
  });
}

/** Deletes a user softly. */
export async function deleteUser(text: string, realm: string): Promise<void> {
  await withDomain(async ({ domain: { users }, clock, context }) => {
    const user = await users.identify(realm, text);
    if (user.state === "deleted")
      throw new Error(`${user.id} is deleted already. Take it back: latchkey user restore`);
    printJson(shownUser(await users.delete(context, user.id), clock.now()));
  }, openConnections);
}

/** Takes a deletion back, under another name if one is given. */
export async function restoreUser(text: string, realm: string, username?: string): Promise<void> {
  await withDomain(async ({ domain: { users }, store, clock, context }) => {
    const now = clock.now();
    const user = await findRestorable(store.users, realm, text, now - RESTORABLE_MS);
    if (user === undefined)
      throw new IdentityError(
        "USER_NOT_FOUND",
        "There is no deleted user with this id, address or name who can still be restored.",
      );
    printJson(shownUser(await users.restore(context, user.id, username), now));
  }, openConnections);
}

/** Sets a user's password; sessions and tokens end, and the user gets an e-mail. */
export async function setPassword(text: string, realm: string, file: string): Promise<void> {
  const password = await readPassword(file);
  await withDomain(async ({ domain: { users, passwordChange }, clock, context }) => {
    const { id } = await users.identify(realm, text);
    await passwordChange.change(context, id, "", password);
    printJson(shownUser(await users.get(id), clock.now()));
  }, openConnections);
}
