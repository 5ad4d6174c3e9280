// The connections to one server: at most so many, and those who wait for one.
import type { Socket } from "node:net";
import { type Connection, type ConnectionOptions, createConnection } from "mysql2";
import { ticks } from "../../../domain/clock.ts";
import { unavailable } from "../errors.ts";

/**
 * How long a call waits for a connection, a new one or one of the pool, in milliseconds. A burst on
 * a machine without a free core makes a handshake take more than a second, and the database is
 * still there.
 */
const CONNECTION_TIMEOUT = 3_000;

/** How many calls may wait for a connection. */
const QUEUE_LIMIT = 1_000;

interface Waiting {
  /** Since when it waits, in ticks. */
  readonly since: number;
  readonly resolve: (raw: Connection) => void;
  readonly reject: (error: unknown) => void;
}

interface PoolLimits {
  readonly address: ConnectionOptions;
  readonly limit: number;
  /** Receives a connection that was lost, while it is free or while a caller has it. */
  onLost(raw: Connection): void;
}

/**
 * Ends a connection at once, also when its other end says nothing. `destroy` of mysql2 alone would
 * keep the descriptor until the other end has answered, which a server that is gone never does.
 */
export function sever(raw: Connection, reason?: Error): void {
  const { stream } = raw as unknown as { readonly stream: Socket };
  // `destroy` of mysql2 wouldn't answer the statements that run.
  if (reason === undefined) raw.destroy();
  stream.destroy(reason);
}

/** Hands out connections, the last one that was given back first. */
export class Pool {
  readonly #options: PoolLimits;
  /** Those that are connected, free or not. */
  readonly #all = new Set<Connection>();
  /** Those that are being made, and since when; in ticks. */
  readonly #attempts = new Map<Connection, number>();
  #free: Connection[] = [];
  readonly #waiting = new Set<Waiting>();
  #isEnded = false;

  constructor(options: PoolLimits) {
    this.#options = options;
  }

  /** Takes a connection, a free one or a new one. */
  take(): Promise<Connection> {
    const free = this.#free.pop();
    if (free !== undefined) return Promise.resolve(free);
    if (this.#isEnded) return Promise.reject(noConnection("the connections are closed"));
    if (this.#waiting.size >= QUEUE_LIMIT)
      return Promise.reject(noConnection("too many calls wait for a connection"));
    return new Promise((resolve, reject) => {
      // After a pause of the process, timers run before what has arrived meanwhile is read.
      let immediate: NodeJS.Immediate | undefined;
      const timer = setTimeout(
        () => (immediate = setImmediate(() => end(reject)(noConnection("no connection in time")))),
        CONNECTION_TIMEOUT,
      );
      const end =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          clearImmediate(immediate);
          this.#waiting.delete(waiting);
          settle(value);
        };
      const waiting: Waiting = { since: ticks(), resolve: end(resolve), reject: end(reject) };
      this.#waiting.add(waiting);
      this.#grow();
    });
  }

  /** Takes back a connection. */
  release(raw: Connection): void {
    if (!this.#all.has(raw)) return this.#grow();
    const [next] = this.#waiting;
    if (next === undefined) this.#free.push(raw);
    else next.resolve(raw);
  }

  /** Ends a connection that can't be used again. */
  destroy(raw: Connection): void {
    this.#forget(raw);
    sever(raw);
    this.#grow();
  }

  /**
   * Makes connections anew whose making began before a moment, and isn't done. A handshake of which
   * bytes were lost never ends, although the server is there again.
   */
  abandon(before: number): void {
    for (const [raw, since] of this.#attempts) {
      if (since >= before) continue;
      this.#attempts.delete(raw);
      sever(raw);
    }
    this.#grow();
  }

  /** Lets go of all that no caller has: free connections, unfinished ones, and those who wait. */
  close(reason: unknown = noConnection("the connections are closed")): void {
    this.#isEnded = true;
    for (const raw of [...this.#free, ...this.#attempts.keys()]) sever(raw);
    this.#free = [];
    this.#attempts.clear();
    for (const { reject } of this.#waiting) reject(reason);
  }

  /** Says goodbye on every connection. One that is in use ends after its statement. */
  async end(): Promise<void> {
    const all = [...this.#all];
    this.#free = [];
    this.close();
    await Promise.all(all.map((raw) => new Promise<void>((resolve) => raw.end(() => resolve()))));
  }

  /** Makes as many connections as callers wait for, if there may be more. */
  #grow(): void {
    while (
      this.#attempts.size < this.#waiting.size &&
      this.#all.size + this.#attempts.size < this.#options.limit
    )
      this.#connect();
  }

  #connect(): void {
    const raw = createConnection({
      ...this.#options.address,
      connectTimeout: CONNECTION_TIMEOUT,
      supportBigNumbers: true,
      timezone: "Z",
      charset: "utf8mb4_bin",
    });
    const begun = ticks();
    this.#attempts.set(raw, begun);
    raw.once("connect", () => {
      if (!this.#attempts.delete(raw)) return sever(raw);
      this.#all.add(raw);
      this.release(raw);
    });
    // An error event without a listener would end the process.
    raw.on("error", (error) => {
      if (this.#attempts.delete(raw)) {
        sever(raw);
        // Each failure is one caller's answer, as if the attempt were the caller's own. It says
        // nothing to a caller that came later: the server may be well by now.
        const [first] = this.#waiting;
        if (first !== undefined && first.since <= begun) first.reject(unavailable(error));
        this.#grow();
      } else this.#lose(raw);
    });
    raw.on("end", () => this.#lose(raw));
  }

  #lose(raw: Connection): void {
    if (!this.#forget(raw)) return;
    this.#options.onLost(raw);
    this.#grow();
  }

  #forget(raw: Connection): boolean {
    this.#free = this.#free.filter((each) => each !== raw);
    return this.#all.delete(raw);
  }
}

const noConnection = (why: string) =>
  unavailable(Object.assign(new Error(why), { code: "NO_CONNECTION" }));
