// What a sharded database would place tokens and audit events by is in every row that is inserted.
import { DatabaseSync } from "node:sqlite";
import { createConnection } from "mysql2/promise";
import { expect, describe, it } from "vitest";
import type { StateRows } from "../../../src/domain/state/store.ts";
import type { StoreOptions } from "../../../src/store/engine/connect.ts";
import { stores } from "../../mariadb.ts";
import { aCode, anAccessToken, anEvent, aRefreshToken, NOW, parallel } from "../samples.ts";

const NO_ROWS: StateRows = {
  clients: [],
  groups: [],
  members: [],
  consents: [],
  accessTokens: [],
  completedKeys: [],
  refreshTokens: [],
  sessions: [],
  devices: [],
  resources: [],
  sessionClients: [],
  developers: [],
};

type Row = Readonly<Record<"id" | "user_id" | "shard_key", string | null>>;

/** Returns all rows of a table, which must be so many. */
async function rowsOf(options: StoreOptions, table: string, count: number): Promise<Row[]> {
  const id = table === "access_tokens" ? "hash" : "id";
  const query = `select ${id} as id, user_id, shard_key from ${table}`;
  let rows: Row[];
  if (options.kind === "sqlite") {
    const database = new DatabaseSync(options.file);
    rows = database.prepare(query).all() as unknown as Row[];
    database.close();
  } else {
    const connection = await createConnection(options.url);
    [rows] = (await connection.query(query)) as unknown as [Row[]];
    connection.destroy();
  }
  expect(rows.length).toBe(count);
  return rows;
}

const expectPlaced = (rows: readonly Row[]): void =>
  expect(rows.filter((row) => row.shard_key !== (row.user_id ?? row.id))).toEqual([]);

/** A token of a client that acts for itself. */
const ofClient = () =>
  anAccessToken({ userId: undefined, grantId: undefined, familyId: undefined });

describe.each(stores)("rows without a user of their own on $engine", ({ use }) => {
  const test = use();

  it("access tokens are placed by their user, or by themselves, however they come", async () => {
    const { codes, tokens, state, transaction } = test.store;
    const [code, refresh] = [aCode(), aRefreshToken()];
    await codes.insert(code);
    await tokens.insertRefresh(refresh);
    // Alone, with others, in a transaction, in place of a code and of a token, and by an import.
    await tokens.insertAccess(anAccessToken());
    await tokens.insertAccess(ofClient());
    await parallel(20, (index) => tokens.insertAccess(index % 2 ? anAccessToken() : ofClient()));
    await transaction(async (inside) => inside.tokens.insertAccess(ofClient()));
    expect(await codes.redeem(code.hash, NOW, { access: anAccessToken() })).toBe(true);
    expect(await tokens.rotateRefresh(refresh.hash, NOW, { access: anAccessToken() })).toBe(true);
    const completed = ofClient();
    await tokens.insertAccess(completed);
    await state.insert({
      ...NO_ROWS,
      accessTokens: [anAccessToken(), ofClient(), anAccessToken({ hash: completed.hash })],
      completedKeys: [completed.hash],
    });
    expectPlaced(await rowsOf(test.options, "access_tokens", 28));
  });

  it("audit events are placed by their user, or by themselves", async () => {
    const { audit, transaction } = test.store;
    await audit.append(anEvent());
    await parallel(20, (index) => audit.append(anEvent(index % 2 ? { userId: "ada" } : {})));
    await transaction(async (inside) => inside.audit.append(anEvent({ clientId: "client" })));
    expectPlaced(await rowsOf(test.options, "audit_events", 22));
  });
});
