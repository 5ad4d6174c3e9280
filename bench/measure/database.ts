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

/** Microseconds in a tick of /proc's clock. */
const TICK = 10_000;

/** Since its start: microseconds of CPU, and the statements that it was asked. */
export interface DatabaseUsage {
  readonly cpu: number;
  readonly statements: number;
}

export interface MeasuredDatabase {
  /** Makes an empty database; answers its address. */
  create(name: string): Promise<string>;
  drop(name: string): Promise<void>;
  /** Where the server keeps a database. */
  folderOf(name: string): string;
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
  return {
    create: async (name) => {
      await execute(server.url, `create database ${name}`);
      return `${server.url}/${name}`;
    },
    drop: (name) => execute(server.url, `drop database ${name}`),
    folderOf: (name) => join(folder, "data", name),
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
