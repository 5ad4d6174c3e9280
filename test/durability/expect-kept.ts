// Whether a server still knows what was acknowledged.
import { expect } from "vitest";
import { type Ledger, signIn, type Target } from "./driver.ts";
import { findWrong } from "./find-wrong.ts";

/** Asks for everything in the ledger; `when` is for the message. */
export async function expectKept(target: Target, ledger: Ledger, when: string): Promise<void> {
  expect(await findWrong(target, ledger), `wrong ${when}`).toEqual({
    lostTokens: [],
    revivedTokens: [],
    lostUsers: [],
    revivedUsers: [],
  });
  // Whole, not only there: one can sign in.
  const [email] = ledger.users;
  if (email !== undefined) expect((await signIn(target, email)).user?.email).toBe(email);
}
