// What a server no longer knows of what was acknowledged.
import { isActive } from "../oauth/flow.ts";
import type { Ledger, Target } from "./driver.ts";

/** Returns those for which it is not so. */
async function without(
  items: Iterable<string>,
  isSo: (item: string) => Promise<boolean>,
): Promise<string[]> {
  const queue = [...items];
  const found: string[] = [];
  const check = async (): Promise<void> => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop())
      if (!(await isSo(item))) found.push(item);
  };
  await Promise.all(Array.from({ length: 8 }, check));
  return found;
}

export interface Wrong {
  /** Tokens that were given and not ended, and don't work. */
  readonly lostTokens: readonly string[];
  /** Tokens that were ended, and work. */
  readonly revivedTokens: readonly string[];
  readonly lostUsers: readonly string[];
  readonly revivedUsers: readonly string[];
}

/** Asks a server for everything in the ledger. */
export async function findWrong(target: Target, ledger: Ledger): Promise<Wrong> {
  const { client, administrator } = target;
  const works = (token: string): Promise<boolean> => isActive(target.url, client, token);
  const isThere = async (email: string): Promise<boolean> =>
    (await administrator.users.listUsers({ email })).users.length === 1;
  return {
    lostTokens: await without(ledger.alive, works),
    revivedTokens: await without(ledger.ended, async (token) => !(await works(token))),
    lostUsers: await without(ledger.users, isThere),
    revivedUsers: await without(ledger.deleted, async (email) => !(await isThere(email))),
  };
}
