// Starts what a check gets: an engine, and a source of chance that a seed decides.
import { execute, Mariadb } from "../test/mariadb-server.ts";
import { install, installOn } from "../test/process/latchkey.ts";
import type { Engine, EngineName } from "./engine.ts";
import { GaleraCluster } from "./galera/cluster.ts";

/** mulberry32: enough for orders and pauses, and the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function startMariadb(): Promise<Engine> {
  const mariadb = await Mariadb.start();
  let count = 0;
  return {
    name: "MariaDB",
    mariadb,
    async install() {
      const name = `torture${count++}`;
      await execute(mariadb.url, `create database ${name}`);
      return installOn(`${mariadb.url}/${name}`, () =>
        execute(mariadb.url, `drop database ${name}`),
      );
    },
    dispose: () => mariadb.dispose(),
  };
}

const SQLITE: Engine = {
  name: "SQLite",
  install: () => install("sqlite"),
  dispose: async () => undefined,
};

/** Each process that is started prefers the next node and knows the others. */
async function startGalera(): Promise<Engine> {
  const cluster = await GaleraCluster.start();
  let databases = 0;
  return {
    name: "Galera",
    cluster,
    async install() {
      const name = `torture${databases++}`;
      await cluster.nodes[0]!.run(`create database ${name}`);
      const installation = installOn(cluster.urlOf(name), async () => {
        await cluster.nodes.find(({ isRunning }) => isRunning)?.run(`drop database ${name}`);
      });
      let processes = 0;
      return {
        ...installation,
        start: (more, place) =>
          installation.start(
            { DATABASE_URL: cluster.urlOf(name, processes++ % 3), ...more },
            place,
          ),
      };
    },
    dispose: () => cluster.dispose(),
  };
}

/** Starts an engine. */
async function startEngine(name: EngineName): Promise<Engine> {
  switch (name) {
    case "SQLite":
      return SQLITE;
    case "MariaDB":
      return startMariadb();
    case "Galera":
      return startGalera();
  }
}

/** One engine for several checks: each makes a database of its own on it. */
export class SharedEngine {
  readonly name: EngineName;
  #engine: Promise<Engine> | undefined;

  constructor(name: EngineName) {
    this.name = name;
  }

  /** Returns the engine, which is started when there is none. */
  engine(): Promise<Engine> {
    return (this.#engine ??= startEngine(this.name));
  }

  async end(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    await (await engine)?.dispose();
  }
}
