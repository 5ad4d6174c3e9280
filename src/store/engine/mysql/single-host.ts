// The connections of a process to its only server.
import type { Connection, ConnectionOptions } from "mysql2";
import { ticks } from "../../../domain/clock.ts";
import type { ConnectionSource, Lent, MysqlConnections } from "./connections.ts";
import { HostProbe } from "./host-probe.ts";

/** The pause between two questions to a server that doesn't answer, in milliseconds. */
const PAUSE = 250;

/**
 * Hands out connections to one server. After a failure the server is asked until it answers. What
 * has waited for it since before that is begun anew, instead of waiting for an answer that is lost.
 */
export class SingleHost implements ConnectionSource {
  readonly #connections: MysqlConnections;
  readonly #probe: HostProbe;
  #isAsking = false;
  #isEnded = false;

  constructor(address: ConnectionOptions, connections: MysqlConnections) {
    this.#connections = connections;
    this.#probe = new HostProbe(address);
  }

  take(): Promise<Connection> {
    return this.#suspecting(this.#connections.take());
  }

  takeForTransaction(): Promise<Lent> {
    return this.#suspecting(this.#connections.takeForTransaction());
  }

  give(raw: Connection): void {
    this.#connections.give(raw);
  }

  destroy(raw: Connection): void {
    this.#connections.destroy(raw);
  }

  suspect(): void {
    if (!this.#isAsking && !this.#isEnded) void this.#ask();
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    this.#probe.end();
    await this.#connections.end();
  }

  async #suspecting<T>(taking: Promise<T>): Promise<T> {
    try {
      return await taking;
    } catch (error) {
      this.suspect();
      throw error;
    }
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    while (!this.#isEnded) {
      const asked = ticks();
      const { hasAnswered } = await this.#probe.ask();
      if (hasAnswered) {
        this.#connections.abandon(asked);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE).unref());
    }
    this.#probe.end();
    this.#isAsking = false;
  }
}
