// Passwords under pressure: guesses are bounded whatever runs at once, and whoever knows the
// password is let in.
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

  test("who is locked, deleted or has another password since, is not let in, whoever was on the way in", async () => {
    const ends = [
      (userId: string) => two.administrator(0).users.deleteUser({ userId }),
      (userId: string) => two.administrator(1).users.lockUser({ userId, reason: "x" }),
      (userId: string) =>
        two.administrator(1).users.changePassword({ userId, newPassword: "another password" }),
    ];
    for (const [round, end] of [...ends, ...ends].entries()) {
      const { id, email, password } = await two.newUser();
      const tokens: string[] = [];
      const entering = Array.from({ length: 8 }, async (_, index) => {
        const entered = await two
          .as(index)
          .users.signIn({ identifier: { case: "email", value: email }, password })
          .catch(() => undefined);
        if (entered !== undefined) tokens.push(entered.accessToken);
      });
      // Later each round, so that it falls into every phase of a sign-in.
      await new Promise((resolve) => setTimeout(resolve, round * 6));
      await end(id);
      expect(await signIn(round, email, password)).not.toBe("signed in");
      await Promise.all(entering);
      for (const [index, token] of tokens.entries())
        await expect(two.as(index, token).users.getUser({ userId: "me" })).rejects.toThrow(
          /token/i,
        );
    }
  });
}
