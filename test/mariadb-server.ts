// A MariaDB server of its own, on a free port of 127.0.0.1.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync, statfsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { createConnection } from "mysql2/promise";

const SHARED_MEMORY = "/dev/shm";
/** How many bytes must be free there: a container often has 64 MiB of it. */
const ROOM = 2 ** 30;

/** Returns where files are in memory, or else where temporary ones are; TMPDIR may be in memory. */
export function scratchPlace(): string {
  const place = tmpdir();
  if (place.startsWith(SHARED_MEMORY) || !existsSync(SHARED_MEMORY)) return place;
  const { bavail, bsize } = statfsSync(SHARED_MEMORY);
  return bavail * bsize < ROOM ? place : SHARED_MEMORY;
}

/** A new folder, in memory where there is room. */
export const newFolder = (): Promise<string> => mkdtemp(join(scratchPlace(), "latchkey-"));

/** Debian keeps servers where only root looks for programs. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

type Environment = Readonly<Record<string, string>>;

/** Whether every thread of a process has stopped. They stop one after the other. */
async function stands(pid: number): Promise<boolean> {
  const tasks = `/proc/${pid}/task`;
  const stats = await Promise.all(
    (await readdir(tasks)).map((id) => readFile(`${tasks}/${id}/stat`, "utf8").catch(() => ") T")),
  );
  // The state follows the name, which may have any character.
  return stats.every((stat) => stat[stat.lastIndexOf(")") + 2] === "T");
}

/** A MariaDB server of its own, which can be killed and started again. */
export class Mariadb {
  /** Of a user who may do everything, without a database. */
  readonly url: string;
  readonly #folder: string;
  readonly #arguments: readonly string[];
  readonly #environment: Environment;
  #process: ChildProcess | undefined;

  private constructor(
    { folder, port, password }: Readonly<Record<"folder" | "password", string> & { port: number }>,
    options: readonly string[],
    environment: Environment,
  ) {
    this.url = `mysql://test:${password}@127.0.0.1:${port}`;
    this.#folder = folder;
    this.#environment = environment;
    this.#arguments = [
      "--no-defaults",
      ...(process.getuid?.() === 0 ? ["--user=root"] : []),
      `--datadir=${folder}/data`,
      `--socket=${folder}/socket`,
      `--pid-file=${folder}/pid`,
      `--log-error=${folder}/log`,
      `--init-file=${folder}/init.sql`,
      `--tmpdir=${folder}`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      "--skip-name-resolve",
      "--max-connections=500",
      "--innodb-buffer-pool-size=64M",
      "--innodb-log-file-size=8M",
      "--character-set-server=utf8mb4",
      "--collation-server=utf8mb4_bin",
      ...options,
    ];
  }

  /**
   * Makes a server with an empty database and starts it; of its options the last counts. The folder
   * goes with the server. The environment is what it gets beside the usual one.
   */
  static async start(
    folder?: string,
    serverOptions: readonly string[] = [],
    environment: Environment = {},
  ): Promise<Mariadb> {
    folder ??= await newFolder();
    const password = randomBytes(12).toString("hex");
    const user = `'test'@'127.0.0.1'`;
    await writeFile(
      `${folder}/init.sql`,
      `create user if not exists ${user} identified by '${password}';\ngrant all on *.* ` +
        `to ${user} with grant option;\n`,
    );
    const options = [
      "--no-defaults",
      `--datadir=${folder}/data`,
      "--auth-root-authentication-method=normal",
    ];
    const install = promisify(execFile)(
      "mariadb-install-db",
      // Two at once would remove each other's files in a common folder.
      [...options, "--skip-test-db", "--innodb-log-file-size=8M", `--tmpdir=${folder}`],
      { env },
    );
    await install.catch((error) => {
      if (error.code !== "ENOENT") throw error;
      throw new Error("this needs MariaDB: apt-get install mariadb-server");
    });
    const place = { folder, port: await freePort(), password };
    const server = new Mariadb(place, serverOptions, environment);
    await server.start().catch(async (error) => {
      await server.dispose();
      throw error;
    });
    return server;
  }

  /** Starts the server, again if it was killed, and waits until it answers. */
  async start(): Promise<void> {
    const child = spawn("mariadbd", this.#arguments, {
      env: { ...env, ...this.#environment },
      stdio: "ignore",
    });
    this.#process = child;
    for (;;) {
      if (child.exitCode !== null)
        throw new Error(`mariadbd has ended: ${await readFile(`${this.#folder}/log`, "utf8")}`);
      try {
        return await execute(this.url, "select 1");
      } catch {
        await delay(20);
      }
    }
  }

  get socketPath(): string {
    return `${this.#folder}/socket`;
  }

  /** Whether its process has ended. */
  get isDown(): boolean {
    return this.#process?.exitCode !== null || this.#process.signalCode !== null;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Sends a signal; waits for the end if it is one that ends, and until every thread stands. */
  async signal(signal: "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT"): Promise<void> {
    const child = this.#process;
    if (child === undefined || this.isDown) return;
    const end = once(child, "exit");
    child.kill(signal);
    if (signal === "SIGTERM" || signal === "SIGKILL") await end;
    if (signal === "SIGSTOP") while (!(await stands(child.pid!))) await delay(1);
  }

  /** Stops the server and removes what it kept. */
  async dispose(): Promise<void> {
    await this.signal("SIGKILL");
    await rm(this.#folder, { recursive: true });
  }
}

/**
 * A port below those that the system gives to outgoing connections: on one of those, a client that
 * tries to reach a server that is down may be connected with itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer().listen(port, "127.0.0.1");
    const free = await once(server, "listening").then(
      () => true,
      () => false,
    );
    server.close();
    if (free) return port;
  }
}

/** Runs one statement on a connection of its own. */
export async function execute(url: string, statement: string): Promise<void> {
  const connection = await createConnection(url);
  try {
    await connection.query(statement);
  } finally {
    connection.destroy();
  }
}
