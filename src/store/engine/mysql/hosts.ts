// The connections of a process to one of several servers: to the first that takes writes.
import type { Connection, ConnectionOptions } from "mysql2";
import { ticks } from "../../../domain/clock.ts";
import type { HostChange } from "../../../domain/instrumentation.ts";
import { unavailable } from "../errors.ts";
import type { ConnectionSource, Lent, MysqlConnections } from "./connections.ts";
import { HostProbe, type HostState, NO_ANSWER } from "./host-probe.ts";

/** The pause between two questions to a server, in milliseconds. */
const PAUSE = 250;
/** A server that has answered a statement so shortly ago is busy, not gone; in milliseconds. */
const ALIVE = 350;
/** How long an earlier server must have been well before the process goes back to it. */
const RETURN_AFTER = 30_000;
/** How long a caller waits for the first answers, or for a server that takes writes. */
const CHOICE_TIME = 2_000;

/** One of the servers, and what is known of it. */
interface Host {
  readonly name: string;
  readonly address: ConnectionOptions;
  readonly probe: HostProbe;
  state: HostState | undefined;
  /** Since when it has been fit to be chosen; in ticks. */
  wellSince: number;
  /** Ends the pause before the next question. */
  hurry: () => void;
  /** Resolves with the next answer. */
  answered: PromiseWithResolvers<void>;
}

/** The server in use. */
interface Current {
  readonly host: Host;
  readonly connections: MysqlConnections;
  /** Rejects the callers who wait for a connection of it, when it goes. */
  readonly waiting: Set<(reason: Error) => void>;
}

interface HostsOptions {
  /** In the order in which they are preferred. */
  readonly addresses: readonly ConnectionOptions[];
  open(address: ConnectionOptions): MysqlConnections;
  onChange(change: HostChange): void;
  /** How long an earlier server must have been well; a test sets less. */
  readonly returnAfter?: number | undefined;
}

/** Names a server for the operator; the name has nothing secret. */
export const nameOf = ({ host = "", port = 3306 }: ConnectionOptions): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

/**
 * Hands out connections to the first server that takes writes. When that server goes, its
 * connections end at once, and the next server is used. An earlier server that has been well for
 * long enough is used again: new transactions begin there, and those that run end where they began.
 */
export class Hosts implements ConnectionSource {
  readonly #options: HostsOptions;
  readonly #hosts: readonly Host[];
  readonly #owners = new WeakMap<Connection, MysqlConnections>();
  #current: Current | undefined;
  /** Resolves with the next choice of a server. */
  #chosen = Promise.withResolvers<void>();
  #state: "new" | "watching" | "ended" = "new";

  constructor(options: HostsOptions) {
    this.#options = options;
    this.#hosts = options.addresses.map((address) => ({
      name: nameOf(address),
      address,
      probe: new HostProbe(address),
      state: undefined,
      wellSince: Infinity,
      hurry: () => undefined,
      answered: Promise.withResolvers(),
    }));
  }

  take(): Promise<Connection> {
    return this.#from(
      (connections) => connections.take(),
      (raw) => raw,
    );
  }

  takeForTransaction(): Promise<Lent> {
    return this.#from(
      (connections) => connections.takeForTransaction(),
      ({ raw }) => raw,
    );
  }

  give(raw: Connection): void {
    this.#owners.get(raw)?.give(raw);
  }

  destroy(raw: Connection): void {
    this.#owners.get(raw)?.destroy(raw);
    this.suspect();
  }

  /** Asks all servers at once: something has failed. */
  suspect(): void {
    for (const host of this.#hosts) host.hurry();
  }

  async end(): Promise<void> {
    this.#state = "ended";
    for (const { probe, hurry, answered } of this.#hosts) {
      hurry();
      probe.end();
      // None is asked again.
      answered.resolve();
    }
    await this.#current?.connections.end();
  }

  /** Takes a connection of the server in use, and of the next one if that server goes meanwhile. */
  async #from<T>(
    takeOf: (connections: MysqlConnections) => Promise<T>,
    rawOf: (taken: T) => Connection,
  ): Promise<T> {
    for (;;) {
      const current = this.#current ?? (await this.#choice());
      const taking = takeOf(current.connections);
      try {
        const taken = await unlessGone(taking, current.waiting);
        this.#owners.set(rawOf(taken), current.connections);
        return taken;
      } catch (error) {
        // No caller waits for it any more.
        taking.then(
          (late) => current.connections.destroy(rawOf(late)),
          () => undefined,
        );
        if (this.#state === "ended") throw error;
        if (this.#current === current && !(await this.#otherThan(current))) throw error;
      }
    }
  }

  /** Asks again after a failure; returns whether another server is used now. */
  async #otherThan(failed: Current): Promise<boolean> {
    this.suspect();
    await Promise.all(this.#hosts.map(({ answered }) => answered.promise));
    return this.#current !== failed;
  }

  async #choice(): Promise<Current> {
    this.#watch();
    const end = ticks() + CHOICE_TIME;
    while (this.#current === undefined && this.#state !== "ended" && ticks() < end) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, end - ticks());
      await Promise.race([this.#chosen.promise, late.promise]);
      clearTimeout(timer);
    }
    if (this.#current !== undefined) return this.#current;
    const why = this.#hosts.map(({ name, state }) => `${name}: ${state?.why ?? "no answer"}`);
    throw unavailable(
      Object.assign(new Error(`no database host takes writes (${why.join(", ")})`), {
        code: "NO_CONNECTION",
      }),
    );
  }

  #watch(): void {
    if (this.#state !== "new") return;
    this.#state = "watching";
    for (const host of this.#hosts) void this.#watchOne(host);
  }

  async #watchOne(host: Host): Promise<void> {
    while (this.#state === "watching") {
      const hurried = new Promise<void>((resolve) => (host.hurry = resolve));
      const asked = ticks();
      const wasSilent = host.state?.hasAnswered === false;
      const state = await host.probe.ask();
      if (!this.#isBusy(host, state)) host.state = state;
      if (wasSilent && state.hasAnswered && this.#current?.host === host)
        this.#current.connections.abandon(asked);
      if (!state.isChoosable) host.wellSince = Infinity;
      else if (host.wellSince === Infinity) host.wellSince = ticks();
      this.#decide();
      host.answered.resolve();
      host.answered = Promise.withResolvers();
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, PAUSE).unref();
      await Promise.race([promise, hurried]);
      clearTimeout(timer);
    }
    host.probe.end();
  }

  /** Whether the server in use answers statements and is only too busy for the question. */
  #isBusy(host: Host, { why }: HostState): boolean {
    const current = this.#current;
    const isUsed = current?.host === host && host.state?.isWriter === true;
    return why === NO_ANSWER && isUsed && current.connections.hasAnsweredSince(ticks() - ALIVE);
  }

  #decide(): void {
    if (this.#state !== "watching") return;
    const current = this.#current;
    if (current === undefined) {
      // Those before the first that takes writes must have answered, or the order means nothing.
      const unknown = this.#hosts.findIndex(({ state }) => state === undefined);
      const known = unknown < 0 ? this.#hosts : this.#hosts.slice(0, unknown);
      const first = firstWriter(known) ?? (unknown < 0 ? this.#hosts[0] : undefined);
      if (first !== undefined) this.#use(first);
      return;
    }
    if (current.host.state?.isWriter !== true) {
      const next = firstWriter(this.#hosts);
      // Without another one, callers learn from the server itself what is wrong.
      if (next !== undefined) this.#use(next, "failed");
      return;
    }
    const wellUntil = ticks() - (this.#options.returnAfter ?? RETURN_AFTER);
    const earlier = this.#hosts
      .slice(0, this.#hosts.indexOf(current.host))
      .find(({ wellSince }) => wellSince <= wellUntil);
    if (earlier !== undefined) this.#use(earlier, "returned");
  }

  #use(host: Host, reason?: HostChange["reason"]): void {
    const before = this.#current;
    this.#current = {
      host,
      connections: this.#options.open(host.address),
      waiting: new Set(),
    };
    if (before !== undefined && reason !== undefined) {
      if (reason === "returned") before.connections.retire();
      else before.connections.abort();
      const gone = new Error("the database host is no longer used");
      for (const reject of before.waiting) reject(gone);
      const why = before.host.state?.why ?? "";
      this.#options.onChange({ from: before.host.name, to: host.name, reason, why });
    }
    this.#chosen.resolve();
    this.#chosen = Promise.withResolvers();
  }
}

/**
 * Waits for a connection, until the server goes. A race with a promise that lasts as long as the
 * server would keep a reaction of every call.
 */
async function unlessGone<T>(
  taking: Promise<T>,
  waiting: Set<(reason: Error) => void>,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  waiting.add(reject);
  taking.then(resolve, reject);
  try {
    return await promise;
  } finally {
    waiting.delete(reject);
  }
}

/** The first that may be chosen, else the first that takes writes. */
const firstWriter = (hosts: readonly Host[]): Host | undefined =>
  hosts.find(({ state }) => state?.isChoosable) ?? hosts.find(({ state }) => state?.isWriter);
