// A whole move: four servers in front of which Latchkey is put, and which it then replaces.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "../../src/domain/clock.ts";
import {
  type PredecessorReport,
  PredecessorReports,
} from "../../src/domain/predecessor/reports/report.ts";
import type { Stage } from "../../src/domain/predecessor/stage.ts";
import { Stages } from "../../src/domain/predecessor/stages.ts";
import type { RequestContext } from "../../src/domain/request-context.ts";
import type { Store } from "../../src/domain/store.ts";
import { call } from "../legacy/call.ts";
import { newFolder } from "../mariadb-server.ts";
import { API_NAMES, type ApiName, DJANGO_SECRET, personOf } from "../predecessors/people.ts";
import { type Predecessor, startPredecessor } from "../predecessors/start.ts";
import { Address } from "./address.ts";
import { Crowd, type Urls } from "./crowd.ts";
import { Fleet } from "./fleet.ts";
import { Witness } from "./witness.ts";

/** How much of it there is. */
export interface MoveSize {
  /** Users of each predecessor. */
  readonly users: number;
  /** Users with passwords of their own. */
  readonly active: number;
  /** Users of each API who act. */
  readonly acting: number;
  /** How often each of them comes in one stage. */
  readonly episodes: number;
  readonly processes: number;
}

/** What Latchkey says of a key. */
interface Introspected {
  readonly active: boolean;
  readonly client_id: string;
  readonly group_id: string;
  readonly username: string;
}

/** All clients come from one address here, so the limits of a network don't hold. */
const SETTINGS = {
  LOG_LEVEL: "info",
  SIGN_IN_NETWORK_FAILURES: "1000000",
  REGISTRATIONS_PER_NETWORK: "1000000",
  SECRETPAIR_LEGACY_JWT_SECRET: DJANGO_SECRET,
  SECRETPAIR_LEGACY_JWT_UNTIL: "2099-01-01",
  SECRETPAIR_JWT_ALG: "HS256",
};
const OPERATOR: RequestContext = {
  caller: { kind: "operator" },
  address: "",
  userAgent: "test",
  expired: () => false,
};
/** Longer than a starved machine lets the predecessors wait: a late answer would be a fault. */
const PREDECESSOR_TIMEOUT_MS = "30000";
/** How long processes may take to follow a change of the stage. */
const FOLLOW_MS = 1_100;

/** A move with everything that takes part in it. */
export class Move {
  readonly witness = new Witness();
  readonly predecessors: ReadonlyMap<ApiName, Predecessor>;
  readonly fleet: Fleet;
  readonly urls: Urls;
  readonly crowd: Crowd;
  readonly #store: Store;
  readonly #stages: Stages;
  readonly #addresses: ReadonlyMap<ApiName, Address>;
  readonly #size: MoveSize;
  #killed = 0;

  private constructor(
    size: MoveSize,
    { fleet, store }: { readonly fleet: Fleet; readonly store: Store },
    predecessors: ReadonlyMap<ApiName, Predecessor>,
    addresses: ReadonlyMap<ApiName, Address>,
  ) {
    this.#size = size;
    this.fleet = fleet;
    this.#store = store;
    this.#stages = new Stages({ store, clock: systemClock, apis: API_NAMES });
    this.predecessors = predecessors;
    this.#addresses = addresses;
    this.urls = Object.fromEntries([...addresses].map(([api, { url }]) => [api, url])) as Urls;
    this.crowd = new Crowd(this.urls, this.witness, size);
  }

  /** Starts the four servers, Latchkey that nothing leads to yet, and the clients. */
  static async start(engine: "sqlite" | "mysql", size: MoveSize): Promise<Move> {
    const { users, active } = size;
    const predecessors = await mapOf((api) => startPredecessor({ api, users, active }));
    const addresses = await mapOf(() => Address.open());
    const settings = Object.fromEntries(
      [...predecessors].flatMap(([api, { url }]) => {
        const name = `${api.toUpperCase()}_PREDECESSOR`;
        return [
          [name, url],
          [`${name}_TIMEOUT_MS`, PREDECESSOR_TIMEOUT_MS],
        ];
      }),
    );
    const fleet = await Fleet.start(engine, { ...SETTINGS, ...settings }, size.processes);
    const store = await fleet.openStore();
    const move = new Move(size, { fleet, store }, predecessors, addresses);
    for (const [api, address] of addresses) address.leadTo(predecessors.get(api)!.url);
    return move;
  }

  /** Leads the clients' addresses to Latchkey. */
  putInFront(): void {
    for (const address of this.#addresses.values()) address.leadTo(...this.fleet.urls);
  }

  /**
   * Imports the state of a server, as the owner does before the move and before its end. Users who
   * never come are left out: each would cost a hash.
   */
  async importState(api: ApiName): Promise<void> {
    const idle = (line: string): boolean => {
      const { kind, email } = JSON.parse(line) as { kind: string; email?: string };
      return kind === "user" && !this.#active(api).has(email);
    };
    const lines = (await this.predecessors.get(api)!.state()).trim().split("\n");
    const file = join(await newFolder(), `${api}.jsonl`);
    await writeFile(file, `${lines.filter((line) => !idle(line)).join("\n")}\n`);
    await this.fleet.succeed("import", file);
  }

  /** Returns what Latchkey says of the keys that senler's applications have been given. */
  async keys(): Promise<readonly Introspected[]> {
    const { id, secret } = await this.fleet.administrator();
    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
    const url = `${this.fleet.urls[0]}/oauth2/introspect`;
    const all = this.crowd.keys.map(async (token) => {
      const { text } = await call(url, "POST", { token }, { authorization });
      return JSON.parse(text) as Introspected;
    });
    return Promise.all(all);
  }

  /** Sets a stage, as the operator does, and waits until every process follows. */
  async setStage(apis: readonly ApiName[], stage: Stage, percent = 100): Promise<void> {
    const [first, ...others] = apis;
    const share = ["--percent", String(percent)];
    await this.fleet.succeed("predecessor", "stage", first!, stage, ...share);
    // Each command is a process, so the others are set by what the command calls.
    for (const api of others) await this.#stages.set(OPERATOR, api, { stage, percent, only: [] });
    await delay(FOLLOW_MS);
  }

  /** Lets all clients act, and kills a process in the middle of it when there is one to kill. */
  async play(phase: string, kills: boolean, episodes = this.#size.episodes): Promise<void> {
    this.witness.enter(phase);
    const before = this.witness.total;
    const playing = this.crowd.play(episodes);
    if (kills) {
      let isOver = false;
      void playing.finally(() => (isOver = true)).catch(() => undefined);
      while (!isOver && this.witness.total < before + 10 + this.#killed) await delay(2);
      const index = this.#killed % this.#size.processes;
      this.#killed += 1;
      await this.fleet.kill(index);
      await this.fleet.restart(index);
    }
    await playing;
    await this.crowd.check();
  }

  /** How often each path was asked of the predecessors, pages too. */
  async asked(): Promise<ReadonlyMap<string, number>> {
    const all = await Promise.all([...this.predecessors.values()].map((old) => old.calls()));
    return new Map(all.flatMap((calls) => Object.entries(calls)));
  }

  async setDown(apis: readonly ApiName[], down: boolean): Promise<void> {
    for (const api of apis) await this.predecessors.get(api)!.behave({ down });
  }

  /** Returns what `latchkey predecessor report` prints, without a process of its own. */
  async report(api: ApiName): Promise<PredecessorReport> {
    await this.#stages.refresh();
    const [store, stages] = [this.#store, this.#stages];
    return new PredecessorReports({ store, stages, clock: systemClock }).of(api, "default");
  }

  #active(api: ApiName): ReadonlySet<string | undefined> {
    const { active } = this.#size;
    const indexes = Array.from({ length: active }, (_, index) => index);
    return new Set(indexes.map((index) => personOf(api, index, active).email));
  }

  async stop(): Promise<void> {
    this.crowd.close();
    for (const address of this.#addresses.values()) address.close();
    await Promise.all([...this.predecessors.values()].map((old) => old.stop()));
    await this.#store.close();
    await this.fleet.stop();
  }
}

async function mapOf<T>(make: (api: ApiName) => Promise<T>): Promise<ReadonlyMap<ApiName, T>> {
  return new Map(await Promise.all(API_NAMES.map(async (api) => [api, await make(api)] as const)));
}
