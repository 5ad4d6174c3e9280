// kill -9 under load, again and again: whatever was acknowledged is there, and nothing that was ended lives again.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";

import { admitAdministrator, newAdministrator } from "../../src/domain/oauth/administrator.ts";
import { systemClock } from "../../src/domain/clock.ts";
import type { StoreOptions } from "../../src/store/connect.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openStore } from "../../src/store/open.ts";
import { createDatabase } from "../mariadb.ts";
import { startProcess } from "./process.ts";

const CYCLES = 20;
const SECRET = "Zr4t9cQw2LmX8vB1nK7pYf3sHd6gJ0eU-durability";

/** What the server has acknowledged: tokens that must work, and tokens that must not. */
interface Ledger {
  readonly alive: Set<string>;
  readonly ended: Set<string>;
}

interface Clerk {
  readonly url: string;
  readonly basic: string;
}

/** One form post; undefined when the server was gone before it had answered in full. */
async function post({ url, basic }: Clerk, path: string, form: Readonly<Record<string, string>>): Promise<Record<string, unknown> | undefined> {
  try {
    const response = await fetch(url + path, { method: "POST", headers: { authorization: `Basic ${basic}` }, body: new URLSearchParams(form) });
    return response.status === 200 ? ((await response.json()) as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Registers, signs out, gets tokens and ends them until the server is gone; notes only what was answered. */
async function work(clerk: Clerk, ledger: Ledger, name: string, gone: () => boolean): Promise<void> {
  for (let n = 0; !gone(); n++) {
    const account = { AccID: name, Email: `${name}-${n}@example.com` };
    const user = await post(clerk, "/user/create", { ...account, UserID: `${name}-${n}`, Password: "p", Bundle: "b", OSInt: "0", GAID: name });
    if (user !== undefined) {
      const token = String(user["token"]);
      ledger.alive.add(token);
      if (n % 2 === 0) {
        ledger.alive.delete(token);
        if ((await post(clerk, "/user/logout", account)) !== undefined) ledger.ended.add(token);
      }
    }
    for (let more = 0; more < 5; more++) {
      const issued = await post(clerk, "/oauth2/token", { grant_type: "client_credentials" });
      if (issued === undefined) continue;
      const token = String(issued["access_token"]);
      ledger.alive.add(token);
      if (more % 2 === 0) continue;
      ledger.alive.delete(token);
      if ((await post(clerk, "/oauth2/revoke", { token })) !== undefined) ledger.ended.add(token);
    }
  }
}

/** The tokens of the ledger that are not as they were acknowledged. */
async function wrong(clerk: Clerk, tokens: Iterable<string>, active: boolean): Promise<string[]> {
  const queue = [...tokens];
  const found: string[] = [];
  const check = async (): Promise<void> => {
    for (let token = queue.pop(); token !== undefined; token = queue.pop()) {
      const answer = await post(clerk, "/oauth2/introspect", { token });
      if (answer?.["active"] !== active) found.push(token);
    }
  };
  await Promise.all(Array.from({ length: 8 }, check));
  return found;
}

async function administratorOf(options: StoreOptions): Promise<string> {
  await migrate(options);
  const store = await openStore(options);
  const { clientId, clientSecret } = newAdministrator(systemClock);
  await admitAdministrator(store, systemClock, { clientId, clientSecret });
  await store.close();
  return Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
}

async function killAgainAndAgain(settings: Readonly<Record<string, string>>, basic: string): Promise<number> {
  const ledger: Ledger = { alive: new Set(), ended: new Set() };
  let known: Ledger = { alive: new Set(), ended: new Set() };
  for (let cycle = 0; cycle <= CYCLES; cycle++) {
    const server = await startProcess(settings);
    const clerk = { url: server.url, basic };
    // Each start is asked for what the one before has acknowledged, the last one for everything.
    const { alive, ended } = cycle === CYCLES ? ledger : { alive: ledger.alive.difference(known.alive), ended: ledger.ended.difference(known.ended) };
    expect(await wrong(clerk, alive, true), `lost in cycle ${cycle}`).toEqual([]);
    expect(await wrong(clerk, ended, false), `alive again in cycle ${cycle}`).toEqual([]);
    known = { alive: new Set(ledger.alive), ended: new Set(ledger.ended) };
    let gone = false;
    const workers = Array.from({ length: 6 }, (_, worker) => work(clerk, ledger, `c${cycle}w${worker}`, () => gone));
    // In the middle of something, whichever cycle it is.
    const size = (): number => ledger.alive.size + ledger.ended.size;
    for (const enough = size() + 12 + cycle; size() < enough; ) await delay(1 + (cycle % 7));
    await server.end("SIGKILL");
    gone = true;
    await Promise.all(workers);
  }
  return ledger.alive.size + ledger.ended.size;
}

describe.concurrent("kill -9 under load", () => {
  test("loses nothing on SQLite", { timeout: 280_000 }, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "latchkey-kill-"));
    try {
      const file = join(dataDir, "latchkey.db");
      const basic = await administratorOf({ kind: "sqlite", file });
      expect(await killAgainAndAgain({ DATA_DIR: dataDir, LATCHKEY_SECRET: SECRET }, basic)).toBeGreaterThan(200);
      const database = new DatabaseSync(file);
      expect(database.prepare("pragma integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
      database.close();
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });

  test("loses nothing on MariaDB", { timeout: 280_000 }, async () => {
    const url = await createDatabase();
    const basic = await administratorOf({ kind: "mysql", url });
    expect(await killAgainAndAgain({ DATABASE_URL: url, LATCHKEY_SECRET: SECRET }, basic)).toBeGreaterThan(200);
  });
});
