// The server dies when several exchanges are about to be committed together.
import { afterAll, beforeAll, expect, test } from "vitest";
import { noInstrumentation } from "../../../src/domain/instrumentation.ts";
import type { Store } from "../../../src/domain/store.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { execute, Mariadb } from "../../mariadb-server.ts";
import { aCode, anAccessToken, aRefreshToken, NOW } from "../samples.ts";

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
