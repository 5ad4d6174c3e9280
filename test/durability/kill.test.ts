// kill -9 under load, again and again: whatever was acknowledged is there, and nothing that was ended lives again.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createRestTransport } from "../clients/rest.ts";
import { clientToken, isActive } from "../oauth/flow.ts";
import { type Installation, install } from "../process/latchkey.ts";
import { apiOf } from "../use-server.ts";
import { drive, Ledger, signIn, type Target } from "./driver.ts";

const CYCLES = 20;
const WORKERS = 4;
const SETTINGS = { LOG_LEVEL: "warn", SIGN_IN_NETWORK_FAILURES: "1000000" };

/** Those for which it is not so. */
async function wrong(items: Iterable<string>, isSo: (item: string) => Promise<boolean>): Promise<string[]> {
  const queue = [...items];
  const found: string[] = [];
  const check = async (): Promise<void> => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) if (!(await isSo(item))) found.push(item);
  };
  await Promise.all(Array.from({ length: 8 }, check));
  return found;
}

async function expectKept(target: Target, ledger: Ledger, cycle: number): Promise<void> {
  const { url, client, administrator } = target;
  const isThere = async (email: string): Promise<boolean> => (await administrator.users.listUsers({ email })).users.length === 1;
  expect(await wrong(ledger.alive, (token) => isActive(url, client, token)), `lost in cycle ${cycle}`).toEqual([]);
  expect(await wrong(ledger.ended, async (token) => !(await isActive(url, client, token))), `alive again in cycle ${cycle}`).toEqual([]);
  expect(await wrong(ledger.users, isThere), `users lost in cycle ${cycle}`).toEqual([]);
  expect(await wrong(ledger.deleted, async (email) => !(await isThere(email))), `users back in cycle ${cycle}`).toEqual([]);
  // Whole, not only there: one can sign in.
  const [email] = ledger.users;
  if (email !== undefined) expect((await signIn(target, email)).user?.email).toBe(email);
}

/** Answers how much was acknowledged. */
async function killAgainAndAgain(installation: Installation): Promise<number> {
  const ledger = new Ledger();
  let checked = new Ledger();
  let client: Awaited<ReturnType<Installation["administrator"]>> | undefined;
  for (let cycle = 0; cycle <= CYCLES; cycle++) {
    const server = await installation.start(SETTINGS);
    client ??= await installation.administrator();
    const target: Target = { url: server.url, client, administrator: apiOf(createRestTransport(server.url), await clientToken(server.url, client)) };
    // Each start is asked for what the one before has acknowledged, the last one for everything.
    await expectKept(target, cycle === CYCLES ? ledger : ledger.since(checked), cycle);
    checked = ledger.copy();
    let gone = false;
    const drivers = Array.from({ length: WORKERS }, () => drive(target, ledger, () => gone));
    if (cycle < CYCLES) {
      // In the middle of something, whichever cycle it is.
      const before = ledger.size;
      while (ledger.size < before + 10 + cycle) await delay(1 + (cycle % 7));
    }
    gone = true;
    await server.stop("SIGKILL");
    await Promise.all(drivers);
  }
  return ledger.size;
}

describe.concurrent("kill -9 under load", () => {
  test("loses nothing on SQLite", { timeout: 280_000 }, async () => {
    const installation = await install("sqlite");
    try {
      expect(await killAgainAndAgain(installation)).toBeGreaterThan(250);
      const database = new DatabaseSync(join(installation.environment["DATA_DIR"]!, "latchkey.db"));
      expect(database.prepare("pragma integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
      database.close();
    } finally {
      await installation.remove();
    }
  });

  test("loses nothing on MariaDB", { timeout: 280_000 }, async () => {
    const installation = await install("mysql");
    try {
      expect(await killAgainAndAgain(installation)).toBeGreaterThan(250);
    } finally {
      await installation.remove();
    }
  });
});
