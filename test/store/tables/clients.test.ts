import { describe, expect, it } from "vitest";
import { stores } from "../../mariadb.ts";
import {
  aClient,
  aCode,
  aGrant,
  anAccessToken,
  aRefreshToken,
  aSecret,
  id,
  NOW,
  parallel,
} from "../samples.ts";

describe.each(stores)("clients on $engine", ({ use }) => {
  const test = use();

  it("give back what was put in", async () => {
    const redirectUris = Array.from(
      { length: 20 },
      (_, index) => `https://app.example.org/${"ü".repeat(1_000)}/${index}?a="b"`,
    );
    const owned = aClient({
      ownerId: id(),
      public: true,
      grantTypes: [],
      scopes: ["a", "b c"],
      redirectUris,
      apis: [],
    });
    const plain = aClient();
    const secret = aSecret({ clientId: plain.id, expiresAt: NOW + 5 });
    await test.store.clients.insert(owned, undefined);
    await test.store.clients.insert(plain, secret);
    expect(await test.store.clients.find(owned.id)).toEqual(owned);
    expect(await test.store.clients.find(plain.id)).toEqual(plain);
    expect(await test.store.clients.secrets(owned.id, NOW)).toEqual([]);
    expect(await test.store.clients.secrets(plain.id, NOW)).toEqual([secret]);
    expect(await test.store.clients.secrets(plain.id, NOW + 5)).toEqual([]);
    expect(await test.store.clients.find(plain.id.toUpperCase())).toBeUndefined();
  });

  it("are found with their secrets, together as one by one", async () => {
    const [plain, open] = [aClient(), aClient({ public: true })];
    const secret = aSecret({ clientId: plain.id, expiresAt: NOW + 5 });
    await test.store.clients.insert(plain, secret);
    await test.store.clients.insert(open, undefined);
    await test.store.clients.rotateSecret(
      plain.id,
      (version) => aSecret({ clientId: plain.id, version, hash: `${secret.hash}+` }),
      NOW + 3,
    );
    const both = [
      { hash: secret.hash, expiresAt: NOW + 3, version: secret.version },
      { hash: `${secret.hash}+`, expiresAt: undefined, version: plain.secretVersion + 1 },
    ];
    const find = (clientId: string) => test.store.clients.findWithSecrets(clientId);
    const ids = [plain.id, open.id, id(), plain.id];
    const together = await Promise.all(ids.map(find));
    expect(together).toEqual([
      {
        client: await test.store.clients.find(plain.id),
        secrets: expect.arrayContaining(both),
      },
      { client: await test.store.clients.find(open.id), secrets: [] },
      undefined,
      together[0],
    ]);
    expect(together[0]?.secrets).toHaveLength(2);
    for (const [index, each] of ids.entries()) expect(await find(each)).toEqual(together[index]);
  });

  it("are found by the origins of public ones and of lists, while they have them", async () => {
    const { clients } = test.store;
    const [uri, listed] = [`https://${id()}.example`, `https://${id()}.example`];
    const has = async (origin: string) => clients.hasOrigin([origin, "http://nothing"]);
    const open = aClient({ public: true, redirectUris: [`${uri}/cb`, "com.example.app:/cb"] });
    await clients.insert(open, undefined);
    await clients.insert(aClient({ redirectUris: [`${listed}/cb`] }), undefined);
    expect([await has(uri), await has(listed), await has(`${uri} `)]).toEqual([true, false, false]);
    await clients.update(open.id, { allowedOrigins: [listed] }, NOW, open);
    expect((await clients.find(open.id))?.allowedOrigins).toEqual([listed]);
    expect([await has(uri), await has(listed)]).toEqual([true, true]);
    await clients.update(open.id, { redirectUris: [] }, NOW);
    expect([await has(uri), await has(listed)]).toEqual([false, true]);
    await clients.update(open.id, { name: "Another name" }, NOW);
    expect(await has(listed)).toBe(true);
    await clients.delete(open.id);
    expect(await has(listed)).toBe(false);
  });

  it("are put in once", async () => {
    const client = aClient();
    const answers = await parallel(10, () =>
      test.store.clients.insert(client, aSecret({ clientId: client.id })),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await test.store.clients.secrets(client.id, NOW)).toHaveLength(1);
  });

  it("are found by a secret that works", async () => {
    const client = aClient();
    const secret = aSecret({ clientId: client.id, expiresAt: NOW + 5 });
    await test.store.clients.insert(client, secret);
    expect(await test.store.clients.findBySecret(secret.hash, NOW)).toEqual(client);
    expect(await test.store.clients.findBySecret(secret.hash, NOW + 5)).toBeUndefined();
    expect(await test.store.clients.findBySecret(`${secret.hash} `, NOW)).toBeUndefined();
    const lasting = await test.store.clients.rotateSecret(
      client.id,
      (version) => aSecret({ clientId: client.id, version }),
      NOW,
    );
    expect((await test.store.clients.findBySecret(lasting?.hash ?? "", NOW + 9))?.id).toBe(
      client.id,
    );
  });

  it("gain one redirect URI of 20 that are pinned at once", async () => {
    const client = aClient({ redirectUris: [] });
    await test.store.clients.insert(client, undefined);
    const uris = Array.from({ length: 20 }, (_, index) => `https://app.example.org/${index}`);
    const answers = await parallel(20, (index) =>
      test.store.clients.pinRedirectUri(client, uris[index] ?? "", NOW + 1),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
    const redirectUris = [uris[answers.indexOf(true)]];
    expect(await test.store.clients.find(client.id)).toEqual({
      ...client,
      redirectUris,
      updatedAt: NOW + 1,
    });
  });

  it("are put in with their secret or not at all", async () => {
    const client = aClient();
    const taken = aSecret();
    await test.store.clients.insert(aClient({ id: taken.clientId }), taken);
    await expect(test.store.clients.insert(client, taken)).rejects.toThrow();
    expect(await test.store.clients.find(client.id)).toBeUndefined();
  });

  it("are listed by id, of one owner or all", async () => {
    const ownerId = id();
    for (const name of ["c", "a", "b"])
      await test.store.clients.insert(aClient({ id: `!${name}`, ownerId }), undefined);
    await test.store.clients.insert(aClient({ id: "!d" }), undefined);
    const list = async (owner: string | undefined, after?: string) =>
      (await test.store.clients.list(owner, { after, limit: 2 })).map((client) => client.id);
    expect(await list(ownerId)).toEqual(["!a", "!b"]);
    expect(await list(ownerId, "!b")).toEqual(["!c"]);
    expect(await list(undefined, "!b")).toEqual(["!c", "!d"]);
    expect(await list(id())).toEqual([]);
  });

  it("change only what is asked", async () => {
    const client = aClient();
    await test.store.clients.insert(client, undefined);
    expect(await test.store.clients.update(client.id, { name: "New", scopes: [] }, NOW + 1)).toBe(
      true,
    );
    expect(await test.store.clients.find(client.id)).toEqual({
      ...client,
      name: "New",
      scopes: [],
      updatedAt: NOW + 1,
    });
    const change = { grantTypes: ["x"], redirectUris: ["y"], apis: ["z"] };
    expect(await test.store.clients.update(client.id, change, NOW + 2)).toBe(true);
    expect(await test.store.clients.find(client.id)).toEqual({
      ...client,
      name: "New",
      scopes: [],
      ...change,
      updatedAt: NOW + 2,
    });
    expect(await test.store.clients.update(id(), change, NOW)).toBe(false);
  });

  it("get a new secret while the old ones end", async () => {
    const client = aClient();
    const first = aSecret({ clientId: client.id });
    await test.store.clients.insert(client, first);
    const make = (version: number) => aSecret({ clientId: client.id, version });
    const second = await test.store.clients.rotateSecret(client.id, make, NOW + 10);
    expect(second?.version).toBe(2);
    expect(await test.store.clients.secrets(client.id, NOW + 9)).toEqual([
      second,
      { ...first, expiresAt: NOW + 10 },
    ]);
    expect(await test.store.clients.secrets(client.id, NOW + 10)).toEqual([second]);
    await test.store.clients.rotateSecret(client.id, make, NOW + 20);
    expect(await test.store.clients.secrets(client.id, NOW + 9)).toHaveLength(3);
    expect(await test.store.clients.secrets(client.id, NOW + 19)).toHaveLength(2);
    expect((await test.store.clients.find(client.id))?.secretVersion).toBe(3);
    expect(await test.store.clients.rotateSecret(id(), make, NOW)).toBeUndefined();
  });

  it("lose the old ones at once, at any time", async () => {
    const client = aClient();
    await test.store.clients.insert(client, aSecret({ clientId: client.id }));
    const make = (version: number) => aSecret({ clientId: client.id, version });
    await test.store.clients.rotateSecret(client.id, make, NOW + 10);
    const last = await test.store.clients.rotateSecret(client.id, make, undefined);
    expect(await test.store.clients.secrets(client.id, 0)).toEqual([last]);
    const other = await test.store.clients.rotateSecret(client.id, make, undefined, 2);
    expect(other).toBeUndefined();
    expect(await test.store.clients.secrets(client.id, 0)).toEqual([last]);
  });

  it("get a secret after the one that was looked at, or none", async () => {
    const client = aClient();
    await test.store.clients.insert(client, aSecret({ clientId: client.id }));
    const make = (version: number) => aSecret({ clientId: client.id, version });
    const secrets = await parallel(20, () =>
      test.store.clients.rotateSecret(client.id, make, NOW, 1),
    );
    expect(secrets.filter((secret) => secret !== undefined).map(({ version }) => version)).toEqual([
      2,
    ]);
    expect((await test.store.clients.find(client.id))?.secretVersion).toBe(2);
  });

  it("have one live secret after 50 rotations at once", async () => {
    const client = aClient();
    await test.store.clients.insert(client, aSecret({ clientId: client.id }));
    const make = (version: number) => aSecret({ clientId: client.id, version });
    const secrets = await parallel(50, () => test.store.clients.rotateSecret(client.id, make, NOW));
    expect(new Set(secrets.map((secret) => secret?.version)).size).toBe(50);
    const last = secrets.find((secret) => secret?.version === 51);
    expect(await test.store.clients.secrets(client.id, NOW)).toEqual([last]);
  });

  it("go with their secrets, grants, codes and tokens", async () => {
    const { store } = test;
    const [gone, kept] = [aClient(), aClient()];
    for (const client of [gone, kept]) {
      const of = { clientId: client.id, hash: client.id.slice(0, 36) };
      await store.clients.insert(client, aSecret(of));
      await store.grants.agree(aGrant({ ...of, id: client.id }));
      await store.codes.insert(aCode(of));
      await store.tokens.insertAccess(
        anAccessToken({ ...of, userId: undefined, grantId: undefined, familyId: undefined }),
      );
      await store.tokens.insertRefresh(aRefreshToken(of));
    }
    const remains = async (clientId: string) => [
      (await store.clients.find(clientId)) !== undefined,
      (await store.clients.secrets(clientId, NOW)).length > 0,
      (await store.grants.find(clientId)) !== undefined,
      (await store.codes.find(clientId)) !== undefined,
      (await store.tokens.findAccess(clientId)) !== undefined,
      (await store.tokens.findRefresh(clientId)) !== undefined,
    ];
    expect(await store.clients.delete(gone.id)).toBe(true);
    expect(await store.clients.delete(gone.id)).toBe(false);
    expect(await remains(gone.id)).toEqual(Array(6).fill(false));
    expect(await remains(kept.id)).toEqual(Array(6).fill(true));
  });
});
