// The workers: so many at all times. It owns when one is started, replaced, told to end or killed,
// and must not know what they serve.
import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { ticks } from "../../domain/clock.ts";
import type { Logger } from "../../telemetry/log.ts";
import { type FromWorker, hear, type Numbers, say } from "./messages.ts";

/** A worker that dies this soon is not replaced at once: it would only die again. */
const SOON_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** What a worker has beyond the time that requests have, before it is killed. */
const OVERTIME_MS = 10_000;

/** Where workers listen. */
export type Built = Extract<FromWorker, { type: "built" }>;

interface Member {
  readonly worker: Worker;
  readonly startedAt: number;
  built: boolean;
  /** Another stands in its place, or none shall. */
  leaving: boolean;
  /** Told last; what is known when it dies without a word. */
  numbers: Numbers;
}

export interface WorkerPoolOptions {
  readonly size: number;
  readonly log: Logger;
  readonly drainMs: number;
  /** Hears of the numbers of a worker that is gone. */
  readonly onGone: (numbers: Numbers, unexpected: boolean) => void;
  /** Hears that none is left, and none can be started. */
  readonly onLost: () => void;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #members = new Set<Member>();
  /**
   * Which one they found; only when no worker is left to hold it, it has to be asked for by its
   * number.
   */
  #port: number | undefined;
  #forked: { readonly PORT?: string } = {};
  #ending = false;
  #pauseMs = FIRST_PAUSE_MS;
  #restarting: Promise<void> = Promise.resolve();

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** How many serve. */
  get serving(): number {
    return [...this.#members].filter(({ built, leaving }) => built && !leaving).length;
  }

  /**
   * Starts them all; rejects when one can't start, and is undefined when they were told to end
   * meanwhile.
   */
  start(): Promise<Built | undefined> {
    const starting = this.#startAll().catch((error: unknown) => {
      if (!this.#ending) throw error;
      return undefined;
    });
    this.#restarting = starting.then(
      () => undefined,
      () => undefined,
    );
    return starting;
  }

  /** The first finds the port, and is the only one to complain if there is none. */
  async #startAll(): Promise<Built> {
    // Each worker takes connections from the port itself. If this process dealt them out, those
    // under way to a worker that is killed would stay open for ever without an answer.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    const [first, built] = await this.#hire();
    this.#port = built.port;
    const others = await Promise.all(
      Array.from({ length: this.#options.size - 1 }, () => this.#hire()),
    );
    for (const [member] of [[first] as const, ...others]) this.#open(member);
    return built;
  }

  /**
   * Puts a new worker in the place of each, one after the other, each ready before the old one
   * takes its leave.
   */
  restart(): Promise<void> {
    this.#restarting = this.#restarting
      .then(() => this.#renewAll())
      .catch((err: unknown) => {
        if (!this.#ending)
          this.#options.log.error({ err }, "restart given up: those who are left go on");
      });
    return this.#restarting;
  }

  async #renewAll(): Promise<void> {
    for (const old of [...this.#members].filter(({ leaving }) => !leaving)) {
      if (this.#ending) return;
      if (!old.leaving) await this.#renew(old);
    }
    this.#options.log.info("restarted");
  }

  async #renew(old: Member): Promise<void> {
    old.leaving = true;
    try {
      const [member] = await this.#hire();
      this.#open(member);
    } catch (error) {
      old.leaving = false;
      if (old.worker.isDead()) void this.#replace(old);
      throw error;
    }
    await this.#dismiss(old);
  }

  /** Lets all end. */
  async end(): Promise<void> {
    this.#ending = true;
    const built: Promise<void>[] = [];
    for (const member of this.#members) {
      if (member.built) built.push(this.#dismiss(member));
      else member.worker.process.kill("SIGKILL");
    }
    await Promise.all(built);
  }

  /** Ends all at once. */
  kill(): void {
    this.#ending = true;
    for (const { worker } of this.#members) worker.process.kill("SIGKILL");
  }

  /** What those who serve count; who doesn't answer in time is told of by what it said last. */
  numbers(patienceMs: number): Promise<Numbers[]> {
    return Promise.all(
      [...this.#members]
        .filter(({ built }) => built)
        .map(async (member) => {
          const answered = hear(member.worker, "numbers", AbortSignal.timeout(patienceMs));
          say(member.worker, "numbers");
          await answered.catch(() => undefined);
          return member.numbers;
        }),
    );
  }

  /** A new worker, built and not yet answering. */
  async #hire(): Promise<[Member, Built]> {
    if (this.#members.size === 0 && this.#port !== undefined)
      this.#forked = { PORT: String(this.#port) };
    const worker = cluster.fork(this.#forked);
    const member: Member = {
      worker,
      startedAt: ticks(),
      built: false,
      leaving: false,
      numbers: [],
    };
    this.#members.add(member);
    worker.on("message", (message: FromWorker) => {
      if (message.type === "built") member.built = true;
      else member.numbers = message.numbers;
    });
    worker.on("error", (err) =>
      this.#options.log.warn({ err, worker: worker.id }, "a worker can't be reached"),
    );
    worker.once("exit", (code, signal) => {
      this.#members.delete(member);
      this.#options.onGone(member.numbers, !member.leaving);
      if (member.leaving || this.#ending) return;
      this.#options.log.error({ worker: worker.id, exitCode: code, signal }, "a worker has died");
      if (member.built) void this.#replace(member);
    });
    return [member, await hear(worker, "built")];
  }

  /** A worker in the place of one that has died, sooner or later. */
  async #replace({ startedAt }: Member): Promise<void> {
    this.#pauseMs =
      ticks() - startedAt < SOON_MS
        ? Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
        : FIRST_PAUSE_MS;
    for (; !this.#ending; this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)) {
      await delay(this.#pauseMs);
      if (this.#ending) return;
      try {
        const [member] = await this.#hire();
        return this.#open(member);
      } catch (err) {
        if (this.#ending) return;
        this.#options.log.error({ err }, "a worker can't be replaced yet");
        if (this.#members.size === 0) this.#options.onLost();
      }
    }
  }

  async #dismiss(member: Member): Promise<void> {
    const { worker } = member;
    member.leaving = true;
    if (worker.isDead()) return;
    const late = setTimeout(
      () => worker.process.kill("SIGKILL"),
      this.#options.drainMs + OVERTIME_MS,
    );
    const gone = once(worker, "exit");
    const drained = hear(worker, "drained").catch(() => undefined);
    say(worker, "drain");
    await drained;
    say(worker, "exit");
    await gone;
    clearTimeout(late);
  }

  #open({ worker, leaving }: Member): void {
    if (!leaving) say(worker, "open");
  }
}
