// `user import` as an operator runs it: killed on the way and gone on with, beside a server that
// signs the users in.
import { once } from "node:events";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import type { StoreOptions } from "../../src/store/engine/connect.ts";
import { migrate } from "../../src/store/engine/migrate.ts";
import { openStore } from "../../src/store/engine/create-store.ts";
import { newFolder } from "../mariadb-server.ts";
import { install, launch, run, start } from "./latchkey.ts";

/** Enough that the import is far from its end when it is killed. */
const LINES = 3_000;
const NUMBERS = Array.from({ length: LINES }, (_, index) => index + 1);
/** Each seventh is broken, each eleventh is the one before again. */
const isBroken = (line: number): boolean => line % 7 === 0;
const isDuplicate = (line: number): boolean =>
  !isBroken(line) && line % 11 === 0 && !isBroken(line - 1);

// In memory where there is such a place: what is killed here is the process, not the machine.
const folder = await newFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const password_hash = "pbkdf2_sha256$6400$saltysalty$fKP8J6x1QKwd9jEyKvPT992ameHpI/scuDuSmH9j0Oc=";
const PASSWORD = "пароль correct horse";

function userOf(line: number): string {
  if (isBroken(line)) return '{"email":';
  const number = isDuplicate(line) ? line - 1 : line;
  return JSON.stringify({
    email: `user${number}@example.com`,
    username: `user${number}`,
    password_hash,
  });
}

/** Starts an import, kills it when a few bad lines are reported, and goes on with it. */
async function killAndResume(
  file: string,
  errors: string,
  environment: Readonly<Record<string, string>>,
) {
  const words = ["user", "import", file, "--errors", errors];
  writeFileSync(file, NUMBERS.map(userOf).join("\n"));
  const child = await launch([...words, "--batch", "10"], environment);
  const ended = once(child, "exit");
  while ((statSync(errors, { throwIfNoEntry: false })?.size ?? 0) < 300) await delay(2);
  child.kill("SIGKILL");
  expect((await ended)[1]).toBe("SIGKILL");
  const [refused, resumed] = [
    await run(words, environment),
    await run([...words, "--resume"], environment),
  ];
  expect([refused.code, refused.stdout, refused.stderr]).toEqual([
    1,
    "",
    expect.stringMatching(/cut off after line \d+: go on with --resume/),
  ]);
  const [invalid, duplicates] = [
    NUMBERS.filter(isBroken).length,
    NUMBERS.filter(isDuplicate).length,
  ];
  expect(resumed.stderr).toBe("");
  expect([resumed.code, JSON.parse(resumed.stdout)]).toEqual([
    1,
    {
      lines: LINES,
      imported: LINES - invalid - duplicates,
      duplicates,
      invalid,
      dry_run: false,
      errors,
    },
  ]);
  const told = readFileSync(errors, "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { line: number }).line);
  expect(told).toEqual(NUMBERS.filter((line) => isBroken(line) || isDuplicate(line)));
  return { imported: LINES - invalid - duplicates };
}

async function usersOf(options: StoreOptions) {
  const store = await openStore(options);
  const users = await store.users.list({ realm: "default" }, { limit: 2 * LINES }, 0);
  await store.close();
  return users;
}

test(
  "on SQLite, kill -9 loses no line and doubles none; who comes so signs in, and has a " +
    "hash of ours",
  async () => {
    const environment = { DATA_DIR: join(folder, "data") };
    const server = await start({ ...environment, LOG_LEVEL: "silent" });
    const options: StoreOptions = {
      kind: "sqlite",
      file: join(environment.DATA_DIR, "latchkey.db"),
    };
    const { imported } = await killAndResume(
      join(folder, "a.jsonl"),
      join(folder, "a.bad.jsonl"),
      environment,
    );
    const answer = await fetch(`${server.url}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "user1", password: PASSWORD }),
    });
    expect(await answer.text()).toContain("lks_");
    const users = await usersOf(options);
    expect(users).toHaveLength(imported);
    expect(
      users
        .filter(({ passwordHash }) => passwordHash.startsWith("$argon2id$v=19$m=19456"))
        .map(({ username }) => username),
    ).toEqual(["user1"]);
    await server.stop();
  },
);

test("on MySQL, kill -9 loses no line and doubles none", async () => {
  const { environment, remove } = await install("mysql");
  const options: StoreOptions = { kind: "mysql", url: environment["DATABASE_URL"]! };
  await migrate(options);
  const { imported } = await killAndResume(
    join(folder, "b.jsonl"),
    join(folder, "b.bad.jsonl"),
    environment,
  );
  expect(await usersOf(options)).toHaveLength(imported);
  await remove();
});
