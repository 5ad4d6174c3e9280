// The server drops the work of a call after its deadline and when its caller has gone.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWays, type Way, type Ways } from "../clients/ways.ts";
import { stores } from "../mariadb.ts";
import { apiOf, type SignedIn, useServer } from "../use-server.ts";

const used = useServer({ environment: { HASH_LANES: "1" }, slowHashes: true });
let ways: Ways;
let user: SignedIn;

beforeAll(async () => {
  ways = openWays(used.url);
  user = await used.signUp();
});
afterAll(() => ways.close());

const COUNT = 30;

describe.each<Way>(["grpc-js", "Connect's gRPC", "gRPC-Web, HTTP/1.1", "Connect, HTTP/1.1, JSON"])(
  "over %s",
  (way) => {
    const signIn = (options: { signal?: AbortSignal; timeoutMs?: number }) =>
      apiOf(ways.transports[way])
        .users.signIn(
          { identifier: { case: "email", value: user.email }, password: user.password },
          options,
        )
        .then(
          () => true,
          () => false,
        );
    const sessions = async (): Promise<number> =>
      (await user.users.listSessions({ pageSize: 1000 })).sessions.length;

    test.each(["a deadline", "going away"])("%s", async (kind) => {
      const before = await sessions();
      const controller = new AbortController();
      const calls = Array.from({ length: COUNT }, () =>
        signIn(kind === "a deadline" ? { timeoutMs: 60 } : { signal: controller.signal }),
      );
      setTimeout(() => controller.abort(), 60);
      const done = (await Promise.all(calls)).filter(Boolean).length;
      // There is one lane: when this has been through it, so has everything before. Calls that are
      // dropped keep their places until a turn.
      await expect
        .poll(() =>
          used.signUp().then(
            () => true,
            () => false,
          ),
        )
        .toBe(true);
      // Callers who were answered are signed in; so are those who left during the check, and no
      // else.
      const checked = (await sessions()) - before;
      expect(checked).toBeGreaterThanOrEqual(done);
      expect(checked).toBeLessThan(COUNT);
    });
  },
);

describe.each(stores.map(({ engine }) => engine))("look-ups on %s", (engine) => {
  const shared = useServer({ engine });

  test("callers who go away take nothing from those who wait with them", async () => {
    const { id, token } = await shared.signUp();
    const get = (signal?: AbortSignal): Promise<number> =>
      fetch(`${shared.url}/v1/users/${id}`, {
        headers: { authorization: `Bearer ${token}` },
        ...(signal && { signal }),
      }).then(
        ({ status }) => status,
        () => 0,
      );
    for (let round = 0; round < 5; round++) {
      const leaving = new AbortController();
      const staying = Array.from({ length: 16 }, () => get());
      const gone = Array.from({ length: 16 }, () => get(leaving.signal));
      setTimeout(() => leaving.abort(), round);
      expect(await Promise.all(staying)).toEqual(Array(16).fill(200));
      expect((await Promise.all(gone)).filter((status) => status > 200)).toEqual([]);
    }
    expect(await get()).toBe(200);
  });
});
