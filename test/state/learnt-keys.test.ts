// A key that was only seen in an answer of the predecessor's, and its line in the owner's export.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashToken } from "../../src/domain/security/tokens.ts";
import type { Store } from "../../src/domain/store.ts";
import { openStore } from "../../src/store/engine/create-store.ts";
import { newFolder } from "../mariadb-server.ts";
import { type Installation, install, runWarm } from "../process/latchkey.ts";
import { aClient } from "../store/samples.ts";
import { jsonl } from "./lines.ts";

const TOKEN = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const CLIENT = "66d9cba9c6e3b379e659e9a2";
const SEEN_AT = 1_700_000_000_000;

describe.each(["sqlite", "mysql"] as const)("a learnt key on %s", (engine) => {
  let installation: Installation;
  let store: Store;
  let folder: string;
  beforeAll(async () => {
    folder = await newFolder();
    installation = await install(engine);
    await runWarm(["migrate"], installation.environment);
    const { DATABASE_URL: url, DATA_DIR } = installation.environment;
    store = await openStore(
      url === undefined
        ? { kind: "sqlite", file: join(DATA_DIR!, "latchkey.db") }
        : { kind: "mysql", url },
    );
    await store.clients.insert(aClient({ id: CLIENT, apis: ["senler"] }), undefined);
    await learn(TOKEN);
  });
  afterAll(async () => {
    await store.close();
    await installation.remove();
  });

  /** Stores the key as it is learnt from an answer. */
  async function learn(token: string): Promise<void> {
    const hash = hashToken(token);
    const at = SEEN_AT;
    await store.tokens.insertAccess({
      hash,
      clientId: CLIENT,
      epoch: 0,
      api: "senler",
      scopes: [],
      groupId: 0n,
      createdAt: at,
      lastUsedAt: at,
    });
    await store.origins.insert([
      { kind: "access_key", ref: hash, source: "learned:senler", at, mark: "" },
    ]);
  }

  async function importing(...lines: readonly object[]) {
    const file = join(folder, "state.jsonl");
    await writeFile(file, jsonl(lines));
    const { code, stdout } = await runWarm(["import", file], installation.environment);
    const { imported, unchanged, invalid } = JSON.parse(stdout) as Record<string, unknown>;
    return { code, imported, unchanged, invalid };
  }

  test("gets its user and its community by the line, once", async () => {
    const key = { kind: "access_key", token: TOKEN, user: "ada@example.com", client_id: CLIENT };
    const lines = [
      { kind: "user", username: "ада", email: "ada@example.com" },
      { kind: "group", id: "342173", name: "Котики", owner: "ada@example.com" },
      { ...key, group_id: "342173" },
    ];
    const first = await importing(...lines);
    expect(first).toEqual({
      code: 0,
      imported: { user: 1, group: 1, access_key: 1 },
      unchanged: 0,
      invalid: 0,
    });
    const user = (await store.users.findByEmail("default", "ada@example.com"))!;
    const found = await store.tokens.findAccess(hashToken(TOKEN));
    expect(found?.token).toMatchObject({ userId: user.id, groupId: 342_173n, lastUsedAt: SEEN_AT });
    expect(await store.grants.find(found!.token.grantId!)).toMatchObject({ userId: user.id });
    expect(await importing(...lines)).toEqual({ code: 0, imported: {}, unchanged: 3, invalid: 0 });
    // It has a user now, so a line of another one is refused.
    const other = [{ kind: "user", username: "lin", email: "lin@example.com" }];
    const refused = await importing(...other, { ...key, user: "lin", group_id: "342173" });
    expect(refused).toMatchObject({ code: 1, imported: { user: 1 }, invalid: 1 });
  });

  test("stays as it is when the line names another application", async () => {
    const token = `${TOKEN}2`;
    await learn(token);
    await store.clients.insert(aClient({ id: "another-application", apis: ["senler"] }), undefined);
    const line = { kind: "access_key", token, user: "ada@example.com" };
    const refused = await importing({ ...line, client_id: "another-application" });
    expect(refused).toMatchObject({ code: 1, imported: {}, invalid: 1 });
    expect((await store.tokens.findAccess(hashToken(token)))?.token.userId).toBeUndefined();
  });
});
