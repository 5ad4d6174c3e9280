// Pushed authorization requests: each is used once, and found by its hash.
import { describe, expect, test } from "vitest";
import type { UnknownRow } from "kysely";
import { connect } from "../../../src/store/engine/connect.ts";
import { pushedRequests } from "../../../src/store/tables/tokens/pushed-requests.ts";
import { stores } from "../../mariadb.ts";
import { explaining, indexesOf } from "../../store/explaining.ts";

const NOW = 1_800_000_000_000;

describe.each(stores)("pushed requests on $engine", ({ engine, use }) => {
  const kept = use();
  const stored = () => kept.store.pushedRequests;
  const request = (hash: string) => ({
    hash,
    clientId: "client",
    pairs: [
      ["client_id", "client"],
      ["resource", "https://one.example"],
      ["resource", "https://two.example"],
    ] as const,
    createdAt: NOW,
    expiresAt: NOW + 60_000,
  });

  test("come back as they were pushed", async () => {
    await stored().insert(request("a"));
    expect(await stored().find("a")).toEqual({ ...request("a"), usedAt: undefined });
    expect(await stored().find("b")).toBeUndefined();
  });

  test("are used by one of 20 at the same time", async () => {
    await stored().insert(request("once"));
    const uses = await Promise.all(Array.from({ length: 20 }, () => stored().use("once", NOW + 1)));
    expect(uses.filter(Boolean)).toHaveLength(1);
    expect((await stored().find("once"))?.usedAt).toBe(NOW + 1);
  });

  test("are given back only by the one who used them", async () => {
    await stored().insert(request("back"));
    await stored().use("back", NOW + 1);
    await stored().giveBack("back", NOW + 2);
    expect(await stored().use("back", NOW + 3)).toBe(false);
    await stored().giveBack("back", NOW + 1);
    expect(await stored().use("back", NOW + 3)).toBe(true);
  });

  test("are removed a day after they could begin", async () => {
    await stored().insert(request("old"));
    await kept.store.purgeExpired(NOW + 60_000 + 86_400_000 - 1, 100);
    expect(await stored().find("old")).toBeDefined();
    await kept.store.purgeExpired(NOW + 60_000 + 86_400_000, 100);
    expect(await stored().find("old")).toBeUndefined();
  });

  test("are found by the primary key", async () => {
    const { db } = connect(kept.options, "impatient");
    const plan: UnknownRow[] = [];
    try {
      await stored().insert(request("explained"));
      await pushedRequests(db.withPlugin(explaining(engine, plan)))
        .find("explained")
        .catch(() => undefined);
      const primary = engine === "sqlite" ? "sqlite_autoindex_pushed_requests_1" : "PRIMARY";
      expect(indexesOf(engine, plan)).toEqual([primary]);
    } finally {
      await db.destroy();
    }
  });
});
