// The lines of docs/deployment.md that make the database and its user are enough, and give no more.
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute, Mariadb } from "../mariadb-server.ts";
import { clientToken } from "../oauth/flow.ts";
import { type Installation, installOn, type Latchkey, run } from "../process/latchkey.ts";
import { apiOf } from "../use-server.ts";
import { openWays } from "../clients/ways.ts";
import { grants, restoreGrants } from "./grants.ts";

let database: Mariadb;
let url: string;
let installation: Installation;
let server: Latchkey;
beforeAll(async () => {
  database = await Mariadb.start();
  url = await grants(database.url);
  installation = installOn(url, async () => undefined);
});
afterAll(async () => {
  await server.stop();
  await database.dispose();
});

test("this user migrates, serves, keeps users and passes the doctor", async () => {
  expect(await run(["migrate"], installation.environment)).toMatchObject({ code: 0, stderr: "" });
  server = await installation.start();
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  const ways = openWays(server.url);
  const token = await clientToken(server.url, await installation.administrator());
  const { users } = apiOf(ways.transports.REST, token);
  const { user } = await users.createUser({
    email: "ada@example.com",
    password: "correct horse",
  });
  await users.deleteUser({ userId: user!.id });
  ways.close();
  const doctor = await run(["doctor"], {
    ...installation.environment,
    PORT: "0",
    METRICS_PORT: "off",
  });
  expect(doctor.stdout).not.toMatch(/^fail/m);
  expect(doctor.stdout).toMatch(/^ok +secret/m);
});

test("this user may do nothing else", async () => {
  for (const statement of [
    "drop table users",
    "create database other",
    "grant select on latchkey.* to latchkey@127.0.0.1",
    "set global read_only = on",
    "select * from mysql.global_priv",
  ])
    await expect(execute(url, statement), statement).rejects.toThrow(/denied/);
});

test("this user opens the restored database, after the page's grant", async () => {
  await execute(database.url, "create or replace database latchkey_restored");
  const restored = new URL("/latchkey_restored", url).href;
  await expect(execute(restored, "select 1")).rejects.toThrow(/denied/);
  await execute(database.url, restoreGrants());
  expect(
    await run(["migrate"], { ...installation.environment, DATABASE_URL: restored }),
  ).toMatchObject({ code: 0, stderr: "" });
});
