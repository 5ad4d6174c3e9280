// The MariaDB of the measurement: on a disk, with the buffer that a small server would have.
import { execFile } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RowDataPacket } from "mysql2";
import { createConnection } from "mysql2/promise";
import { execute, Mariadb } from "../../test/mariadb-server.ts";

/**
 * As the document tells it. Every commit is on the disk before it is acknowledged: MariaDB's
 * default.
 */
export const DATABASE_OPTIONS = [
  "--innodb-buffer-pool-size=2G",
  "--innodb-log-file-size=1G",
] as const;

/** The user of the socket. */
const LOCAL = "local";

const nameOf = (url: string): string => new URL(url).pathname.slice(1);

/** Microseconds in a tick of /proc's clock. */
const TICK = 10_000;

/** Since its start: microseconds of CPU, and the statements that it was asked. */
export interface DatabaseUsage {
  readonly cpu: number;
  readonly statements: number;
}

export interface MeasuredDatabase {
  /** Makes an empty database; answers its address. */
  create(): Promise<string>;
  drop(url: string): Promise<void>;
  /** Where the server keeps a database. */
  folderOf(url: string): string;
  /** The address of a database by the server's socket. */
  bySocket(url: string): string;
  usage(): Promise<DatabaseUsage>;
  version(): Promise<string>;
  /** Stops it and removes what it kept. */
  stop(): Promise<void>;
}

/** Starts a server whose data are in a folder of their own in `parent`. */
export async function startDatabase(parent: string): Promise<MeasuredDatabase> {
  const folder = await mkdtemp(join(parent, "mariadb-"));
  const server = await Mariadb.start(folder, DATABASE_OPTIONS);
  const connection = await createConnection(server.url);
  // To MariaDB, who comes by the socket is another user than who comes by TCP.
  const { password } = new URL(server.url);
  await execute(server.url, `create user '${LOCAL}'@'localhost' identified by '${password}'`);
  await execute(server.url, `grant all on *.* to '${LOCAL}'@'localhost'`);
  let databases = 0;
  return {
    create: async () => {
      const name = `bench${++databases}`;
      await execute(server.url, `create database ${name}`);
      return `${server.url}/${name}`;
    },
    drop: (url) => execute(server.url, `drop database ${nameOf(url)}`),
    folderOf: (url) => join(folder, "data", nameOf(url)),
    bySocket: (url) =>
      `mysql://${LOCAL}:${password}@/${nameOf(url)}` +
      `?socketPath=${encodeURIComponent(server.socketPath)}`,
    usage: async () => {
      const [rows] = await connection.query<RowDataPacket[]>("show global status like 'Questions'");
      const stat = await readFile(`/proc/${server.pid}/stat`, "utf8");
      // proc(5): utime and stime are the 14th and 15th fields; the second may hold spaces and ends
      // with a bracket.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return {
        cpu: (Number(fields[11]) + Number(fields[12])) * TICK,
        statements: Number(rows[0]?.["Value"]),
      };
    },
    version: async () =>
      /Ver (\S+)|(\d+\.\d+\.\d+-MariaDB)/
        .exec((await promisify(execFile)("/usr/sbin/mariadbd", ["--version"])).stdout)?.[0]
        ?.replace("Ver ", "") ?? "",
    stop: async () => {
      connection.destroy();
      await server.dispose();
    },
  };
}
