// What very many users have let a client have ends in parts, each in a transaction of its own.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stores } from "../../mariadb.ts";
import { useServer } from "../../use-server.ts";
import { aClient, aGrant, anAccessToken, aRefreshToken, id, NOW } from "../samples.ts";

/** A part and some more. */
const COUNT = 2_100;
const FEW = 3;
/** Inserts that wait for one another go in one statement. */
const AT_ONCE = 200;
const DAY = 86_400_000;
const ids = (length: number): string[] => Array.from({ length }, id);

describe.each(stores)("the tokens of a client with many users on $engine", ({ engine }) => {
  const used = useServer({ engine });
  let [theirs, others] = ["", ""];
  let refreshTokens: Readonly<Record<string, readonly string[]>> = {};

  beforeEach(async () => {
    const { clients, tokens, grants } = used.server.store;
    [theirs, others] = [id(), id()];
    refreshTokens = { [theirs]: ids(COUNT), [others]: ids(FEW) };
    for (const clientId of [theirs, others]) {
      const registration = { tokenHash: id(), expiresAt: NOW };
      await clients.insert(aClient({ id: clientId, public: true, registration }), undefined);
      for (let from = 0; from < refreshTokens[clientId]!.length; from += AT_ONCE)
        await Promise.all(
          refreshTokens[clientId]!.slice(from, from + AT_ONCE).map(async (hash) => {
            await tokens.insertAccess(anAccessToken({ clientId, userId: undefined }));
            await tokens.insertRefresh(aRefreshToken({ clientId, hash }));
            await grants.agree(aGrant({ clientId, lastUsedAt: NOW - 40 * DAY }));
          }),
        );
    }
  });

  afterEach(() => used.server.store.clients.delete(others));

  /** Numbers of consents, access and refresh tokens. */
  const left = async (clientId: string): Promise<readonly number[]> => {
    const { grants, tokens } = used.server.store;
    const refresh = [];
    for (const hash of refreshTokens[clientId]!) refresh.push(await tokens.findRefresh(hash));
    return [
      (await grants.summarize(clientId, 100_000)).users,
      (await tokens.summarize(clientId, NOW, 100_000)).access,
      refresh.filter((token) => token !== undefined).length,
    ];
  };
  const events = async (clientId: string): Promise<readonly string[]> =>
    (await used.server.store.audit.list({ clientId }, { limit: 9 })).map(({ type }) => type);

  it("end by EndClientTokens and DeleteClient", async () => {
    const { oauth } = used.administrator;
    const before = await left(theirs);
    await oauth.endClientTokens({ clientId: theirs });
    const between = await left(theirs);
    await oauth.deleteClient({ clientId: theirs });
    expect([before, between, await left(theirs)]).toEqual([
      [COUNT, COUNT, COUNT],
      [COUNT, 0, 0],
      [0, 0, 0],
    ]);
    expect(await events(theirs)).toEqual(["client.delete", "token.revoke"]);
    expect(await left(others)).toEqual([FEW, FEW, FEW]);
  });

  it("end when a client is removed that nothing uses", async () => {
    const { clients } = used.server.store;
    // The consents of one are in use.
    const unused = { now: NOW, usedBefore: NOW - 30 * DAY };
    await used.server.store.grants.agree(aGrant({ clientId: others, lastUsedAt: NOW }));
    expect(await clients.purgeUnused(unused, 10)).toBe(1);
    expect(await clients.find(theirs)).toBeUndefined();
    expect(await left(theirs)).toEqual([0, 0, 0]);
    expect(await left(others)).toEqual([FEW + 1, FEW, FEW]);
  });
});
