import type { User } from "../model.ts";
import { emailKey, emailKeys } from "./email-address.ts";
import { MAX_UNITS } from "./usernames.ts";
import type { CheckedUser, UserStore, UserWithOrigin } from "./store.ts";

type Found = Promise<User | undefined>;

/**
 * Finds the user with this address in any spelling. A user stored under exactly this spelling comes
 * first, see `emailKeys`.
 */
export const findByAddress = (users: UserStore, realm: string, address: string): Found =>
  firstOf(emailKeys(address), (key) => users.findByEmail(realm, key));

/**
 * Finds the user with exactly this name, or with its NFC, in which new names are stored. A text
 * that is too long for a name is not looked up.
 */
export const findByName = (users: UserStore, realm: string, name: string): Found =>
  firstOf(spellingsOf(name), (each) => users.findByUsername(realm, each));

/** Finds the user by name or address: a name never has an `@`, an address always does. */
export const findByNameOrAddress = (users: UserStore, realm: string, text: string): Found =>
  text.includes("@") ? findByAddress(users, realm, text) : findByName(users, realm, text);

/** Finds the user by name or address, with the last password check from a network. */
export const findWithCheck = (
  users: UserStore,
  {
    realm,
    identifier,
    network,
  }: {
    readonly realm: string;
    readonly identifier: { readonly username: string } | { readonly email: string };
    readonly network: string;
  },
): Promise<CheckedUser | undefined> =>
  "username" in identifier
    ? firstOf(spellingsOf(identifier.username), (username) =>
        users.findWithCheck(realm, { username }, network),
      )
    : firstOf(emailKeys(identifier.email), (key) =>
        users.findWithCheck(realm, { emailKey: key }, network),
      );

/** Finds the user by name or address, with the origin. */
export const findWithOrigin = (
  users: UserStore,
  realm: string,
  identifier: { readonly username: string } | { readonly email: string },
): Promise<UserWithOrigin | undefined> =>
  "username" in identifier
    ? firstOf(spellingsOf(identifier.username), (username) =>
        users.findWithOrigin(realm, { username }),
      )
    : firstOf(emailKeys(identifier.email), (key) => users.findWithOrigin(realm, { emailKey: key }));

/** Returns by what a user is searched who may be deleted; an address by its present key. */
export const searchedBy = (
  identifier: { readonly username: string } | { readonly email: string },
): { readonly username: string } | { readonly emailKey: string } =>
  "username" in identifier ? identifier : { emailKey: emailKey(identifier.email) ?? "" };

/**
 * Finds the user with this id, or the deleted one who had this address or name, and was deleted
 * after `since`.
 */
export async function findRestorable(
  users: UserStore,
  realm: string,
  text: string,
  since: number,
): Found {
  const identifier = text.includes("@") ? { email: text } : { username: text };
  return (
    (await users.find(text)) ??
    (await users.findDeleted(realm, searchedBy(identifier), since, false))
  );
}

const spellingsOf = (name: string): Iterable<string> =>
  name.length > MAX_UNITS ? [] : new Set([name, name.normalize("NFC")]);

/** Returns the stored key if the address is the user's own; otherwise the key of the address. */
export const keyOfOwn = ({ emailKey: own }: User, address: string): string =>
  emailKeys(address).includes(own) ? own : (emailKey(address) ?? "");

async function firstOf<Kind>(
  keys: Iterable<string>,
  find: (key: string) => Promise<Kind | undefined>,
): Promise<Kind | undefined> {
  for (const key of keys) {
    const found = await find(key);
    if (found !== undefined) return found;
  }
  return undefined;
}
