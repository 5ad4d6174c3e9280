// Clients that registered themselves go when their access stays unused.
import type { UnknownRow } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../../src/store/engine/connect.ts";
import type { Database } from "../../../src/store/engine/database.ts";
import { expiredClients } from "../../../src/store/tables/clients/unused-clients.ts";
import { stores } from "../../mariadb.ts";
import { run } from "../engine/run-statement.ts";
import { explaining, indexesOf, isSorted } from "../explaining.ts";
import { aClient, aGrant, aSecret, id, NOW, parallel } from "../samples.ts";

const DAY = 86_400_000;
const unused = { now: NOW, usedBefore: NOW - 30 * DAY };

describe.each(stores)("unused clients on $engine", ({ use, engine }) => {
  const test = use();
  let db: Database;

  beforeAll(async () => {
    db = connect(test.options, "impatient").db;
    for (let index = 0; index < 300; index++) await test.store.clients.insert(aClient(), undefined);
  });
  afterAll(() => db.destroy());

  const aRegistered = (expiresAt: number) =>
    aClient({ public: true, registration: { tokenHash: id(), expiresAt } });

  it("keep their registration", async () => {
    const client = aRegistered(NOW + 1);
    await test.store.clients.insert(client, undefined);
    expect(await test.store.clients.find(client.id)).toEqual(client);
    expect(await test.store.clients.purgeUnused(unused, 10)).toBe(0);
    await test.store.clients.delete(client.id);
  });

  it("go with everything that is theirs, others stay, and each goes once", async () => {
    const { clients, grants, origins } = test.store;
    const gone = [aRegistered(NOW), aRegistered(NOW - DAY), aRegistered(NOW - 2 * DAY)];
    const [used, registered, another] = [aRegistered(NOW), aRegistered(NOW + 1), aClient()];
    for (const client of [...gone, used, registered, another])
      await clients.insert(client, client.public ? undefined : aSecret({ clientId: client.id }));
    const old = aGrant({ clientId: gone[0]!.id, lastUsedAt: NOW - 30 * DAY });
    await grants.agree(old);
    await grants.agree(aGrant({ clientId: used.id, lastUsedAt: NOW - 30 * DAY + 1 }));
    const from = { kind: "client", source: "import:batch", at: NOW, mark: "" } as const;
    await origins.insert([gone[0]!, another].map(({ id: ref }) => ({ ...from, ref })));
    const counts = await parallel(5, () => clients.purgeUnused(unused, 2));
    let rest = 0;
    while ((await clients.purgeUnused(unused, 2)) > 0) rest++;
    expect(counts.reduce((sum, count) => sum + count, 0) + rest).toBeGreaterThanOrEqual(3);
    for (const { id: clientId } of gone) expect(await clients.find(clientId)).toBeUndefined();
    expect(await grants.find(old.id)).toBeUndefined();
    expect(await origins.find("client", gone[0]!.id)).toBeUndefined();
    expect(await origins.find("client", another.id)).toBeDefined();
    for (const { id: clientId } of [used, registered, another])
      expect((await clients.find(clientId))?.id).toBe(clientId);
    // A used one is looked at again a day later.
    expect((await clients.find(used.id))?.registration?.expiresAt).toBe(NOW + DAY);
    const later = { now: NOW + DAY, usedBefore: NOW - 29 * DAY };
    expect(await clients.purgeUnused(later, 10)).toBe(2);
    expect(await clients.find(used.id)).toBeUndefined();
  });

  it("wait a day when they can't be removed, and others go meanwhile", async () => {
    const { clients } = test.store;
    const [kept, gone] = [aRegistered(NOW - 3 * DAY), aRegistered(NOW - 2 * DAY)];
    for (const client of [kept, gone]) await clients.insert(client, undefined);
    const refusal =
      engine === "mysql"
        ? `for each row if old.id = '${kept.id}' then signal sqlstate '45000'; end if`
        : `when old.id = '${kept.id}' begin select raise(abort, 'no'); end`;
    await run(test.options, `create trigger refusal before delete on clients ${refusal}`);
    await expect(clients.purgeUnused(unused, 10)).rejects.toThrow();
    expect(await clients.find(gone.id)).toBeUndefined();
    expect((await clients.find(kept.id))?.registration?.expiresAt).toBe(NOW + DAY);
    await run(test.options, "drop trigger refusal");
    expect(await clients.purgeUnused({ ...unused, now: NOW + DAY }, 10)).toBe(1);
    expect(await clients.find(kept.id)).toBeUndefined();
  });

  it("describe themselves: they stay while a user agrees or an administrator decided", async () => {
    const { clients, grants } = test.store;
    const made = async () => {
      const client = aClient({ id: `https://${id()}.example/client.json`, public: true });
      await clients.insert(client, undefined, NOW);
      return client.id;
    };
    const [gone, agreed, verified, disabled] = [
      await made(),
      await made(),
      await made(),
      await made(),
    ];
    const grant = aGrant({ clientId: agreed, lastUsedAt: NOW - 300 * DAY });
    await grants.agree(grant);
    await clients.setVerified(verified, NOW, NOW);
    await clients.setDisabled(disabled, { at: NOW, reason: "abuse" }, NOW);
    expect(await clients.purgeUnused({ ...unused, now: NOW - 1 }, 10)).toBe(0);
    expect(await clients.purgeUnused(unused, 10)).toBe(1);
    const stays = async (): Promise<boolean[]> =>
      Promise.all(
        [gone, agreed, verified, disabled].map(
          async (each) => (await clients.find(each)) !== undefined,
        ),
      );
    expect(await stays()).toEqual([false, true, true, true]);
    // The user withdraws, the administrators take back what they said.
    await grants.delete(grant.id);
    await clients.setVerified(verified, undefined, NOW);
    await clients.setDisabled(disabled, undefined, NOW);
    expect(await clients.purgeUnused(unused, 10)).toBe(0);
    expect(await clients.purgeUnused({ now: NOW + DAY, usedBefore: NOW - 29 * DAY }, 10)).toBe(3);
    expect(await stays()).toEqual([false, false, false, false]);
  });

  it("are found by an index", async () => {
    const plan: UnknownRow[] = [];
    await expiredClients(db.withPlugin(explaining(engine, plan)), NOW, 10).execute();
    expect(indexesOf(engine, plan)).toEqual(["clients_expiry"]);
    expect(isSorted(plan)).toBe(true);
  });
});
