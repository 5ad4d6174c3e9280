// the server is killed under load, again and again.
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { drive, type Ledger, signIn, type Target, targetOf } from "../../test/durability/driver.ts";
import { findWrong } from "../../test/durability/find-wrong.ts";
import type { Registered } from "../../test/oauth/flow.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../check.ts";
import { integrityOf } from "../load/rows.ts";
import { Journal } from "../load/journal.ts";
import type { Stage } from "../engine.ts";

const WORKERS = 6;
const SETTINGS = { LOG_LEVEL: "warn", SIGN_IN_NETWORK_FAILURES: "1000000" };
/** At least so many effects a cycle: at least 20,000 in all. */
const EFFECTS_A_CYCLE = { SQLite: 200, MariaDB: 400, Galera: 400 } as const;
/** How many of the last users sign in at the end: whole, not only there. */
const SIGNED_IN = 20;

async function measureKills({ engine, amount, random, say }: Stage): Promise<readonly Figure[]> {
  const installation = await engine.install();
  const effects = EFFECTS_A_CYCLE[engine.name];
  const journal = new Journal("kills");
  let client: Registered | undefined;
  let slowestStart = 0;
  const wrong = { lost: 0, revived: 0, halves: 0 };
  try {
    for (let cycle = 0; cycle <= amount; cycle++) {
      const begin = performance.now();
      const server = await installation.start(SETTINGS);
      if (cycle > 0) slowestStart = Math.max(slowestStart, performance.now() - begin);
      client ??= await installation.administrator();
      const target = await targetOf(server.url, client);
      if (cycle === amount) {
        // The checker knows the file alone.
        const found = await findWrong(target, journal.read());
        wrong.lost = found.lostTokens.length + found.lostUsers.length;
        wrong.halves = await countHalves(target, journal);
        wrong.revived = found.revivedTokens.length + found.revivedUsers.length;
        await server.stop("SIGKILL");
        break;
      }
      let gone = false;
      const drivers = Array.from({ length: WORKERS }, () => drive(target, journal, () => gone));
      const before = journal.effects;
      await delay(200 + random() * 600);
      while (journal.effects < before + effects) await delay(5);
      gone = true;
      await server.stop("SIGKILL");
      await Promise.all(drivers);
      if (cycle % 10 === 9) say(`${cycle + 1} kills, ${journal.effects} effects`);
    }
    const integrity =
      engine.name === "SQLite"
        ? integrityOf(join(installation.environment["DATA_DIR"]!, "latchkey.db"))
        : undefined;
    return [
      atLeast("effects acknowledged", journal.effects, amount * effects),
      exactly("acknowledged effects lost", wrong.lost, 0),
      exactly("ended tokens and deleted users alive again", wrong.revived, 0),
      exactly(`users of ${SIGNED_IN} without their password`, wrong.halves, 0),
      timed(atMost("slowest start after a kill, until it listens", slowestStart / 1000, 2, "s")),
      ...(integrity === undefined ? [] : [exactly("PRAGMA integrity_check", integrity, "ok")]),
    ];
  } finally {
    await journal.remove();
    await installation.remove();
  }
}

/** Returns how many of some users are there without what they sign in with. */
async function countHalves(target: Target, { users }: Ledger): Promise<number> {
  const some = [...users].slice(-SIGNED_IN);
  let halves = 0;
  // One after another: so many at once could be refused for want of a place.
  for (const email of some)
    await signIn(target, email).catch(() => {
      halves++;
    });
  return halves;
}

const how =
  `${WORKERS} drivers register users, sign them in, exchange codes, refresh, revoke and delete. ` +
  "The process gets SIGKILL at random; the next one is asked for everything in the journal.";

export const KILLED_SERVER: readonly Check[] = [
  {
    id: "R-01",
    title: "the server is killed, SQLite",
    how,
    engines: ["SQLite"],
    amounts: { slice: 4, quick: 8, full: 100 },
    unit: "kills",
    measure: measureKills,
  },
  {
    id: "R-02",
    title: "the server is killed, MariaDB",
    how,
    engines: ["MariaDB"],
    amounts: { slice: 2, quick: 5, full: 50 },
    unit: "kills",
    measure: measureKills,
  },
];
