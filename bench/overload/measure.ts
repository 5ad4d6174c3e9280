// What becomes of a flood, of other people, and of cheap calls meanwhile.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { PASSWORD } from "../contenders/contender.ts";
import { openHttp1 } from "../measure/http1.ts";
import { type Flood, FLOODS, signIn } from "./floods.ts";
import { openStream, type Outcome, type Streamed } from "./stream.ts";
import type { Subjects } from "./subjects.ts";

const FLOOD_CONNECTIONS = 256;
/** How many networks are many. */
export const MANY = 64;
/**
 * What all others together ask for, of what the server can do: less than their share, also beside
 * many networks.
 */
const OTHERS_PART = 0.05;
const LEAST_OTHERS_RATE = 2;
/** Cheap calls a second. */
const CHEAP_RATE = 20;

/** How many a second it does, when as many ask as it can have at work. */
export async function capacityOf(
  { url, accounts }: Subjects,
  flood: Flood,
  seconds: number,
): Promise<number> {
  const { request, worked } = FLOODS[flood];
  const connections = await Promise.all(
    Array.from({ length: 16 }, () => openHttp1(url, "127.1.0.1")),
  );
  const begin = performance.now();
  const end = begin + 1000 * seconds;
  let [done, index] = [0, 0];
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < end)
        if ((await connection.send(request(accounts, index++))).status === worked) done++;
      connection.close();
    }),
  );
  return done / ((performance.now() - begin) / 1000);
}

/** How much is asked, by how many, for how long. */
export interface Offer {
  readonly flood: Flood;
  readonly networks: "one" | "many";
  /** What it can do in a second, and how many times as much is asked. */
  readonly capacity: number;
  readonly times: number;
  readonly seconds: number;
}

export interface Flooded {
  /** Of the flood: everything, what was hashed, and what was refused for want of a place. */
  readonly flooded: Streamed;
  readonly worked: readonly Outcome[];
  readonly shed: readonly Outcome[];
  /** Of the others, and of those who ask for something cheap. */
  readonly signedIn: Streamed;
  readonly right: readonly Outcome[];
  readonly asked: Streamed;
  readonly cheap: readonly Outcome[];
  /** The most bytes of memory. */
  readonly resident: number;
  /** How late the sender itself was, which its times contain: the 99th percentile, in ms. */
  readonly senderLag: number;
}

const RESIDENT_EVERY_MS = 250;
/** How often the sender's event loop is looked at. */
const LAG_EVERY_MS = 5;

/** Floods a server. */
export async function measureFlood(
  { url, resident, accounts, others, token }: Subjects,
  { flood, networks, capacity, times, seconds }: Offer,
): Promise<Flooded> {
  const floodAddresses = Array.from(
    { length: networks === "one" ? 1 : MANY },
    (_, index) => `127.2.${index}.1`,
  );
  const streams = await Promise.all([
    openStream({
      url,
      rate: capacity * times,
      addresses: floodAddresses,
      connectionsPerAddress: FLOOD_CONNECTIONS / floodAddresses.length,
      request: (index) => FLOODS[flood].request(accounts, index),
    }),
    openStream({
      url,
      rate: Math.max(LEAST_OTHERS_RATE, capacity * OTHERS_PART),
      addresses: [...others.keys()],
      connectionsPerAddress: 4,
      request: (_, address) => signIn(others.get(address)!, PASSWORD),
    }),
    openStream({
      url,
      rate: CHEAP_RATE,
      addresses: ["127.4.0.1"],
      connectionsPerAddress: 8,
      request: () => ({ path: "/v1/users/me", headers: { authorization: `Bearer ${token}` } }),
    }),
  ]);
  let [most, isOver] = [0, false];
  const watch = (async () => {
    while (!isOver) {
      most = Math.max(most, await resident());
      await delay(RESIDENT_EVERY_MS);
    }
  })();
  const [flooding, signingIn, asking] = streams;
  const lag = monitorEventLoopDelay({ resolution: LAG_EVERY_MS });
  lag.enable();
  const [flooded, signedIn, asked] = await Promise.all([
    flooding.run(seconds),
    signingIn.run(seconds),
    asking.run(seconds),
  ]);
  lag.disable();
  isOver = true;
  await watch;
  for (const stream of streams) stream.close();
  const answered = ({ outcomes }: Streamed, status: number): readonly Outcome[] =>
    outcomes.filter((outcome) => outcome.status === status);
  return {
    flooded,
    worked: answered(flooded, FLOODS[flood].worked),
    shed: answered(flooded, 429),
    signedIn,
    right: answered(signedIn, 200),
    asked,
    cheap: answered(asked, 200),
    resident: most,
    senderLag: Math.max(0, lag.percentile(99) / 1e6 - LAG_EVERY_MS),
  };
}
