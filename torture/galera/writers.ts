// Writers who let a process issue tokens, and what became of each attempt.
import { setTimeout as delay } from "node:timers/promises";
import { hashToken } from "../../src/domain/security/tokens.ts";
import { post } from "../../test/oauth/flow.ts";
import type { Fleet } from "../load/fleet.ts";
import type { Journal } from "../load/journal.ts";
import type { GaleraCluster } from "./cluster.ts";

const PAUSE_AFTER_FAILURE_MS = 20;

/** When the writers wrote nothing. Times are in milliseconds, of performance.now(). */
interface Gap {
  /** The longest time without an acknowledged write. */
  readonly longest: number;
  /** How long after the beginning the last error came. */
  readonly lastError: number;
}

/** Issues an access token to a client for itself; empty when it was not acknowledged. */
export const newToken = (fleet: Fleet, process = 0): Promise<string> =>
  post(fleet.url(process), "token", { grant_type: "client_credentials" }, fleet.client).then(
    ({ status, json }) => (status === 200 ? String(json["access_token"]) : ""),
    () => "",
  );

/** Writers at the first process of a fleet. A token is a row, and costs no hash of a password. */
export class Writers {
  readonly #fleet: Fleet;
  readonly #journal: Journal;
  /** When a token was acknowledged. */
  readonly #written: number[] = [];
  readonly #failed: number[] = [];
  readonly #all: Promise<unknown>;
  #isOver = false;

  constructor(fleet: Fleet, count: number, journal: Journal) {
    this.#fleet = fleet;
    this.#journal = journal;
    this.#all = Promise.all(Array.from({ length: count }, () => this.#write()));
  }

  async #write(): Promise<void> {
    while (!this.#isOver) {
      const token = await newToken(this.#fleet);
      const now = performance.now();
      if (token !== "") {
        this.#journal.alive.add(token);
        this.#written.push(now);
      } else {
        this.#failed.push(now);
        await delay(PAUSE_AFTER_FAILURE_MS);
      }
    }
  }

  /** Returns what the writers saw between two moments. */
  gap(from: number, to: number): Gap {
    const times = [...this.#written.filter((at) => at > from - 1_000 && at < to), to];
    const gaps = times.map((at, index) => at - (times[index - 1] ?? from));
    const last = this.#failed.findLast((at) => at > from && at < to);
    return { longest: Math.max(...gaps), lastError: (last ?? from) - from };
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#all;
  }
}

/** Returns how many acknowledged tokens the nodes lack; the journal's file says which there are. */
export async function lostOf(
  cluster: GaleraCluster,
  database: string,
  journal: Journal,
): Promise<number> {
  const acknowledged = [...journal.read().alive].map(hashToken);
  let lost = 0;
  for (const node of cluster.nodes) {
    const rows = await node.run(
      "set session wsrep_sync_wait = 1",
      `use ${database}`,
      `select hash from access_tokens union all select hash from refresh_tokens
         union all select token_hash from sessions`,
    );
    const hashes = new Set(rows.map((row) => String(row["hash"])));
    lost += acknowledged.filter((hash) => !hashes.has(hash)).length;
  }
  return lost;
}
