import { setTimeout as delay } from "node:timers/promises";
import type { Answer, Connection, Request } from "../measure/connection.ts";
import { openHttp1 } from "../measure/http1.ts";

/** What came of one request. */
export interface Outcome {
  readonly status: number;
  readonly milliseconds: number;
  /** Whether a 429 says when to try again. */
  readonly saysWhen: boolean;
}

export interface Stream {
  readonly url: string;
  /** Requests a second. */
  readonly rate: number;
  /** The addresses of this machine that they come from, each with as many connections. */
  readonly addresses: readonly string[];
  readonly connectionsPerAddress: number;
  request(index: number, address: string): Request;
}

export interface Streamed {
  readonly outcomes: readonly Outcome[];
  /** Requests that were due while every connection waited for an answer. */
  readonly unsent: number;
}

/** How often it looks which requests are due. */
const TICK_MS = 4;

/** Opens the connections; then `run` sends for so many seconds. */
export async function openStream({
  url,
  rate,
  addresses,
  connectionsPerAddress,
  request,
}: Stream): Promise<{ run(seconds: number): Promise<Streamed>; close(): void }> {
  const opened = addresses.flatMap((address) =>
    Array.from({ length: connectionsPerAddress }, async () => ({
      address,
      connection: await openHttp1(url, address),
    })),
  );
  const all = await Promise.all(opened);
  // In turns over the addresses.
  const free = Array.from({ length: connectionsPerAddress }, (_, lane) =>
    addresses.map((_, index) => all[index * connectionsPerAddress + lane]!),
  ).flat();
  let index = 0;
  const send = async (
    lane: { address: string; connection: Connection },
    outcomes: Outcome[],
  ): Promise<void> => {
    const begin = performance.now();
    const { status, saysWhen = false }: Omit<Answer, "body"> = await lane.connection
      .send(request(index++, lane.address))
      .catch(() => ({ status: 0 }));
    outcomes.push({ status, milliseconds: performance.now() - begin, saysWhen });
    if (status !== 0) free.push(lane);
  };
  return {
    async run(seconds) {
      const outcomes: Outcome[] = [];
      const pending = new Set<Promise<void>>();
      const begin = performance.now();
      let [due, unsent] = [0, 0];
      while (performance.now() - begin < seconds * 1000) {
        const now = Math.floor(((performance.now() - begin) / 1000) * rate);
        for (; due < now; due++) {
          const lane = free.shift();
          if (lane === undefined) unsent++;
          else {
            const sent = send(lane, outcomes).finally(() => pending.delete(sent));
            pending.add(sent);
          }
        }
        await delay(TICK_MS);
      }
      await Promise.race([Promise.all(pending), delay(5000)]);
      return { outcomes, unsent };
    },
    close: () => all.forEach(({ connection }) => connection.close()),
  };
}
