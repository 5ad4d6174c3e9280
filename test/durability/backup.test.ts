// Backup and restore under load, by the commands of docs/deployment.md: everything that was
// acknowledged before the copy was made is in it, and what comes of it is a whole installation.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "../mariadb-server.ts";
import { createDatabase } from "../mariadb.ts";
import type { Registered } from "../oauth/flow.ts";
import { install, type Installation, installOn, run, start } from "../process/latchkey.ts";
import { drive, Ledger, targetOf } from "./driver.ts";
import { expectKept } from "./expect-kept.ts";

const page = await readFile(resolve(import.meta.dirname, "../../docs/deployment.md"), "utf8");
const command = (text: string): string =>
  [...page.matchAll(/```(?:sh|sql)\n([\s\S]*?)```/g)]
    .map(([, block]) => block!.trim())
    .find((block) => block.includes(text)) ?? expect.fail(`no block has ${text}`);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-backup-"));
});
afterAll(() => rm(folder, { recursive: true }));

/**
 * Copies in the middle of a load; answers what was so before the copy was begun and still when it
 * was done.
 */
async function copyUnderLoad(
  installation: Installation,
  copy: () => Promise<unknown>,
): Promise<Ledger> {
  const server = await installation.start({
    LOG_LEVEL: "warn",
    SIGN_IN_NETWORK_FAILURES: "1000000",
  });
  const target = await targetOf(server.url, await installation.administrator());
  const ledger = new Ledger();
  let gone = false;
  const drivers = [1, 2].map(() => drive(target, ledger, () => gone));
  while (ledger.size < 40) await delay(5);
  const before = ledger.copy();
  await copy();
  const kept = before.both(ledger);
  gone = true;
  await Promise.all(drivers);
  await server.stop();
  return kept;
}

async function expectRestored(
  environment: Readonly<Record<string, string>>,
  client: Registered,
  kept: Ledger,
): Promise<void> {
  const restored = await start({ ...environment, LOG_LEVEL: "warn" });
  try {
    await expectKept(await targetOf(restored.url, client), kept, "in the restored installation");
  } finally {
    await restored.stop();
  }
}

describe.concurrent("on SQLite", () => {
  test("the copy is a whole installation", async () => {
    const installation = await install("sqlite");
    const backup = join(folder, "sqlite");
    const words = command("latchkey backup")
      .replace("$BACKUP", backup)
      .replaceAll('"', "")
      .split(" ")
      .slice(2);
    try {
      const kept = await copyUnderLoad(installation, async () =>
        expect(await run(words, installation.environment)).toMatchObject({ code: 0, stderr: "" }),
      );
      expect((await stat(backup)).mode & 0o777).toBe(0o700);
      for (const name of ["latchkey.db", "secret", "admin.json"])
        expect((await stat(join(backup, name))).mode & 0o777, name).toBe(0o600);
      // What is there is never written over.
      expect(await run(words, installation.environment)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("isn't empty"),
      });
      const client = await installation.administrator();
      expect(command("DATA_DIR=")).toBe('DATA_DIR="$BACKUP" npm start');
      await expectRestored({ DATA_DIR: backup }, client, kept);
    } finally {
      await installation.remove();
    }
  });

  test("without a database there is nothing to copy, and none is made", async () => {
    const nowhere = join(folder, "nowhere");
    expect(await run(["backup", join(folder, "nothing")], { DATA_DIR: nowhere })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("there is no database"),
    });
    await expect(stat(join(nowhere, "latchkey.db"))).rejects.toThrow("ENOENT");
  });
});

describe.concurrent("on MariaDB", () => {
  test("the dump is a whole installation, and one statement ends everybody's access", async () => {
    const address = new URL(await createDatabase());
    const [original, restored] = [
      address.pathname.slice(1),
      `${address.pathname.slice(1)}_restored`,
    ];
    const installation = installOn(address.href, () =>
      execute(address.href, `drop database ${original}`),
    );
    const bash = (script: string) =>
      promisify(execFile)(
        "bash",
        [
          "-euo",
          "pipefail",
          "-c",
          script
            .replaceAll(/\blatchkey_restored\b/g, restored)
            .replaceAll(/\blatchkey(?= >)/g, original),
        ],
        {
          cwd: folder,
          env: {
            ...process.env,
            DB_HOST: address.hostname,
            DB_PORT: address.port,
            DB_USER: address.username,
            MYSQL_PWD: address.password,
          },
        },
      );
    const url = new URL(`/${restored}`, address).href;
    try {
      const client = await installation.administrator();
      const kept = await copyUnderLoad(
        { ...installation, administrator: () => Promise.resolve(client) },
        () => bash(command("mariadb-dump")),
      );
      await bash(command("create database"));
      const environment = { ...installation.environment, DATABASE_URL: url };
      await expectRestored(environment, client, kept);
      await execute(url, command("UPDATE users"));
      const ended = new Ledger();
      for (const token of kept.alive) ended.ended.add(token);
      await expectRestored(environment, client, ended);
    } finally {
      await execute(address.href, `drop database if exists ${restored}`);
      await installation.remove();
    }
  });
});

test("a MySQL database is not for this command", async () => {
  const environment = {
    DATABASE_URL: "mysql://nobody@127.0.0.1:1/none",
    LATCHKEY_SECRET: "dGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZw==",
  };
  expect(await run(["backup", join(folder, "mysql")], environment)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("mariadb-dump"),
  });
});
