// `admin grant` and `admin revoke`, as an operator runs them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { migrate } from "../../src/store/migrate.ts";
import { openStore } from "../../src/store/open.ts";
import { aUser } from "../store/samples.ts";
import { run } from "./latchkey.ts";

const folder = mkdtempSync(join(tmpdir(), "latchkey-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("who administers in a browser is said on the command line", async () => {
  const options = { kind: "sqlite", file: join(folder, "latchkey.db") } as const;
  await migrate(options);
  const store = await openStore(options);
  const [ada, bob] = [aUser({ realm: "default" }), aUser({ realm: "default", administrator: true })];
  for (const user of [ada, bob]) await store.users.insert(user);
  const [granted, revoked, nobody, missing] = await Promise.all([["grant", ada.email], ["revoke", bob.id], ["grant", "nobody"], ["grant"]].map((words) => run(["admin", ...words], { DATA_DIR: folder })));
  expect([granted!.code, granted!.stdout]).toEqual([0, `${ada.email} (${ada.id}) is an administrator now.\n`]);
  expect([revoked!.code, revoked!.stdout]).toEqual([0, `${bob.email} (${bob.id}) is no administrator now.\n`]);
  expect([nobody!.code, nobody!.stdout, nobody!.stderr]).toEqual([1, "", expect.stringContaining("There is no user nobody")]);
  expect(missing!.code).toBe(2);
  expect(await Promise.all([ada, bob].map(async ({ id }) => (await store.users.find(id))?.administrator))).toEqual([true, false]);
  await store.close();
});
