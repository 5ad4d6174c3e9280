// a copy is made under load, and restored elsewhere.
import { setTimeout as delay } from "node:timers/promises";
import { drive, Ledger, targetOf } from "../../../test/durability/driver.ts";
import { findWrong } from "../../../test/durability/find-wrong.ts";
import type { Registered } from "../../../test/oauth/flow.ts";
import { type Installation, type Latchkey, start } from "../../../test/process/latchkey.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { fill, type Restored, type Way, waysOf } from "./copies.ts";

const SETTINGS = { LOG_LEVEL: "warn", SIGN_IN_NETWORK_FAILURES: "1000000" };
const DRIVERS = 3;
/** How many effects are acknowledged before the copy begins. */
const EFFECTS = 60;
const TOKENS = 1_000;
const LIMIT_S = 300;

/** What a copy under load has shown. */
interface Copied {
  /** What was so before the copy began, and still when it was done. */
  readonly kept: Ledger;
  readonly failed: number;
  readonly seconds: number;
  readonly restore: () => Promise<Restored>;
}

async function copyUnderLoad(
  installation: Installation,
  server: Latchkey,
  { way, client }: { way: Way; client: Registered },
): Promise<Copied> {
  const target = await targetOf(server.url, client);
  const ledger = new Ledger();
  let [isOver, failed] = [false, 0];
  const drivers = Array.from({ length: DRIVERS }, () =>
    drive(target, ledger, () => isOver).catch((error: unknown) => {
      failed++;
      console.error(error);
    }),
  );
  while (ledger.size < EFFECTS && failed === 0) await delay(5);
  const before = ledger.copy();
  const begin = performance.now();
  const restore = await way.copy(installation);
  const seconds = (performance.now() - begin) / 1000;
  const kept = before.both(ledger);
  isOver = true;
  await Promise.all(drivers);
  return { kept, failed, seconds, restore };
}

async function measureWay(
  { amount, say }: Stage,
  installation: Installation,
  { way, client }: { way: Way; client: Registered },
): Promise<readonly Figure[]> {
  const { name } = way;
  if (!way.isThere) return [exactly(name, "not installed", "installed")];
  const server = await installation.start(SETTINGS);
  const { kept, failed, seconds, restore } = await copyUnderLoad(installation, server, {
    way,
    client,
  });
  say(`${name}: copied in ${seconds.toFixed(1)} s`);
  const begin = performance.now();
  const restored = await restore();
  try {
    const other = await start({ ...restored.environment, ...SETTINGS });
    const took = (performance.now() - begin) / 1000;
    const wrong = await findWrong(await targetOf(other.url, client), kept);
    await other.stop();
    return [
      atLeast(`${name}: effects before the copy`, kept.size, EFFECTS / 2),
      exactly(`${name}: of these missing`, wrong.lostTokens.length + wrong.lostUsers.length, 0),
      exactly(
        `${name}: ended things alive again`,
        wrong.revivedTokens.length + wrong.revivedUsers.length,
        0,
      ),
      exactly(`${name}: integrity`, restored.integrity, "ok"),
      exactly(`${name}: rows without their user`, restored.orphans, 0),
      atLeast(`${name}: users restored`, restored.users, amount),
      exactly(`${name}: requests failed meanwhile`, failed, 0),
      timed(atMost(`${name}: copy, under load`, seconds, LIMIT_S, "s")),
      timed(atMost(`${name}: restore, until it serves`, took, LIMIT_S, "s")),
    ];
  } finally {
    await server.stop();
    await restored.remove();
  }
}

async function measureBackups(stage: Stage): Promise<readonly Figure[]> {
  const { engine, amount } = stage;
  const installation = await engine.install();
  try {
    // Makes the schema.
    await (await installation.start(SETTINGS)).stop();
    const client = await installation.administrator();
    await fill(installation, { users: amount, tokens: TOKENS, clientId: client.id });
    const figures: Figure[] = [];
    for (const way of waysOf(engine))
      figures.push(...(await measureWay(stage, installation, { way, client })));
    return figures;
  } finally {
    await installation.remove();
  }
}

export const BACKUPS: readonly Check[] = [
  {
    id: "R-41",
    title: "a copy is made under load and restored elsewhere",
    how:
      `${DRIVERS} drivers register, sign in, redeem, refresh, revoke and delete while the ` +
      "database is copied: by `latchkey backup`, by `mariadb-dump --single-transaction` and by " +
      "`mariadb-backup`. A process on the restored copy is asked for all that was acknowledged " +
      "before the copy began. The users are there by SQL.",
    engines: ["SQLite", "MariaDB"],
    quickEngines: ["SQLite"],
    amounts: { quick: 20_000, full: 1_000_000 },
    unit: "users",
    measure: measureBackups,
  },
];
