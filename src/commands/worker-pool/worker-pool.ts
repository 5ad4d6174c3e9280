import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { ticks } from "../../domain/clock.ts";
import type { Logger } from "../../telemetry/log.ts";
import { type FromWorker, hear, type Numbers, say } from "./messages.ts";

/** A worker that exits this soon is not replaced at once: it would only exit again. */
const SOON_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** How long a worker has after the drain time, before it is killed. */
const OVERTIME_MS = 10_000;

/** The port that workers share. */
export type Built = Extract<FromWorker, { type: "built" }>;

interface Member {
  readonly worker: Worker;
  readonly startedAt: number;
  built: boolean;
  /** It has been replaced, or needs no replacement. */
  leaving: boolean;
  /** Its last metrics, for when it exits without a message. */
  numbers: Numbers;
}

export interface WorkerPoolOptions {
  readonly size: number;
  readonly log: Logger;
  readonly drainMs: number;
  /** Receives the last metrics of a worker that has ended. */
  readonly onGone: (numbers: Numbers, unexpected: boolean) => void;
  /** Is called when no worker is left and none can be started. */
  readonly onLost: () => void;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #members = new Set<Member>();
  /**
   * The port that the first worker got. When no worker is left to hold it, the next one must ask
   * for it by its number.
   */
  #port: number | undefined;
  #forked: { readonly PORT?: string } = {};
  #ending = false;
  #pauseMs = FIRST_PAUSE_MS;
  #restarting: Promise<void> = Promise.resolve();

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** How many workers serve. */
  get serving(): number {
    return [...this.#members].filter(({ built, leaving }) => built && !leaving).length;
  }

  /** Starts all workers; rejects when one can't start. Undefined when `end` came first. */
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

  /** Starts the first worker alone: it gets the port, or the only error if the port is taken. */
  async #startAll(): Promise<Built> {
    // Each worker accepts connections itself. If this process distributed them, those on the way to
    // a worker that is killed would stay open for ever without a response.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    const [first, built] = await this.#hire();
    this.#port = built.port;
    const others = await Promise.all(
      Array.from({ length: this.#options.size - 1 }, () => this.#hire()),
    );
    for (const [member] of [[first] as const, ...others]) this.#open(member);
    return built;
  }

  /** Replaces each worker, one after the other. The new one is ready before the old one drains. */
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

  /** Lets all workers drain and exit. */
  async end(): Promise<void> {
    this.#ending = true;
    const built: Promise<void>[] = [];
    for (const member of this.#members) {
      if (member.built) built.push(this.#dismiss(member));
      else member.worker.process.kill("SIGKILL");
    }
    await Promise.all(built);
  }

  /** Kills all workers. */
  kill(): void {
    this.#ending = true;
    for (const { worker } of this.#members) worker.process.kill("SIGKILL");
  }

  /** Collects the metrics of all workers; the last known ones of a worker that doesn't answer. */
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

  /** Starts a worker, which is built and does not answer yet. */
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

  /** Replaces a worker that has exited, after a pause when it lived only shortly. */
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
