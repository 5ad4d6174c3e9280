// Draws calls, and counts what each shard is asked.
import { randomFrom } from "../stage.ts";
import { CALLS_A_DAY, CLIENTS, DRAWN, NETWORKS, SEED, SHARDS, USERS } from "./assumptions.ts";
import { costOf, type CallCost, type Place } from "./cost.ts";
import { type Population, rankOf, shardOf } from "./zipf.ts";

/** Kinds of keys, so that the first user isn't on the shard of the first client. */
const KINDS = { user: 1, client: 2, network: 3, account: 4 } as const;

/** What is drawn; given in tests. */
export interface Draw {
  readonly calls: readonly CallCost[];
  readonly callsADay: Readonly<Record<string, number>>;
  readonly users: Population;
  readonly clients: Population;
  readonly networks: Population;
  readonly shards: number;
  readonly drawn: number;
  readonly seed: number;
  /** Whether the tokens that clients have for themselves are placed by the client. */
  readonly byClient: boolean;
}

/** What the shards were asked. */
export interface Load {
  /** Microseconds of statements, by shard. */
  readonly micros: readonly number[];
  readonly statements: readonly number[];
}

/** Returns how much more the busiest shard has than the mean. */
export const excessOf = (loads: readonly number[]): number =>
  Math.max(...loads) / (loads.reduce((sum, each) => sum + each, 0) / loads.length);

/** Draws calls of a mix, and sums what each shard does for them. */
export function drawLoad(draw: Draw): Load {
  const { calls, callsADay, users, clients, networks, shards, drawn, seed, byClient } = draw;
  const random = randomFrom(seed);
  const total = calls.reduce((sum, { name }) => sum + (callsADay[name] ?? 0), 0);
  const micros = Array.from({ length: shards }, () => 0);
  const statements = Array.from({ length: shards }, () => 0);
  const drawCall = (): CallCost => {
    let left = random() * total;
    for (const call of calls) {
      left -= callsADay[call.name] ?? 0;
      if (left < 0) return call;
    }
    return calls.at(-1)!;
  };
  for (let count = 0; count < drawn; count++) {
    const call = drawCall();
    const [user, client, network] = [users, clients, networks].map((population) =>
      rankOf(population, random()),
    ) as [number, number, number];
    const shardAt: Readonly<Record<Place, () => number>> = {
      user: () => shardOf(KINDS.user, user, shards),
      account: () => shardOf(KINDS.account, user, shards),
      network: () => shardOf(KINDS.network, network, shards),
      // A hash, a new id, or any copy.
      anywhere: () => Math.floor(random() * shards),
      client: () =>
        byClient ? shardOf(KINDS.client, client, shards) : Math.floor(random() * shards),
    };
    for (const { place, micros: cost } of call.work) {
      const shard = shardAt[place]();
      micros[shard]! += cost;
      statements[shard]!++;
    }
  }
  return { micros, statements };
}

/** Returns what the model draws, unless a part of it is said. */
export const usualDraw = (given: Partial<Draw> = {}): Draw => ({
  calls: costOf(),
  callsADay: CALLS_A_DAY,
  users: USERS,
  clients: CLIENTS,
  networks: NETWORKS,
  shards: SHARDS,
  drawn: DRAWN,
  seed: SEED,
  byClient: false,
  ...given,
});
