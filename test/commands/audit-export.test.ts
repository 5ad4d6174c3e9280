// `latchkey audit export`, and the reading behind it.
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { everyEvent } from "../../src/domain/administration/audit-trail.ts";
import type { AuditStore } from "../../src/domain/store.ts";
import { openStore } from "../../src/store/engine/create-store.ts";
import { newFolder } from "../mariadb-server.ts";
import { stores } from "../mariadb.ts";
import { run } from "../process/latchkey.ts";
import { anEvent, aUser, NOW } from "../store/samples.ts";

describe.each(stores)("reading on $engine", ({ use }) => {
  const used = use();

  test("every event comes once, the newest first, in parts of bounded size", async () => {
    const events = Array.from({ length: 1_203 }, (_, index) =>
      anEvent({ type: index % 2 === 0 ? "user.sign_in" : "user.lock", userId: `u${index % 3}` }),
    );
    await used.store.transaction(async (tx) => {
      for (const event of events) await tx.audit.append(event);
    });
    const limits: number[] = [];
    const audit: AuditStore = {
      ...used.store.audit,
      search: (filter, page) => {
        limits.push(page.limit);
        return used.store.audit.search(filter, page);
      },
    };
    const read = async (search = {}) => {
      const ids: string[] = [];
      for await (const { id } of everyEvent({ audit }, search)) ids.push(id);
      return ids;
    };
    const newest = events.toReversed();
    expect(await read()).toEqual(newest.map(({ id }) => id));
    expect(limits).toEqual([500, 500, 500]);
    const wanted = newest.filter(({ type, userId }) => type === "user.lock" && userId === "u1");
    expect(wanted.length).toBeGreaterThan(100);
    expect(await read({ type: "user.lock", userId: "u1" })).toEqual(wanted.map(({ id }) => id));
  });
});

describe("the command", () => {
  let folder: string;
  const email = "ada@example.com";
  const ada = aUser({ realm: "default", username: "ada", email, emailKey: email });
  const events = [
    anEvent({ userId: ada.id, type: "user.create", actor: "operator" }),
    anEvent({ userId: ada.id, succeeded: false, details: { reason: "password" } }),
    anEvent({ userId: "purged-1", clientId: "gone-1" }),
  ];
  beforeAll(async () => {
    folder = await newFolder();
    await run(["migrate"], { DATA_DIR: folder });
    const store = await openStore({ kind: "sqlite", file: `${folder}/latchkey.db` });
    await store.users.insert(ada);
    for (const event of events) await store.audit.append(event);
    await store.close();
  });
  afterAll(() => rm(folder, { recursive: true }));
  const exported = async (...words: string[]) => {
    const ended = await run(["audit", "export", ...words], { DATA_DIR: folder });
    const lines = ended.stdout.split("\n").filter((line) => line !== "");
    return {
      ...ended,
      ids: lines.map((line) => (JSON.parse(line) as { readonly id: string }).id),
      lines,
    };
  };
  const ids = (...wanted: readonly number[]) => wanted.map((index) => events[index]!.id);

  test("prints lines of JSON, the newest first", async () => {
    const all = await exported();
    expect([all.code, all.stderr, all.ids]).toEqual([0, "", ids(2, 1, 0)]);
    expect(JSON.parse(all.lines[1]!)).toEqual({
      id: events[1]!.id,
      at: new Date(NOW).toISOString(),
      type: "user.sign_in",
      succeeded: false,
      actor: "anonymous",
      user_id: ada.id,
      address: "192.0.2.1",
      details: { reason: "password" },
    });
  });

  test("filters by user, client, type and time", async () => {
    expect((await exported("--user", "ada")).ids).toEqual(ids(1, 0));
    expect((await exported("--user", "Ada@Example.com", "--type", "user.create")).ids).toEqual(
      ids(0),
    );
    expect((await exported("--user", "purged-1")).ids).toEqual(ids(2));
    expect((await exported("--client", "gone-1")).ids).toEqual(ids(2));
    expect((await exported("--actor", "operator")).ids).toEqual(ids(0));
    expect((await exported("--actor", "user:nothing")).ids).toEqual([]);
    expect((await exported("--failed")).ids).toEqual(ids(1));
    expect((await exported("--failed", "--actor", "operator")).ids).toEqual([]);
    expect((await exported("--since", "24h")).ids).toHaveLength(3);
    expect((await exported("--since", "2099-01-01")).ids).toEqual([]);
    expect((await exported("--until", "2001-01-01T00:00:00Z")).ids).toEqual([]);
    expect((await exported("--until", "0s", "--type", "user.create")).ids).toEqual(ids(0));
  });

  test("says what is wrong", async () => {
    const [user, client, type, time] = await Promise.all([
      exported("--user", "nothing"),
      exported("--client", "nothing"),
      exported("--type", "user.fly"),
      exported("--since", "yesterday"),
    ]);
    expect([user.code, user.stderr]).toEqual([1, "There is no such user.\n"]);
    expect([client.code, client.stderr]).toEqual([1, "There is no such client.\n"]);
    expect([type.code, type.stderr]).toEqual([2, expect.stringContaining("user.sign_in, ")]);
    expect([time.code, time.stderr]).toEqual([2, expect.stringContaining("It is a moment")]);
  });
});
