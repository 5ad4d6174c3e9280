// kill -9 under load: what was acknowledged is kept, and what was ended stays ended.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createRestTransport } from "../clients/rest.ts";
import { clientToken } from "../oauth/flow.ts";
import { type Installation, install } from "../process/latchkey.ts";
import { apiOf } from "../use-server.ts";
import { drive, Ledger, type Target } from "./driver.ts";
import { expectKept } from "./expect-kept.ts";

/** Six show it at every change; a nightly run sets more, such as 20. */
const CYCLES = Number(process.env["KILL_CYCLES"] ?? 6);
/** Each cycle is killed only after as many as this have been acknowledged. */
const LEAST = CYCLES * 10;
const WORKERS = 4;
const SETTINGS = { LOG_LEVEL: "warn", SIGN_IN_NETWORK_FAILURES: "1000000" };

/** Answers how much was acknowledged. */
async function killAgainAndAgain(installation: Installation): Promise<number> {
  const ledger = new Ledger();
  let checked = new Ledger();
  let client: Awaited<ReturnType<Installation["administrator"]>> | undefined;
  for (let cycle = 0; cycle <= CYCLES; cycle++) {
    const server = await installation.start(SETTINGS);
    client ??= await installation.administrator();
    const target: Target = {
      url: server.url,
      client,
      administrator: apiOf(createRestTransport(server.url), await clientToken(server.url, client)),
    };
    // Each start is asked for what the one before has acknowledged, the last one for everything.
    await expectKept(
      target,
      cycle === CYCLES ? ledger : ledger.since(checked),
      `in cycle ${cycle}`,
    );
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
  test("loses nothing on SQLite", { timeout: 420_000 }, async () => {
    const installation = await install("sqlite");
    try {
      expect(await killAgainAndAgain(installation)).toBeGreaterThan(LEAST);
      const database = new DatabaseSync(join(installation.environment["DATA_DIR"]!, "latchkey.db"));
      expect(database.prepare("pragma integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
      database.close();
    } finally {
      await installation.remove();
    }
  });

  test("loses nothing on MariaDB", { timeout: 420_000 }, async () => {
    const installation = await install("mysql");
    try {
      expect(await killAgainAndAgain(installation)).toBeGreaterThan(LEAST);
    } finally {
      await installation.remove();
    }
  });
});
