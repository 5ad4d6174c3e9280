// An installation at work, whose database a check stops, freezes, cuts off or fills up.
import { setTimeout as delay } from "node:timers/promises";
import { playEpisode, type Target, targetOf } from "../../test/durability/driver.ts";
import { findWrong } from "../../test/durability/find-wrong.ts";
import { type Registered, register } from "../../test/oauth/flow.ts";
import type { Installation } from "../../test/process/latchkey.ts";
import type { Engine } from "../engine.ts";
import { type BystanderCall, Bystanders } from "./bystanders.ts";
import { Callers, type OutageCall } from "./callers.ts";
import { Fleet } from "./fleet.ts";
import { Journal } from "./journal.ts";
import { metricsOf, sumOf } from "./process.ts";

const DRIVERS = 3;
/** The pause between two looks at readiness and the queue, and of a driver after a failure. */
const LOOK_MS = 50;

/** One look at the server. */
interface Look {
  /** When the answer was there, by Date.now(). */
  readonly at: number;
  readonly isReady: boolean;
}

/** What was seen of a load that has ended. */
export interface SceneSeen {
  readonly calls: readonly OutageCall[];
  readonly bystanders: readonly BystanderCall[];
  readonly looks: readonly Look[];
  /** The most calls that waited for the database. */
  readonly queue: number;
}

/** How a scene is made. */
interface SceneOptions {
  /** Absent: one of the engine. */
  readonly installation?: Installation;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * One process under load: drivers who write down what is acknowledged, callers whose calls begin
 * when they are due, bystanders in a thread, and a look at readiness.
 */
export class Scene {
  readonly fleet: Fleet;
  readonly journal: Journal;
  readonly #drivers: readonly Promise<void>[];
  readonly #callers: Callers;
  readonly #bystanders: Bystanders;
  readonly #looking: Promise<void>;
  readonly #counting: Promise<void>;
  readonly #looks: Look[] = [];
  #queue = 0;
  #isOver = false;
  #isResting = false;

  private constructor(fleet: Fleet, journal: Journal, { target, app, callers, bystanders }: Load) {
    this.fleet = fleet;
    this.journal = journal;
    this.#callers = callers;
    this.#bystanders = bystanders;
    this.#drivers = Array.from({ length: DRIVERS }, () => this.#drive(target, app));
    this.#looking = this.#look();
    this.#counting = this.#count();
  }

  static async start(
    name: string,
    engine: Engine,
    { installation, environment }: SceneOptions = {},
  ): Promise<Scene> {
    const place = installation === undefined ? engine : { install: async () => installation };
    const fleet = await Fleet.start(place, 1, environment);
    try {
      const user = await fleet.newUser();
      const target = await targetOf(fleet.url(), fleet.client);
      const app = await register(target.administrator);
      const { client } = fleet;
      const bystanders = await Bystanders.start({ url: fleet.url(), token: user.token, client });
      return new Scene(fleet, new Journal(name), {
        target,
        app,
        bystanders,
        callers: new Callers(fleet, user),
      });
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  /** Ends the load, and returns what was seen of it. The process runs on. */
  async rest(): Promise<SceneSeen> {
    this.#isOver = this.#isResting = true;
    const calls = await this.#callers.stop();
    await Promise.all([...this.#drivers, this.#looking, this.#counting]);
    const bystanders = await this.#bystanders.stop();
    return { calls, bystanders, looks: this.#looks, queue: this.#queue };
  }

  /** Asks a server for everything in the journal; returns how much was lost and revived. */
  async wrong(url = this.fleet.url()): Promise<{ lost: number; revived: number }> {
    const found = await findWrong(await targetOf(url, this.fleet.client), this.journal.read());
    return {
      lost: found.lostTokens.length + found.lostUsers.length,
      revived: found.revivedTokens.length + found.revivedUsers.length,
    };
  }

  /** Ends everything, the installation too. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.fleet.stop();
    if (!this.#isResting) await this.#bystanders.stop();
    await Promise.allSettled([this.#callers.stop(), ...this.#drivers, this.#looking]);
    await this.journal.remove();
  }

  async #drive(target: Target, app: Registered): Promise<void> {
    for (let count = 0; !this.#isOver; count++) {
      try {
        await playEpisode(target, this.journal, app, count % 4);
      } catch {
        // Cut off in the middle of something; what was answered before has been noted.
        await delay(LOOK_MS);
      }
    }
  }

  async #look(): Promise<void> {
    while (!this.#isOver) {
      const isReady = await fetch(`${this.fleet.url()}/readyz`).then(
        async (response) => {
          await response.arrayBuffer();
          return response.ok;
        },
        () => false,
      );
      this.#looks.push({ at: Date.now(), isReady });
      await delay(LOOK_MS);
    }
  }

  async #count(): Promise<void> {
    while (!this.#isOver) {
      const metrics = await metricsOf(this.fleet.servers[0]!).catch(() => "");
      this.#queue = Math.max(this.#queue, sumOf(metrics, "latchkey_store_connection_queue"));
      await delay(LOOK_MS * 5);
    }
  }
}

interface Load {
  readonly target: Target;
  readonly app: Registered;
  readonly callers: Callers;
  readonly bystanders: Bystanders;
}

/** Returns how long after a moment readiness was first denied, in milliseconds. */
export const unreadyAfter = (looks: readonly Look[], from: number): number =>
  (looks.find(({ at, isReady }) => at >= from && !isReady)?.at ?? Infinity) - from;
