// The engines, and what a check gets.
import type { Mariadb } from "../test/mariadb-server.ts";
import type { Installation } from "../test/process/latchkey.ts";
import type { GaleraCluster } from "./galera/cluster.ts";

export const ENGINES = ["SQLite", "MariaDB", "Galera"] as const;

/** The name of a database under a check; Galera has three nodes. */
export type EngineName = (typeof ENGINES)[number];

/** The database under a check, which it may stop and kill. */
export interface Engine {
  readonly name: EngineName;
  /** The server; absent on SQLite and Galera. */
  readonly mariadb?: Mariadb;
  /** The nodes; absent but on Galera. */
  readonly cluster?: GaleraCluster;
  /** Makes a new, empty installation on it. */
  install(): Promise<Installation>;
  dispose(): Promise<void>;
}

export interface Stage {
  readonly engine: Engine;
  readonly amount: number;
  /** Returns the next number of [0, 1) that follows from the seed. */
  random(): number;
  say(line: string): void;
}
