import type { Observer } from "../domain/predecessor/observation.ts";
import type { Stage } from "../domain/predecessor/stage.ts";
import { ticks } from "../domain/clock.ts";
import { compareAnswers, type ComparedAnswer, comparedOf, type Comparison } from "./compare.ts";
import type { Exchange } from "./exchange.ts";
import type { Learner } from "./learner.ts";
import { headerOf } from "./message.ts";
import type { StagedRoute } from "./routes.ts";

/** How many calls may wait. They hold passwords, so only in memory, and not without end. */
const MAX_WAITING = 10_000;
/** How many are worked on at once; their hashing has lanes of its own. */
const AT_ONCE = 8;

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
}

/** One that waits its turn. */
interface Waiting extends Answered {
  readonly subject: string;
  readonly done: () => void;
}

const VOLATILE: Comparison = { outcome: "volatile", differences: [] };

/**
 * Learns and compares after the client has its answer. Calls of one user are taken in their order;
 * those of others go beside them.
 */
export class AfterAnswers {
  readonly #options: AfterAnswersOptions;
  readonly #waiting: Waiting[] = [];
  /** The users whose calls are being worked on. */
  readonly #busy = new Set<string>();
  #running = 0;
  #idle: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(options: AfterAnswersOptions) {
    this.#options = options;
  }

  /** Resolves when the call has been learnt from and compared, or was dropped. */
  add(answered: Answered): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#waiting.length >= MAX_WAITING) {
      this.#options.onDropped();
      return Promise.resolve();
    }
    this.#waiting.push({ ...answered, subject: subjectOf(answered), done: resolve });
    this.#next();
    return promise;
  }

  /** Resolves when nothing waits, or after `limitMs`. */
  async drain(limitMs: number): Promise<void> {
    if (this.#running === 0 && this.#waiting.length === 0) return;
    const idle = (this.#idle ??= Promise.withResolvers<void>());
    const timer = setTimeout(idle.resolve, limitMs);
    await idle.promise;
    clearTimeout(timer);
  }

  #next(): void {
    while (this.#running < AT_ONCE) {
      const index = this.#waiting.findIndex(({ subject }) => !this.#busy.has(subject));
      if (index < 0) break;
      const [answered] = this.#waiting.splice(index, 1);
      void this.#work(answered!);
    }
    if (this.#running > 0 || this.#waiting.length > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  async #work({ subject, done, ...answered }: Waiting): Promise<void> {
    this.#busy.add(subject);
    this.#running++;
    try {
      await this.#take(answered);
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#busy.delete(subject);
      this.#running--;
      done();
      this.#next();
    }
  }

  async #take(answered: Answered): Promise<void> {
    const { exchange, route } = answered;
    const learn = (): Promise<void> =>
      this.#options.learner.learn(exchange).catch(this.#options.onError);
    const isLearntFirst = route.kind === "sign-in" || route.kind === "profile";
    if (isLearntFirst) await learn();
    const startedAt = ticks();
    const comparison = await this.#compare(exchange, route);
    const ownMs = ticks() - startedAt;
    if (!isLearntFirst) await learn();
    // Latchkey was too busy to say what it would have answered: the call counts all the same.
    const isCompared = comparison !== undefined && comparison !== VOLATILE;
    this.#record(answered, comparison ?? VOLATILE, isCompared ? ownMs : undefined);
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
    if (route.kind === "page") return VOLATILE;
    if (route.kind === "redemption" && reply.status < 300) return VOLATILE;
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
