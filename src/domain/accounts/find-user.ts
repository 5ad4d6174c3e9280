import type { User } from "../model.ts";
import { emailKey, emailKeys } from "./email-address.ts";
import { MAX_UNITS } from "./usernames.ts";
import type { UserStore } from "./store.ts";

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
  firstOf(name.length > MAX_UNITS ? [] : new Set([name, name.normalize("NFC")]), (each) =>
    users.findByUsername(realm, each),
  );

/** Returns the stored key if the address is the user's own; otherwise the key of the address. */
export const keyOfOwn = ({ emailKey: own }: User, address: string): string =>
  emailKeys(address).includes(own) ? own : (emailKey(address) ?? "");

async function firstOf(keys: Iterable<string>, find: (key: string) => Found): Found {
  for (const key of keys) {
    const user = await find(key);
    if (user !== undefined) return user;
  }
  return undefined;
}
