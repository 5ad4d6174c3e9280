import { setImmediate as breath, setTimeout as pause } from "node:timers/promises";
import type { Observer } from "../domain/predecessor/observation.ts";
import type { Stage } from "../domain/predecessor/stage.ts";
import { ticks } from "../domain/clock.ts";
import { hashingOnce } from "../domain/passwords/hashing-once.ts";
import { compareAnswers, type ComparedAnswer, comparedOf, type Comparison } from "./compare.ts";
import type { Exchange } from "./exchange.ts";
import type { Learner } from "./learner.ts";
import { headerOf } from "./message.ts";
import type { StagedRoute } from "./routes.ts";
import { SubjectQueue } from "./subject-queue.ts";

/** How many calls may wait. They hold passwords, so only in memory, and not without end. */
const MAX_WAITING = 10_000;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** What a call holds besides its bodies. */
const CALL_BYTES = 4 * 1024;
/** How many are worked on at once; their hashing has lanes of its own. */
const AT_ONCE = 8;
/** How long to wait, in milliseconds, before an end is stored again; a client waits meanwhile. */
const PAUSES = [100, 400, 1_000] as const;
/** How often, in milliseconds and times, it is tried after that. */
const RETRY_MS = 1_000;
const RETRIES = 600;

export interface AfterAnswersOptions {
  readonly learner: Learner;
  /** Returns what Latchkey would have answered, without lasting effect. */
  readonly rehearse: (exchange: Exchange) => Promise<ComparedAnswer | undefined>;
  readonly observer: Observer;
  /** Whether a field differs by nature, by its path. */
  readonly isVolatile: (route: StagedRoute, path: string) => boolean;
  /** Reads what decides that, if it is old. */
  readonly beforeCompare: () => Promise<void>;
  /** Receives what failed; no client waits for it. */
  readonly onError: (error: unknown) => void;
  /** Receives each call that was dropped because too many wait. */
  readonly onDropped: () => void;
}

/** A call that the predecessor has answered. */
interface Answered {
  readonly exchange: Exchange;
  readonly stage: Stage;
  readonly route: StagedRoute;
  /** When the answer came. */
  readonly at: number;
}

const UNCOMPARED: Comparison = { outcome: "uncompared", differences: [] };

/**
 * Learns and compares after the client has its answer. Calls of one user are taken in their order;
 * those of others go beside them.
 */
export class AfterAnswers {
  readonly #options: AfterAnswersOptions;
  readonly #queue = new SubjectQueue({
    atOnce: AT_ONCE,
    maxWaiting: MAX_WAITING,
    maxBytes: MAX_WAITING_BYTES,
  });
  /** How many ends are being tried again. */
  #insisting = 0;

  constructor(options: AfterAnswersOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the call has been learnt from and compared, or was dropped. Rejects for a
   * sign-out or a deletion that could not be stored; it is tried again until it is.
   */
  add(answered: Answered): Promise<void> {
    const { exchange, route } = answered;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const isTaken = this.#queue.add({
      subject: subjectOf(answered),
      bytes: exchange.request.body.length + exchange.reply.body.length + CALL_BYTES,
      isUrgent: route.kind === "end",
      // What is learnt and what is rehearsed are the same password and the same hash.
      work: () => hashingOnce((hashed) => this.#take(answered, hashed)).then(resolve, reject),
    });
    if (isTaken) return promise;
    this.#options.onDropped();
    this.#record(answered, UNCOMPARED);
    return Promise.resolve();
  }

  /** Resolves when nothing waits, or after `limitMs`. */
  drain(limitMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, limitMs);
    void this.#queue.idle().then(resolve);
    return promise.finally(() => clearTimeout(timer));
  }

  async #take(answered: Answered, hashed: { readonly sparedMs: number }): Promise<void> {
    const { exchange, route, at } = answered;
    const { learner, onError } = this.#options;
    const learn = (): Promise<void> => learner.learn(exchange, at).catch(onError);
    const isLearntFirst = route.kind === "sign-in" || route.kind === "profile";
    // Clients that have come meanwhile go first: with SQLite nothing here waits by itself.
    if (route.kind !== "end") await breath();
    if (isLearntFirst) await learn();
    if (isLearntFirst) await breath();
    const [startedAt, before] = [ticks(), hashed.sparedMs];
    const comparison = await this.#compare(exchange, route).catch(onError);
    // Latchkey alone would have hashed what is known here already.
    const ownMs = ticks() - startedAt + hashed.sparedMs - before;
    // Latchkey was too busy to say what it would have answered: the call counts all the same.
    const isCompared = comparison !== undefined && comparison !== UNCOMPARED;
    this.#record(answered, comparison ?? UNCOMPARED, isCompared ? ownMs : undefined);
    if (route.kind === "end") await this.#learnEnd(exchange, at);
    else if (!isLearntFirst) await learn();
  }

  /** Stores a sign-out or a deletion. It must hold here too once the client has its answer. */
  async #learnEnd(exchange: Exchange, at: number): Promise<void> {
    const learn = (): Promise<void> => this.#options.learner.learn(exchange, at);
    for (const milliseconds of PAUSES) {
      try {
        return await learn();
      } catch (error) {
        this.#options.onError(error);
        await pause(milliseconds);
      }
    }
    try {
      await learn();
    } catch (error) {
      void this.#insist(learn);
      throw error;
    }
  }

  /** Tries on after the client has got an error: the predecessor has ended the access already. */
  async #insist(learn: () => Promise<void>): Promise<void> {
    if (this.#insisting >= MAX_WAITING) return;
    this.#insisting++;
    for (let times = 0; times < RETRIES; times++) {
      await pause(RETRY_MS, undefined, { ref: false });
      try {
        await learn();
        break;
      } catch {
        // The cause was reported by the first tries.
      }
    }
    this.#insisting--;
  }

  #record(
    { exchange: { api, reply }, stage, route: { route } }: Answered,
    comparison: Comparison,
    ownMs?: number,
  ): void {
    const predecessorMs = reply.milliseconds;
    this.#options.observer.record({ api, stage, route, ...comparison, predecessorMs, ownMs });
  }

  async #compare(exchange: Exchange, route: StagedRoute): Promise<Comparison | undefined> {
    const { reply } = exchange;
    // The texts of pages are no contract, and a code of the predecessor's is unknown here.
    if (route.kind === "page") return UNCOMPARED;
    if (route.kind === "redemption" && reply.status < 300) return UNCOMPARED;
    await this.#options.beforeCompare();
    const ours = await this.#options.rehearse(exchange);
    if (ours === undefined) return undefined;
    return compareAnswers(ours, comparedOf(reply), (path) => this.#options.isVolatile(route, path));
  }
}

/** Returns what tells the calls of one user apart from those of others. */
const subjectOf = ({ exchange: { api, parameters, request }, route }: Answered): string =>
  [
    api,
    parameters.get(route.email ?? "")?.toLowerCase() ??
      parameters.get(route.username ?? "") ??
      headerOf(request, "authorization"),
  ].join("\n");
