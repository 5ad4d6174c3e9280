// the server is killed under load, again and again.
import { setTimeout as delay } from "node:timers/promises";
import { drive, type Ledger, signIn, type Target, targetOf } from "../../test/durability/driver.ts";
import { findWrong } from "../../test/durability/find-wrong.ts";
import type { Registered } from "../../test/oauth/flow.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../check.ts";
import type { Stage } from "../engine.ts";
import { Journal } from "../load/journal.ts";
import { countRows, fileOf, integrityOf } from "../load/rows.ts";
import { isReady, until } from "../load/until.ts";

const WORKERS = 6;
const SETTINGS = { LOG_LEVEL: "warn", SIGN_IN_NETWORK_FAILURES: "1000000" };
/** How long the load runs before a kill, in milliseconds: from the first on, up to the sum. */
const [LEAST_MS, MORE_MS] = [200, 2_800];
/** How long the last load may take to reach all effects, and a process to become ready. */
const [LAST_MS, READY_MS] = [10 * 60_000, 60_000];
/** So many effects a cycle in the middle: at least 20,000 in all. */
const EFFECTS_A_CYCLE = { SQLite: 200, MariaDB: 400, Galera: 400 } as const;
/** How many of the last users sign in at the end: whole, not only there. */
const SIGNED_IN = 20;

/** What one transaction writes: a user with a password, a token with its grant. */
const HALVES = `select
  (select count(*) from users where deleted_at is null and password_hash = '') +
  (select count(*) from access_tokens left join grants on grants.id = access_tokens.grant_id
    where access_tokens.grant_id is not null and grants.id is null) +
  (select count(*) from refresh_tokens left join grants on grants.id = refresh_tokens.grant_id
    where grants.id is null) as halves`;

async function measureKills({ engine, amount, random, say }: Stage): Promise<readonly Figure[]> {
  const installation = await engine.install();
  const asked = amount * EFFECTS_A_CYCLE[engine.name];
  const journal = new Journal("kills");
  let client: Registered | undefined;
  let slowestStart = 0;
  let integrity = "ok";
  const wrong = { lost: 0, revived: 0, without: 0, halves: 0 };
  try {
    for (let cycle = 0; cycle <= amount; cycle++) {
      const begin = performance.now();
      const server = await installation.start(SETTINGS);
      await until(() => isReady(server.url), READY_MS, "it is ready");
      if (cycle > 0) slowestStart = Math.max(slowestStart, performance.now() - begin);
      // Not before the start: what the kill has left is for the process to bring in order.
      if (engine.name === "SQLite" && integrity === "ok")
        integrity = integrityOf(fileOf(installation));
      client ??= await installation.administrator();
      const target = await targetOf(server.url, client);
      if (cycle === amount) {
        // The checker knows the file alone.
        const found = await findWrong(target, journal.read());
        wrong.lost = found.lostTokens.length + found.lostUsers.length;
        wrong.without = await countHalves(target, journal);
        wrong.revived = found.revivedTokens.length + found.revivedUsers.length;
        wrong.halves = await countRows(engine, installation, HALVES);
        await server.stop("SIGKILL");
        break;
      }
      let gone = false;
      const drivers = Promise.all(
        Array.from({ length: WORKERS }, () => drive(target, journal, () => gone)),
      );
      const moment = delay(LEAST_MS + random() * MORE_MS).then(() =>
        cycle < amount - 1
          ? undefined
          : until(() => journal.effects >= asked, LAST_MS, `${asked} effects are acknowledged`),
      );
      try {
        // Drivers end by themselves only when a call fails.
        await Promise.race([moment, drivers]);
      } finally {
        gone = true;
        await server.stop("SIGKILL");
      }
      await drivers;
      if (cycle % 10 === 9) say(`${cycle + 1} kills, ${journal.effects} effects`);
    }
    return [
      atLeast("effects acknowledged", journal.effects, asked),
      exactly("acknowledged effects lost", wrong.lost, 0),
      exactly("ended tokens and deleted users alive again", wrong.revived, 0),
      exactly(`users of ${SIGNED_IN} without their password`, wrong.without, 0),
      exactly("users without password, tokens without grant", wrong.halves, 0),
      timed(atMost("slowest start after a kill, until ready", slowestStart / 1000, 2, "s")),
      ...(engine.name === "SQLite"
        ? [exactly("PRAGMA integrity_check after each kill", integrity, "ok")]
        : []),
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
  "The process gets SIGKILL after 0.2 to 3 seconds, which the seed decides; the last time when " +
  "all effects are there. The next one is asked for everything in the journal.";

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
