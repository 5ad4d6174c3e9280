// R-22: what the limiters keep of very many addresses and names.
import { statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Connection, Request } from "../../../bench/measure/connection.ts";
import { openHttp1 } from "../../../bench/measure/http1.ts";
import { signIn } from "../../../bench/overload/floods.ts";
import { createRestTransport } from "../../../test/clients/rest.ts";
import { clientToken } from "../../../test/oauth/flow.ts";
import { apiOf } from "../../../test/use-server.ts";
import { atLeast, atMost, type Check, exactly, type Figure } from "../../check.ts";
import type { Installation } from "../../../test/process/latchkey.ts";
import type { Engine, Stage } from "../../engine.ts";
import { heapAfterCollection, INSPECTED, INSTANT_HASHES } from "../../load/inspector.ts";
import { residentMib } from "../../load/process.ts";
import { countRows, fileOf } from "../../load/rows.ts";
import { type Given, withServer } from "./given.ts";

const CONNECTIONS = 32;
const WARM = 4_000;
const PASSWORD = "correct horse battery";
const HOT_EMAIL = "hot@example.com";
const HOT_NETWORK = "198.51.100.7";
const ACCOUNT_FAILURES = 10;
/** One call of so many is a sign-in, which has four counters; the others have one. */
const SIGN_IN_EVERY = 5;
/** One network of so many signs in twice, and is then remembered as full. */
const FULL_EVERY = 2;
const PROBE_MS = 100;
/** The windows of the hot counters are five minutes long. */
const HOT_MS = 290_000;

const SETTINGS = {
  TRUSTED_PROXIES: "127.0.0.1",
  SIGN_IN_NETWORK_FAILURES: "1",
  SIGN_IN_ACCOUNT_FAILURES: String(ACCOUNT_FAILURES),
  // So that the counters are what is measured.
  NODE_OPTIONS: `${INSPECTED.NODE_OPTIONS} ${INSTANT_HASHES}`,
};

/** The address with that number, of 2^24. */
const addressOf = (index: number): string =>
  `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

const from = (address: string, { headers, ...request }: Request): Request => ({
  ...request,
  headers: { ...headers, "x-forwarded-for": address },
});

/** A call that fails, by a name and from an address that nothing else has. */
function failing(index: number): Request {
  const address = addressOf(index);
  if (index % SIGN_IN_EVERY === 0)
    return from(address, signIn(`u${index}@example.com`, "a wrong password"));
  return from(address, {
    method: "POST",
    path: "/oauth2/token",
    headers: {
      authorization: `Basic ${Buffer.from(`client${index}:wrong`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: "grant_type=client_credentials",
  });
}

/** Fails from `begin` addresses on, over several connections; returns how many did and didn't. */
async function failFrom(
  connections: readonly Connection[],
  begin: number,
  count: number,
): Promise<{ readonly failed: number; readonly otherwise: number }> {
  let [failed, otherwise] = [0, 0];
  const note = (status: number, expected: number): void => {
    if (status !== expected) otherwise++;
    else if (status === 401) failed++;
  };
  let next = begin;
  await Promise.all(
    connections.map(async (connection) => {
      for (let index = next++; index < begin + count; index = next++) {
        note((await connection.send(failing(index))).status, 401);
        if (index % (SIGN_IN_EVERY * FULL_EVERY) !== 0) continue;
        const again = signIn(`v${index}@example.com`, "a wrong password");
        note((await connection.send(from(addressOf(index), again))).status, 429);
      }
    }),
  );
  return { failed, otherwise };
}

/** Makes an account and a network that have no tries left. */
async function heat({ server: { url }, installation }: Given): Promise<void> {
  const token = await clientToken(url, await installation.administrator());
  const { users } = apiOf(createRestTransport(url), token);
  await users.createUser({ email: HOT_EMAIL, password: PASSWORD });
  const connection = await openHttp1(url);
  for (let index = 0; index < ACCOUNT_FAILURES; index++)
    await connection.send(from(`192.0.2.${index}`, signIn(HOT_EMAIL, "a wrong password")));
  await connection.send(from(HOT_NETWORK, signIn("cold@example.com", "a wrong password")));
  connection.close();
}

/** Tries the hot ones again and again; returns how often, and how often one was let in. */
async function probe(
  url: string,
  isOver: () => boolean,
): Promise<{ readonly tries: number; readonly freed: number }> {
  const until = Date.now() + HOT_MS;
  const connection = await openHttp1(url);
  let [tries, freed] = [0, 0];
  while (!isOver() && Date.now() < until) {
    for (const address of [`203.0.113.${tries % 250}`, HOT_NETWORK]) {
      const { status } = await connection.send(from(address, signIn(HOT_EMAIL, PASSWORD)));
      tries++;
      if (status !== 429) freed++;
    }
    await delay(PROBE_MS);
  }
  connection.close();
  return { tries, freed };
}

/** Returns the counters in an embedded database, and the bytes of its file. */
async function kept(
  engine: Engine,
  installation: Installation,
): Promise<{ readonly counters: number; readonly bytes: number }> {
  const counters = await countRows(engine, installation, "select count(*) from attempts");
  return { counters, bytes: statSync(fileOf(installation)).size };
}

const measureLimiter = ({ engine, amount, say }: Stage): Promise<readonly Figure[]> =>
  withServer(
    engine,
    async (given) => {
      const { server, installation, ended } = given;
      const connections = await Promise.all(
        Array.from({ length: CONNECTIONS }, () => openHttp1(server.url)),
      );
      await failFrom(connections, 0, WARM);
      await heat(given);
      const before = await heapAfterCollection(server);
      const resident = residentMib(server.pid);
      const begun = await kept(engine, installation);
      let isOver = false;
      const probing = probe(server.url, () => isOver);
      // Each call has a name and an address.
      const { failed, otherwise } = await failFrom(connections, WARM, Math.ceil(amount / 2));
      isOver = true;
      const { tries, freed } = await probing;
      for (const connection of connections) connection.close();
      await delay(1_000);
      const { counters, bytes } = await kept(engine, installation);
      const heap = await heapAfterCollection(server);
      say(`${counters} counters, ${(bytes / 1e6).toFixed(0)} MB`);
      return [
        atLeast("addresses and names that failed", 2 * failed, amount),
        exactly("answers other than 401 and 429", otherwise, 0),
        atMost("heap, beyond before", heap - before, 64, "MiB"),
        atMost("resident memory, beyond before", residentMib(server.pid) - resident, 64, "MiB"),
        exactly(`hot ones that were let in, of ${tries} tries`, freed, 0),
        atMost(
          "file of the database for each counter",
          (bytes - begun.bytes) / (counters - begun.counters),
          256,
          "bytes",
        ),
        exactly("processes that ended", await ended(), 0),
      ];
    },
    SETTINGS,
  );

export const LIMITER: readonly Check[] = [
  {
    id: "R-22",
    title: "very many addresses and names fail",
    how:
      "Sign-ins and clients fail, each with a name and an address of its own; hashes take no " +
      "time, and a network has one try. Meanwhile an account and a network without tries are " +
      "tried with the right password. The counters are rows, which housekeeping removes when " +
      "their windows of one to five minutes are over. A process remembers 10,000 full ones. " +
      "Node's inspector collects the garbage before the heap is measured.",
    engines: ["SQLite"],
    aside: "in turn",
    amounts: { quick: 50_000, full: 1_000_000 },
    unit: "addresses and names",
    measure: measureLimiter,
  },
];
