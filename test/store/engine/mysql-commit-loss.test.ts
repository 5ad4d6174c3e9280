// The server dies when several exchanges are about to be committed together, or refuses a commit.
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noInstrumentation } from "../../../src/domain/instrumentation.ts";
import type { Store } from "../../../src/domain/store.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { execute, Mariadb } from "../../mariadb-server.ts";
import { aCode, anAccessToken, aRefreshToken, aUser, NOW } from "../samples.ts";

let server: Mariadb;
let store: Store;
const kinds: string[] = [];
/** After so many inserts the server is killed. */
let inserts = Infinity;

beforeAll(async () => {
  server = await Mariadb.start();
  const options = { kind: "mysql", url: `${server.url}/store` } as const;
  await execute(server.url, "create database store");
  await migrate(options);
  store = await openStore(options, {
    ...noInstrumentation,
    statement: (kind) => {
      kinds.push(kind);
      if (kind === "insert" && --inserts === 0) process.kill(server.pid!, "SIGKILL");
    },
  });
});
afterAll(async () => {
  await server.dispose();
  await store.close();
});

test("all who waited get the same error, and nothing is done again", async () => {
  const codes = Array.from({ length: 9 }, () => aCode());
  for (const code of codes) await store.codes.insert(code);
  const gifts = codes.map(() => ({ access: anAccessToken(), refresh: aRefreshToken() }));
  kinds.length = 0;
  // The first goes alone. The others are inserted by two statements.
  inserts = 4;
  const results = await Promise.allSettled(
    codes.map(({ hash }, index) => store.codes.redeem(hash, NOW, gifts[index])),
  );
  expect(results[0]).toEqual({ status: "fulfilled", value: true });
  const reasons = results.slice(1).map((result) => result.status === "rejected" && result.reason);
  for (const reason of reasons) expect(reason).toMatchObject({ reason: "STORE_UNAVAILABLE" });
  expect(new Set(reasons).size).toBe(1);
  expect(kinds.slice(-4)).toEqual(["update", "insert", "insert", "commit"]);
  await server.signal("SIGKILL");
  await server.start();
  for (const [index, { hash }] of codes.entries()) {
    const { access, refresh } = gifts[index]!;
    const isKept = index === 0;
    expect((await store.codes.find(hash))?.usedAt).toBe(isKept ? NOW : undefined);
    expect((await store.tokens.findAccess(access.hash)) !== undefined).toBe(isKept);
    expect((await store.tokens.findRefresh(refresh.hash)) !== undefined).toBe(isKept);
    expect(await store.codes.redeem(hash, NOW, gifts[index])).toBe(!isKept);
  }
});

/** Opens a store behind a proxy that answers the first commit itself, with an error. */
async function openRefusing(code: number) {
  let commits = 0;
  const error = Buffer.from("\0\0\0\u0001\u00ff\0\0#HY000no commit", "latin1");
  error.writeUInt8(error.length - 4, 0);
  error.writeUInt16LE(code, 5);
  const proxy = createServer((near) => {
    const far = connect(Number(new URL(server.url).port), "127.0.0.1");
    far.pipe(near);
    near.on("data", (bytes) => {
      const isCommit = bytes.subarray(4).toString("latin1") === "\u0003commit";
      if (isCommit && commits++ === 0) near.write(error);
      else far.write(bytes);
    });
    near.on("error", () => undefined).on("close", () => far.destroy());
    far.on("error", () => near.destroy());
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const url = new URL(`${server.url}/store`);
  url.port = String((proxy.address() as AddressInfo).port);
  const refused = await openStore({ kind: "mysql", url: url.href });
  const user = aUser();
  return {
    insert: () => refused.transaction((tx) => tx.users.insert(user)),
    isThere: async () => (await store.users.find(user.id)) !== undefined,
    commits: () => commits,
    async close(): Promise<void> {
      await refused.close();
      proxy.close();
    },
  };
}

test("a commit that fails without a conflict may have happened, and isn't done again", async () => {
  // ER_ERROR_DURING_COMMIT: what a Galera node says that loses its cluster meanwhile.
  const refusing = await openRefusing(1180);
  await expect(refusing.insert()).rejects.toMatchObject({
    reason: "STORE_UNAVAILABLE",
    details: { metadata: { effect: "unknown" }, cause: { errno: 1180 } },
  });
  expect([refusing.commits(), await refusing.isThere()]).toEqual([1, false]);
  await refusing.close();
});

test("a commit that fails because of a conflict is done again", async () => {
  const refusing = await openRefusing(1213);
  expect(await refusing.insert()).toBeUndefined();
  expect([refusing.commits(), await refusing.isThere()]).toEqual([2, true]);
  await refusing.close();
});
