// Whether a server still knows what was acknowledged.
import { expect } from "vitest";
import { isActive } from "../oauth/flow.ts";
import { type Ledger, signIn, type Target } from "./driver.ts";

/** Those for which it is not so. */
async function wrong(
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

/** Asks for everything in the ledger; `when` is for the message. */
export async function expectKept(target: Target, ledger: Ledger, when: string): Promise<void> {
  const { url, client, administrator } = target;
  const isThere = async (email: string): Promise<boolean> =>
    (await administrator.users.listUsers({ email })).users.length === 1;
  expect(
    await wrong(ledger.alive, (token) => isActive(url, client, token)),
    `lost ${when}`,
  ).toEqual([]);
  expect(
    await wrong(ledger.ended, async (token) => !(await isActive(url, client, token))),
    `alive again ${when}`,
  ).toEqual([]);
  expect(await wrong(ledger.users, isThere), `users lost ${when}`).toEqual([]);
  expect(
    await wrong(ledger.deleted, async (email) => !(await isThere(email))),
    `users back ${when}`,
  ).toEqual([]);
  // Whole, not only there: one can sign in.
  const [email] = ledger.users;
  if (email !== undefined) expect((await signIn(target, email)).user?.email).toBe(email);
}
