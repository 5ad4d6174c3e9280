import { expect, test } from "vitest";
import { refusalOf } from "../clients/refusal.ts";
import { tally, type TwoServers } from "./two-servers.ts";

export function passwords(two: TwoServers): void {
  const signIn = (index: number, email: string, password: string): Promise<string> =>
    two
      .as(index)
      .users.signIn({ identifier: { case: "email", value: email }, password })
      .then(
        () => "signed in",
        (error: unknown) => refusalOf(error).reason,
      );

  // On a starved machine some wait for a connection to MariaDB in vain: then once more, with
  // another user.
  test("of 200 wrong passwords at once, at most 10 are checked", { retry: 2 }, async () => {
    const { email } = await two.newUser();
    const {
      SIGN_IN_FAILED = 0,
      RATE_LIMITED = 0,
      ...other
    } = await tally(200, (index) =>
      signIn(index, index % 2 === 0 ? email : email.toUpperCase(), `guess ${index}`),
    );
    expect([SIGN_IN_FAILED, RATE_LIMITED, other]).toEqual([10, 190, {}]);
    expect(await signIn(0, email, "correct horse battery")).toBe("RATE_LIMITED");
  });

  test("40 right passwords of one account at once are all let in", async () => {
    const { email, password } = await two.newUser();
    expect(await tally(40, (index) => signIn(index, email, password))).toEqual({ "signed in": 40 });
    expect(await tally(40, (index) => signIn(index, email, password))).toEqual({ "signed in": 40 });
  });

  test("a sign-in during a lock, deletion or new password gives no access", async () => {
    const ends = [
      (userId: string) => two.administrator(0).users.deleteUser({ userId }),
      (userId: string) => two.administrator(1).users.lockUser({ userId, reason: "x" }),
      (userId: string) =>
        two.administrator(1).users.changePassword({ userId, newPassword: "another password" }),
    ];
    const [tokens, refusals]: [string[], string[]] = [[], []];
    let overtaken = 0;
    for (const [round, end] of [...ends, ...ends].entries()) {
      const { id, email, password } = await two.newUser();
      let hasEnded = false;
      const entering = Array.from({ length: 8 }, async (_, index) => {
        const identifier = { case: "email", value: email } as const;
        const outcome = await two
          .as(index)
          .users.signIn({ identifier, password })
          .then(
            ({ accessToken }) => tokens.push(accessToken),
            (error: unknown) => refusals.push(refusalOf(error).reason),
          );
        if (hasEnded) overtaken++;
        return outcome;
      });
      // Half of the rounds end while all sign-ins are under way, half after the first of them.
      if (round < ends.length) await new Promise((resolve) => setTimeout(resolve, round * 6));
      else await Promise.race(entering);
      await end(id);
      hasEnded = true;
      expect(await signIn(round, email, password)).not.toBe("signed in");
      await Promise.all(entering);
      for (const [index, token] of tokens.entries())
        await expect(two.as(index, token).users.getUser({ userId: "me" })).rejects.toThrow(
          /token/i,
        );
    }
    // Some sign-ins did fall into the race, and each one either succeeded or was refused so.
    expect(overtaken).toBeGreaterThan(0);
    expect(tokens.length).toBeGreaterThanOrEqual(ends.length);
    for (const reason of refusals) expect(["SIGN_IN_FAILED", "USER_LOCKED"]).toContain(reason);
  });
}
