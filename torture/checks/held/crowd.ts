// Many connections, and what the kernel says of them.
import { setTimeout as delay } from "node:timers/promises";
import { openConnections, residentMib } from "../../load/process.ts";
import { HeldConnection, type Target } from "./connection.ts";
import type { Kind } from "./kinds.ts";

/** How often the kernel is asked. */
const LOOK_MS = 500;
/** The pause after each connection: 100 a second, twice as many as slowhttptest opens. */
const NEXT_MS = 10;

/** A server, and where it listens. */
export interface Victim extends Target {
  readonly pid: number;
}

/** Connections of several kinds to several servers. */
export class Crowd {
  readonly connections: HeldConnection[] = [];
  readonly #victims: readonly Victim[];
  /** By how much memory the servers grew while a kind was opened, in MiB. */
  readonly grown = new Map<Kind, number>();
  /** The most memory that the servers had together, in MiB. */
  most = 0;

  constructor(victims: readonly Victim[]) {
    this.#victims = victims;
  }

  /** Opens so many connections of each kind, one kind in each pause. */
  async open(kinds: readonly Kind[], count: number, pauseMs: number): Promise<void> {
    const secure = this.#victims.filter((victim) => victim.secure);
    for (const kind of kinds) {
      const before = this.#resident();
      const targets = kind.isHandshake === true ? secure : this.#victims;
      for (let index = 0; index < count; index++) {
        this.connections.push(await HeldConnection.open(kind, targets[index % targets.length]!));
        await delay(NEXT_MS);
      }
      await delay(pauseMs);
      this.grown.set(kind, this.#resident() - before);
      this.#look();
    }
  }

  /** Watches until each connection is so many seconds old, or none is open. */
  async watch(seconds: number): Promise<void> {
    const end = this.connections.at(-1)!.openedAt + seconds * 1_000;
    while (performance.now() < end && this.#look() > 0) await delay(LOOK_MS);
  }

  /** Notes what is open now, and the memory; returns how many connections are open. */
  #look(): number {
    const now = performance.now();
    this.most = Math.max(this.most, this.#resident());
    const open = this.stillOpen();
    for (const connection of open) connection.lastOpen = now;
    return open.length;
  }

  /** Returns the connections that the servers have open. */
  stillOpen(): readonly HeldConnection[] {
    const ports = new Map(this.#victims.map(({ port }) => [port, openConnections(port)] as const));
    return this.connections.filter(({ port, target }) => ports.get(target.port)!.has(port));
  }

  /** Returns how long a server had a connection of a kind open, in seconds. */
  longest(kind: Kind): number {
    const those = this.connections.filter((each) => each.kind === kind);
    return Math.max(...those.map(({ seconds }) => seconds));
  }

  #resident(): number {
    return this.#victims.reduce((sum, { pid }) => sum + residentMib(pid), 0);
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }
}
