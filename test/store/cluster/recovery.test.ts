// The network to the database swallows bytes for a while. What waits for a connection goes on as
// soon as the database answers: a handshake of which bytes were lost would never end.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { addressesOf } from "../../../src/store/engine/mysql/address.ts";
import { Pool } from "../../../src/store/engine/mysql/pool.ts";
import { createDatabase } from "../../mariadb.ts";
import { prepare } from "../../prepare.ts";
import { openSlowProxy, type SlowProxy } from "../../slow-proxy.ts";

let proxy: SlowProxy;
beforeAll(async () => {
  const url = await createDatabase();
  await prepare({ kind: "mysql", url });
  proxy = await openSlowProxy(url);
});
afterAll(() => proxy.close());

test.each([
  ["one host", false],
  ["several hosts", true],
])("a call that waits for a lost handshake is answered, with %s", async (_, isOneOfSeveral) => {
  const store = await openStore({
    kind: "mysql",
    url: proxy.url,
    connectionLimit: 2,
    // No server listens on the other.
    ...(isOneOfSeveral && { otherUrls: ["mysql://test:x@127.0.0.1:1/none"] }),
  });
  expect(await store.users.find("id")).toBeUndefined();
  proxy.swallows = "everything";
  // Ends when its statement has taken too long.
  await expect(store.users.find("id")).rejects.toMatchObject({ reason: "STORE_UNAVAILABLE" });
  const waiting = store.users.find("id");
  // The server is asked once more, in vain.
  await delay(1_200);
  proxy.swallows = "nothing";
  expect(await waiting).toBeUndefined();
  await store.close();
});

test("a call gets no failure of a handshake that began before it came", async () => {
  const pool = new Pool({ address: addressesOf(proxy)[0]!, limit: 1, onLost: () => undefined });
  proxy.swallows = "everything";
  // The second one's handshake begins when the first one's has failed, and outlives its caller.
  const lost = await Promise.allSettled([pool.take(), pool.take()]);
  expect(lost.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await delay(1_000);
  proxy.swallows = "nothing";
  expect(await pool.take()).toHaveProperty("threadId", expect.any(Number));
  await pool.end();
});
