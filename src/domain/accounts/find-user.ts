// Finds users by what people write: an address in any of its spellings, a name in any composition.
// It owns which of several comes first and must not know who asks.
import type { User } from "../model.ts";
import { emailKey, emailKeys, MAX_UNITS } from "./identifiers.ts";
import type { UserStore } from "../store.ts";

type Found = Promise<User | undefined>;

/**
 * The user with this address: first one who is kept under this very spelling, as versions before
 * 0006 did.
 */
export const findByAddress = (users: UserStore, realm: string, address: string): Found =>
  firstOf(emailKeys(address), (key) => users.findByEmail(realm, key));

/**
 * The user with exactly this name, or with its NFC, in which new ones are kept. Nobody has one that
 * is too long.
 */
export const findByName = (users: UserStore, realm: string, name: string): Found =>
  firstOf(name.length > MAX_UNITS ? [] : new Set([name, name.normalize("NFC")]), (each) =>
    users.findByUsername(realm, each),
  );

/**
 * The key under which the user is kept, of an address that is the user's own; else the key of that
 * address.
 */
export const keyOfOwn = ({ emailKey: own }: User, address: string): string =>
  emailKeys(address).includes(own) ? own : (emailKey(address) ?? "");

async function firstOf(keys: Iterable<string>, find: (key: string) => Found): Found {
  for (const key of keys) {
    const user = await find(key);
    if (user !== undefined) return user;
  }
  return undefined;
}
