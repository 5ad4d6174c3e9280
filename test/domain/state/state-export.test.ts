import { expect, it, describe } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { DerivedSecrets } from "../../../src/domain/oauth/clients/derived-secrets.ts";
import { ForeignSecrets } from "../../../src/domain/oauth/clients/foreign-secrets.ts";
import { PasswordHasher } from "../../../src/domain/passwords/hasher.ts";
import { SealedTexts } from "../../../src/domain/security/sealed-texts.ts";
import { StateExport } from "../../../src/domain/state/state-export.ts";
import { stores } from "../../mariadb.ts";
import { aClient, aSecret, aUser } from "../../store/samples.ts";

const hasher = await PasswordHasher.create(1);

describe.each(stores)("an export on $engine", ({ use }) => {
  const test = use();

  it("names no owner who is not in it", async () => {
    const { store } = test;
    const owners = [aUser(), aUser(), aUser({ realm: "elsewhere" })] as const;
    for (const owner of owners) await store.users.insert(owner);
    const [live, gone, other] = owners;
    await store.users.delete(gone.id, systemClock.now());
    const clients = [
      aClient({ ownerId: live.id }),
      aClient({ ownerId: gone.id }),
      aClient({ ownerId: gone.id, apis: ["secretpair"] }),
      aClient({ ownerId: other.id }),
    ];
    for (const client of clients)
      await store.clients.insert(client, aSecret({ clientId: client.id }));
    const exported = new StateExport({
      store,
      clock: systemClock,
      hasher,
      derivedSecrets: new DerivedSecrets(Buffer.alloc(32)),
      foreignSecrets: new ForeignSecrets(new SealedTexts(Buffer.alloc(32), systemClock)),
      realmOf: () => "main",
    });
    const lines: Readonly<Record<string, unknown>>[] = [];
    for await (const line of exported.lines("main")) lines.push(line);
    const found = clients.map(({ id }) => lines.find((line) => line["client_id"] === id));
    expect(found.map((line) => [line?.["kind"], line?.["owner"]])).toEqual([
      ["client", live.id],
      ["client", undefined],
      ["client", undefined],
      ["client", undefined],
    ]);
    expect(found.every((line) => line?.["client_secret_sha256"] !== undefined)).toBe(true);
  });
});
