// A process of its own on a store. The options of the store come first, as JSON, then what it does:
// - `migrate`
// - `take <limit> <key>…`: tries each key 50 times.
// - `redeem <times> <hash>…`: redeems each code that often at once, each time for other tokens.
// - `raise <times> <user>`: ends the access of the user that often, and prints the epoch each time
//   when the store has answered.
// - `die <kind> <count> <hash>…`: redeems each code once at the same time, for the tokens `<hash>+`
//   and `<hash>-`, and keeps the answer `<hash>=`. It kills itself with -9 after that many
//   statements of that kind, before the store can answer anything.
// - `roll <kind> <count>`: counts audit events by day, in parts of 100. It kills itself in the same
//   way; without a kind it counts all.
// It prints one JSON value a line: that it is ready, and its result, for which it waits until its
// standard input ends.
import { text } from "node:stream/consumers";
import { AuditRollup } from "../../../src/domain/administration/statistics/audit-rollup.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { type Instrumentation, noInstrumentation } from "../../../src/domain/instrumentation.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import type { Store } from "../../../src/domain/store.ts";
import { anAccessToken, aRefreshToken, NOW, parallel } from "../samples.ts";

const [options = "", verb = "", ...words] = process.argv.slice(2);

/** Returns how many tries of each key were let through. */
async function take(store: Store, limit = "", ...keys: readonly string[]): Promise<number[]> {
  const counts: number[] = [];
  for (const key of keys) {
    const waits = await parallel(50, () => store.attempts.take(key, Number(limit), 1_000, NOW));
    counts.push(waits.filter((wait) => wait === 0).length);
  }
  await store.close();
  return counts;
}

/** Returns the access tokens of the redemptions that were first, by the code's place. */
async function redeem(store: Store, times = "", ...hashes: readonly string[]): Promise<string[][]> {
  const firsts = await Promise.all(
    hashes.map(async (hash) => {
      const tries = await parallel(Number(times), async () => {
        const [access, refresh] = [anAccessToken(), aRefreshToken()];
        const isFirst = await store.codes.redeem(hash, NOW, { access, refresh });
        return isFirst ? [access.hash] : [];
      });
      return tries.flat();
    }),
  );
  await store.close();
  return firsts;
}

/** Opens a store whose process ends after that many statements of a kind. */
async function openMortal(kind: string, count: string): Promise<Store> {
  let seen = 0;
  let isArmed = false;
  const statement: Instrumentation["statement"] = (each) => {
    if (isArmed && each === kind && ++seen === Number(count)) process.kill(process.pid, "SIGKILL");
  };
  const store = await openStore(JSON.parse(options), { ...noInstrumentation, statement });
  await store.ready();
  isArmed = true;
  return store;
}

async function die(kind = "", count = "", ...hashes: readonly string[]): Promise<string> {
  const store = await openMortal(kind, count);
  await Promise.all(
    hashes.map((hash) =>
      store.codes.redeem(hash, NOW, {
        access: anAccessToken({ hash: `${hash.slice(1)}+` }),
        refresh: aRefreshToken({ hash: `${hash.slice(1)}-` }),
        answer: { id: `${hash.slice(1)}=`, request: "", sealed: "sealed", expiresAt: NOW },
      }),
    ),
  );
  return "alive";
}

async function raise(store: Store, times = "", id = ""): Promise<string> {
  for (let time = 0; time < Number(times); time++) {
    console.log(JSON.stringify(await store.users.setPassword(id, `hash ${time}`, NOW)));
  }
  await store.close();
  return "raised";
}

async function roll(kind = "", count = ""): Promise<number> {
  const store = await openMortal(kind, count);
  const counted = await new AuditRollup(store, systemClock).run(() => false, 100);
  await store.close();
  return counted;
}

const VERBS: Readonly<Record<string, (store: Store, ...words: string[]) => Promise<unknown>>> = {
  take,
  redeem,
  raise,
  die: (_store, ...given) => die(...given),
  roll: async (store, ...given) => (await store.close(), roll(...given)),
};

async function main(): Promise<void> {
  const store = verb === "migrate" ? undefined : await openStore(JSON.parse(options));
  // Like a server, it has reached its database before the first call.
  await store?.ready();
  console.log(JSON.stringify("ready"));
  await text(process.stdin);
  console.log(
    JSON.stringify(
      store === undefined
        ? await migrate(JSON.parse(options))
        : await VERBS[verb]?.(store, ...words),
    ),
  );
}

void main();
