// The list of clients: what it finds, in which order, and by which index.
import type { KyselyPlugin, UnknownRow } from "kysely";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "../../../src/domain/model.ts";
import type { ClientFilter, ClientOrder, ClientPlace } from "../../../src/domain/oauth/store.ts";
import { connect } from "../../../src/store/engine/connect.ts";
import type { Database } from "../../../src/store/engine/database.ts";
import { fromClient } from "../../../src/store/tables/clients/client-row.ts";
import { clients } from "../../../src/store/tables/clients/clients.ts";
import { stores } from "../../mariadb.ts";
import { aClient, id, NOW } from "../samples.ts";

const orderedBy = (by: ClientOrder["by"], isDescending = false): ClientOrder => ({
  by,
  isDescending,
});

describe.each(stores)("the list of clients on $engine", ({ use, engine }) => {
  const test = use();
  const owner = id();
  const made: readonly Client[] = [
    aClient({ name: "Reading Room", ownerId: owner, createdAt: NOW + 3, apis: ["senler"] }),
    aClient({ name: "reading", public: true, createdAt: NOW + 1 }),
    aClient({ name: "Reading Room", verifiedAt: NOW, createdAt: NOW + 1 }),
    aClient({ name: "Поиск Книг", disabledAt: NOW, disableReason: "spam", createdAt: NOW + 2 }),
    aClient({ name: "100%_", ownerId: owner, public: true, createdAt: NOW, apis: ["zimoxy"] }),
  ];
  beforeAll(async () => {
    for (const client of made) await test.store.clients.insert(client, undefined);
  });

  /** The positions of the found clients in `made`, read two at a time. */
  async function found(filter: ClientFilter, order = orderedBy("createdAt")): Promise<number[]> {
    const all: Client[] = [];
    for (let after: ClientPlace | undefined; ;) {
      const part = await test.store.clients.select(filter, order, { after, limit: 2 });
      all.push(...part);
      const last = part.at(-1);
      if (part.length < 2 || last === undefined) break;
      after = [last[order.by], last.id];
    }
    expect(await test.store.clients.count(filter)).toBe(all.length);
    return all.map((client) => made.findIndex((each) => each.id === client.id));
  }

  it.each<[ClientFilter, number[]]>([
    [{}, [4, 1, 2, 3, 0]],
    [{ ownerId: owner }, [4, 0]],
    [{ isDisabled: true }, [3]],
    [{ isDisabled: false }, [4, 1, 2, 0]],
    [{ isVerified: true }, [2]],
    [{ isVerified: false }, [4, 1, 3, 0]],
    [{ isPublic: true }, [4, 1]],
    [{ isPublic: false }, [2, 3, 0]],
    [{ api: "senler" }, [0]],
    [{ api: "sen" }, []],
    [{ text: "READ" }, [1, 2, 0]],
    [{ text: "room" }, [2, 0]],
    [{ text: "%" }, [4]],
    [{ text: "g_r" }, []],
    [{ text: "поиск" }, [3]],
    [{ text: "ПОИСК КНИГ" }, [3]],
    [{ text: made[1]!.id }, [1]],
    [{ text: "read", isPublic: false, isVerified: false, ownerId: owner, api: "senler" }, [0]],
    [{ text: "nothing" }, []],
  ])("finds by %o", async (filter, expected) => {
    expect(await found(filter)).toEqual(expected);
  });

  it.each<[ClientOrder, number[]]>([
    [orderedBy("createdAt", true), [0, 3, 2, 1, 4]],
    [orderedBy("name"), [4, 0, 2, 1, 3]],
    [orderedBy("name", true), [3, 1, 2, 0, 4]],
    [orderedBy("id"), [0, 1, 2, 3, 4]],
    [orderedBy("id", true), [4, 3, 2, 1, 0]],
  ])("is ordered by %o", async (order, expected) => {
    expect(await found({}, order)).toEqual(expected);
  });

  it("verifies and switches off once, and keeps both until they end", async () => {
    const client = aClient();
    const { store } = test;
    await store.clients.insert(client, undefined);
    expect(await store.clients.setVerified(client.id, NOW + 1, NOW + 1, NOW + 5)).toBe(false);
    expect(await store.clients.setVerified(client.id, NOW + 1, NOW + 1, NOW)).toBe(true);
    expect(await store.clients.setVerified(client.id, NOW + 2, NOW + 2)).toBe(false);
    const disabled = { at: NOW + 3, reason: "spam" };
    expect(await store.clients.setDisabled(client.id, disabled, NOW + 3)).toBe(true);
    expect(await store.clients.setDisabled(client.id, disabled, NOW + 4)).toBe(false);
    const both = {
      verifiedAt: NOW + 1,
      disabledAt: NOW + 3,
      disableReason: "spam",
      updatedAt: NOW + 3,
    };
    expect(await store.clients.find(client.id)).toMatchObject(both);
    expect((await store.clients.findWithSecrets(client.id))?.client).toMatchObject(both);
    expect(await store.clients.setVerified(client.id, undefined, NOW + 5)).toBe(true);
    expect(await store.clients.setVerified(client.id, undefined, NOW + 6)).toBe(false);
    expect(await store.clients.setDisabled(client.id, undefined, NOW + 7)).toBe(true);
    expect(await store.clients.setDisabled(client.id, undefined, NOW + 8)).toBe(false);
    expect(await store.clients.find(client.id)).toEqual({ ...client, updatedAt: NOW + 7 });
    expect(await store.clients.setVerified(id(), NOW, NOW)).toBe(false);
    expect(await store.clients.delete(client.id)).toBe(true);
  });

  it("ends the verification with a change that no administrator has seen", async () => {
    const { store } = test;
    const verified = (): Client => aClient({ verifiedAt: NOW });
    const [renamed, pinned, kept] = [verified(), verified(), verified()];
    for (const client of [renamed, pinned, kept]) await store.clients.insert(client, undefined);
    await store.clients.update(renamed.id, { name: "x", endsVerification: true }, NOW + 1);
    await store.clients.pinRedirectUri(pinned, "https://other.example/callback", NOW + 1);
    await store.clients.update(kept.id, { name: "x", endsVerification: false }, NOW + 1);
    const times = [renamed, pinned, kept].map(
      async ({ id: each }) => (await store.clients.find(each))?.verifiedAt,
    );
    expect(await Promise.all(times)).toEqual([undefined, undefined, NOW]);
    for (const client of [renamed, pinned, kept]) await store.clients.delete(client.id);
  });

  describe("takes an index, with many rows,", () => {
    const plan: UnknownRow[] = [];
    /** Asks how a query would be done instead of doing it. */
    const explaining: KyselyPlugin = {
      transformQuery: ({ node }) => ({
        ...node,
        ...(node.kind === "SelectQueryNode" && {
          explain: {
            kind: "ExplainNode",
            format: undefined,
            options: engine === "sqlite" ? sql`query plan`.toOperationNode() : undefined,
          },
        }),
      }),
      transformResult: async ({ result }) => (
        plan.splice(0, plan.length, ...result.rows),
        { ...result, rows: [] }
      ),
    };
    let db: Database;
    beforeAll(async () => {
      db = connect(test.options, "impatient").db;
      for (let many = 0; many < 20; many++) {
        const rows = Array.from({ length: 100 }, (_, index) =>
          fromClient(
            aClient({
              name: `${many} ${index}`,
              ownerId: `owner ${index}`,
              createdAt: NOW + many * 100 + index,
              public: index % 2 === 0,
            }),
          ),
        );
        await db.insertInto("clients").values(rows).execute();
      }
      const table = engine === "sqlite" ? "clients" : "table clients";
      await sql`analyze ${sql.raw(table)}`.execute(db);
    });
    afterAll(() => db.destroy());

    it.each<[string, ClientFilter, ClientOrder]>([
      ["clients_created_listed", {}, orderedBy("createdAt", true)],
      ["clients_created_listed", { isDisabled: true }, orderedBy("createdAt", true)],
      ["clients_created_listed", { text: "x", isPublic: true }, orderedBy("createdAt")],
      ["clients_name", {}, orderedBy("name")],
      ["clients_name", { text: "x", isVerified: false }, orderedBy("name", true)],
      ["clients_owner", { ownerId: "owner 7" }, orderedBy("createdAt", true)],
    ])("%s for %o by %o", async (name, filter, order) => {
      const list = clients(db.withPlugin(explaining));
      const places = [undefined, [order.by === "name" ? "5" : NOW, "x"] as const];
      for (const after of places) {
        await list.select(filter, order, { after, limit: 20 });
        expect(JSON.stringify(plan)).toContain(name);
      }
    });
  });
});
