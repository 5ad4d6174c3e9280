// Concurrent actions see the state at the moment of their commit, on both engines.
import { describe, expect, it } from "vitest";
import { act, touch } from "../../src/domain/acting.ts";
import { setAdministrator } from "../../src/domain/administration/administrators.ts";
import type { Principal } from "../../src/domain/principal.ts";
import { anonymous } from "../../src/domain/principal.ts";
import { systemClock } from "../../src/domain/clock.ts";
import { IdentityError } from "../../src/domain/errors.ts";
import type { User } from "../../src/domain/model.ts";
import { stores } from "../mariadb.ts";
import { anAccessToken, aSession, aUser, id, NOW } from "../store/samples.ts";

const operator: Principal = { kind: "operator" };
const reasonOf = (error: unknown): string => {
  if (!(error instanceof IdentityError)) throw error;
  return error.reason;
};

describe.each(stores)("acts on $engine", ({ use }) => {
  const test = use();
  const insert = async (given: Partial<User> = {}): Promise<User> => {
    const user = aUser(given);
    await test.store.users.insert(user);
    return user;
  };
  const callers = async (user: User): Promise<readonly Principal[]> => {
    const [session, token] = [aSession({ userId: user.id }), anAccessToken({ userId: user.id })];
    await test.store.sessions.insert(session);
    await test.store.tokens.insertAccess(token);
    return [
      { kind: "user", user, session },
      { kind: "delegate", user, token },
    ];
  };
  const outcome = (caller: Principal): Promise<string> =>
    act(test.store, caller, () => Promise.resolve("done")).catch(reasonOf);

  it("are done while the credential works, and not after any end of it", async () => {
    const ends: readonly ((user: User, caller: Principal) => Promise<unknown>)[] = [
      ({ id: userId }) => test.store.users.endAccess(userId, NOW),
      ({ id: userId }) => test.store.users.lock(userId, "x", undefined, NOW),
      ({ id: userId }) => test.store.users.delete(userId, NOW),
      ({ id: userId }) => test.store.users.setPassword(userId, "x", NOW),
      (_, caller) =>
        caller.kind === "user"
          ? test.store.sessions.delete(caller.session.id)
          : test.store.tokens.deleteAccess(caller.kind === "delegate" ? caller.token.hash : ""),
    ];
    for (const end of ends) {
      for (const which of [0, 1]) {
        const user = await insert();
        const caller = (await callers(user))[which]!;
        expect(await outcome(caller)).toBe("done");
        await end(user, caller);
        expect(await outcome(caller)).toBe("TOKEN_INVALID");
      }
    }
    for (const caller of [anonymous, operator, { kind: "client", token: anAccessToken() }] as const)
      expect(await outcome(caller)).toBe("done");
  });

  it("of an administrator are not done once the operator has taken the power", async () => {
    const user = await insert({ administrator: true });
    const [caller] = await callers(user);
    expect(await outcome(caller!)).toBe("done");
    await setAdministrator(
      { store: test.store, clock: systemClock },
      { caller: operator, address: "", userAgent: "", expired: () => false },
      user.id,
      false,
    );
    expect(await outcome(caller!)).toBe("PERMISSION_DENIED");
  });

  it("find their user; only the user and the operator change an administrator", async () => {
    const [user, administrator] = [await insert(), await insert({ administrator: true })];
    const [self, delegate] = await callers(administrator);
    const [other] = await callers(user);
    const client: Principal = { kind: "client", token: anAccessToken({ scopes: ["admin"] }) };
    const touched = (caller: Principal, target: User, isAllowed?: boolean) =>
      act(
        test.store,
        caller,
        async (tx) => (await touch(tx, caller, target.id, isAllowed)).id,
      ).catch(reasonOf);
    for (const caller of [self!, operator])
      expect(await touched(caller, administrator)).toBe(administrator.id);
    for (const caller of [delegate!, other!, client, anonymous]) {
      expect(await touched(caller, administrator)).toBe("PERMISSION_DENIED");
      expect(await touched(caller, administrator, true)).toBe(administrator.id);
      expect(await touched(caller, user)).toBe(user.id);
      expect(await touched(caller, aUser())).toBe("USER_NOT_FOUND");
    }
  });

  it("by clients never meet a user who is made an administrator at the same moment", async () => {
    let [refused, before] = [0, 0];
    for (let round = 0; round < 30; round++) {
      const user = await insert();
      const caller: Principal = { kind: "client", token: anAccessToken() };
      const context = { caller: operator, address: "", userAgent: "", expired: () => false };
      const lock = () =>
        act(test.store, caller, async (tx) => {
          await touch(tx, caller, user.id);
          return tx.users.lock(user.id, "x", undefined, NOW);
        }).catch(reasonOf);
      const grant = () =>
        setAdministrator({ store: test.store, clock: systemClock }, context, user.id, true);
      const [locked] =
        round % 2 === 0
          ? await Promise.all([lock(), grant()])
          : (await Promise.all([grant(), lock()])).toReversed();
      const events = (await test.store.users.find(user.id))!;
      expect(events.administrator).toBe(true);
      // Either the lock was first, or there is none.
      expect([locked, events.state]).toEqual(
        locked === true ? [true, "locked"] : ["PERMISSION_DENIED", "active"],
      );
      if (locked === true) before++;
      else refused++;
    }
    expect(before + refused).toBe(30);
    expect(refused).toBeGreaterThan(0);
  });

  it("hold no user, session or token that there is not", async () => {
    for (const held of [
      test.store.users.hold(id()),
      test.store.users.hold(id(), 1),
      test.store.sessions.hold(id()),
      test.store.tokens.holdAccess(id()),
      test.store.groups.hold(0n),
    ])
      expect(await held).toBe(false);
  });
});
