import { createConnection, type RowDataPacket } from "mysql2/promise";
import { describe, expect, it } from "vitest";
import { findByAddress } from "../../../src/domain/accounts/find-user.ts";
import type { User } from "../../../src/domain/model.ts";
import { lookOf } from "../../../src/domain/accounts/usernames.ts";
import { diagnose } from "../../../src/store/engine/diagnose.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { createDatabase, stores } from "../../mariadb.ts";
import { run } from "./run-statement.ts";
import { aUser, MIGRATIONS, NOW } from "../samples.ts";

describe.each(stores)("migrate on $engine", ({ empty, use }) => {
  const test = use();

  it("brings an empty database to the schema, once", async () => {
    const { options, remove } = await empty();
    const store = await openStore(options);
    expect(await store.ready()).toBe(false);
    expect(await migrate(options)).toEqual(MIGRATIONS);
    expect(await store.ready()).toBe(true);
    expect(await migrate(options)).toEqual([]);
    await store.close();
    await remove();
  });

  it("repeats what was cut off before it was noted", async () => {
    await run(test.options, "delete from schema_migrations");
    expect(await test.store.ready()).toBe(false);
    await run(test.options, "drop table attempts");
    await run(
      test.options,
      `drop index clients_name${test.options.kind === "mysql" ? " on clients" : ""}`,
    );
    expect(await migrate(test.options)).toEqual(MIGRATIONS);
    expect(await test.store.ready()).toBe(true);
  });

  describe("of identifiers, from a version with one key for each spelling", () => {
    /** A user as that version has put it in. */
    async function older(email: string, given: Partial<User> = {}): Promise<string> {
      const user = aUser({ realm: "older", email, emailKey: email.toLowerCase(), ...given });
      expect(await test.store.users.insert(user)).toBeUndefined();
      await run(
        test.options,
        "update users set username_look = '', look_claim = null, key_rules = 0 where " +
          `id = '${user.id}'`,
      );
      return user.id;
    }
    const emailKeyOf = async (id: string): Promise<string | undefined> =>
      (await test.store.users.find(id))?.emailKey;

    it(
      "renews keys where no other process is in the way, once though two processes start " +
        "at once",
      async () => {
        const plain = await older("ada@one.example");
        const spelled = await older("ada@bücher.example");
        const [first, second] = [
          await older("victim@mａil.example"),
          await older("victim@maｉl.example"),
        ];
        const [latin, other] = [
          await older("bob@xn--bcher-kva.example"),
          await older("bob@bücher.example"),
        ];
        const gone = await older("eve@bücher.example", { state: "deleted", deletedAt: NOW });
        const none = await older("eve@10.0.0.1");
        const many: string[] = [];
        for (let index = 0; index < 410; index++) many.push(await older(`n${index}@büro.example`));
        await run(test.options, "delete from schema_migrations where name = '0006-identifiers'");
        // SQLite's second process would wait for the first, and here both are one.
        if (test.options.kind === "mysql")
          await Promise.all([migrate(test.options), migrate(test.options)]);
        else expect(await migrate(test.options)).toEqual(["0006-identifiers"]);

        expect(await emailKeyOf(plain)).toBe("ada@one.example");
        expect(await emailKeyOf(spelled)).toBe("ada@xn--bcher-kva.example");
        expect(await emailKeyOf(first)).toBe("victim@mail.example");
        expect(await emailKeyOf(second)).toBe("victim@maｉl.example");
        expect(await emailKeyOf(latin)).toBe("bob@xn--bcher-kva.example");
        expect(await emailKeyOf(other)).toBe("bob@bücher.example");
        expect(await emailKeyOf(gone)).toBe("eve@xn--bcher-kva.example");
        expect(await emailKeyOf(none)).toBe("eve@10.0.0.1");
        for (const [index, id] of many.entries())
          expect(await emailKeyOf(id)).toBe(`n${index}@xn--bro-hoa.example`);
        for (const id of [plain, spelled, second, none])
          expect(
            await test.store.users.findConflict("older", {
              look: lookOf((await test.store.users.find(id))!.username),
            }),
          ).toBe("look");
        expect((await findByAddress(test.store.users, "older", "victim@maｉl.example"))?.id).toBe(
          second,
        );
        expect((await findByAddress(test.store.users, "older", "Victim@MAIL.example"))?.id).toBe(
          first,
        );
        expect((await findByAddress(test.store.users, "older", "bob@bücher.example"))?.id).toBe(
          other,
        );

        const { keptKeys: kept } = await diagnose(test.options, () => NOW);
        expect(kept.map(({ id, otherId }) => [id, otherId]).sort()).toEqual(
          [
            [second, first],
            [other, latin],
            [none, undefined],
          ].sort(),
        );
        // Once the other is gone, the next housekeeping gives the key.
        await test.store.users.delete(latin, NOW);
        await test.store.renewKeys();
        expect(await emailKeyOf(other)).toBe("bob@xn--bcher-kva.example");
      },
    );
  });

  it("leaves the migrations of a newer program alone", async () => {
    await run(test.options, "insert into schema_migrations (name) values ('9999-future')");
    expect(await migrate(test.options)).toEqual([]);
    expect(await test.store.ready()).toBe(true);
  });
});

describe("the schema on mysql", () => {
  it("compares every text byte by byte, and trailing spaces too", async () => {
    const url = await createDatabase();
    await migrate({ kind: "mysql", url });
    const connection = await createConnection(url);
    const [rows] = await connection.query<RowDataPacket[]>(
      "select distinct collation_name as name from information_schema.columns where " +
        "table_schema = database() and collation_name is not null",
    );
    expect(rows).toEqual([{ name: expect.stringMatching(/^utf8mb4_(nopad|0900)_bin$/) }]);
    await connection.query("drop database if exists ??", [connection.config.database]);
    await connection.end();
  });
});
