// One node of a Galera cluster.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { freePort } from "../../test/mariadb-server.ts";

/** Debian's library of Galera 4. */
const PROVIDER = "/usr/lib/galera/libgalera_smm.so";

/** How long a node may take to answer, in milliseconds. */
const START_TIME = 120_000;

/** Who may do everything on every node. */
export const MARIADB_USER = { user: "test", password: randomBytes(12).toString("hex") };

/** Debian keeps servers where only root looks for programs. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

export interface NodeOptions {
  /** The folder of the cluster. */
  readonly folder: string;
  readonly provider: string;
  readonly serverOptions: readonly string[];
}

/** A server of the cluster. A port of its own serves clients, three more the other nodes. */
export class GaleraNode {
  readonly name: string;
  readonly port: number;
  /** All nodes; set before the first start. */
  peers: readonly GaleraNode[] = [];
  readonly #folder: string;
  readonly #groupPort: number;
  readonly #arguments: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(name: string, options: NodeOptions, ports: readonly number[]) {
    const [port, group, ist, sst] = ports as [number, number, number, number];
    const own = `${options.folder}/${name}`;
    this.name = name;
    this.port = port;
    this.#folder = own;
    this.#groupPort = group;
    const provider = [
      `gmcast.listen_addr=tcp://127.0.0.1:${group}`,
      `ist.recv_addr=127.0.0.1:${ist}`,
      `ist.recv_bind=127.0.0.1:${ist}`,
      "gcache.size=64M",
      options.provider,
    ];
    this.#arguments = [
      "--no-defaults",
      ...(process.getuid?.() === 0 ? ["--user=mysql"] : []),
      `--datadir=${own}/data`,
      `--socket=${own}/socket`,
      `--pid-file=${own}/pid`,
      `--log-error=${own}/log.err`,
      `--init-file=${own}/init.sql`,
      `--tmpdir=${own}`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      "--skip-name-resolve",
      "--max-connections=500",
      "--innodb-buffer-pool-size=64M",
      "--innodb-log-file-size=32M",
      "--character-set-server=utf8mb4",
      "--collation-server=utf8mb4_bin",
      "--wsrep-on=ON",
      `--wsrep-provider=${PROVIDER}`,
      "--binlog-format=ROW",
      "--innodb-autoinc-lock-mode=2",
      "--wsrep-sst-method=rsync",
      "--wsrep-slave-threads=2",
      "--wsrep-cluster-name=latchkey",
      `--wsrep-node-name=${name}`,
      `--wsrep-node-address=127.0.0.1:${group}`,
      `--wsrep-sst-receive-address=127.0.0.1:${sst}`,
      `--wsrep-provider-options=${provider.join(";")}`,
      ...options.serverOptions,
    ];
  }

  /** Makes the folder of a node and its empty database. */
  static async prepare(name: string, options: NodeOptions): Promise<GaleraNode> {
    if (!existsSync(PROVIDER)) throw new Error("this needs Galera: apt-get install galera-4");
    const ports: number[] = [];
    while (ports.length < 4) {
      const port = await freePort();
      if (!ports.includes(port)) ports.push(port);
    }
    const node = new GaleraNode(name, options, ports);
    const folder = `${options.folder}/${name}`;
    await mkdir(folder);
    const user = `'${MARIADB_USER.user}'@'127.0.0.1'`;
    await writeFile(
      `${folder}/init.sql`,
      `create user if not exists ${user} identified by '${MARIADB_USER.password}';\n` +
        `grant all on *.* to ${user} with grant option;\n` +
        // The user of HAProxy's check.
        "create user if not exists 'haproxy'@'127.0.0.1';\n",
    );
    await chmod(`${folder}/init.sql`, 0o644);
    const run = promisify(execFile);
    await run(
      "mariadb-install-db",
      [
        "--no-defaults",
        `--datadir=${folder}/data`,
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--innodb-log-file-size=32M",
        `--tmpdir=${folder}`,
      ],
      { env },
    ).catch((error) => {
      if (error.code !== "ENOENT") throw error;
      throw new Error("this needs MariaDB: apt-get install mariadb-server");
    });
    if (process.getuid?.() === 0) await run("chown", ["-R", "mysql:mysql", folder]);
    return node;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get isRunning(): boolean {
    const child = this.#process;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** The URL of a database on this node alone. */
  urlOf(database = ""): string {
    const { user, password } = MARIADB_USER;
    return `mysql://${user}:${password}@127.0.0.1:${this.port}/${database}`;
  }

  /**
   * Starts the server, and waits until it takes writes. Like Debian's service, it looks first up to
   * where the data of a killed server go: otherwise all of it would be copied from another node.
   */
  async start(as: "new cluster" | "member" = "member"): Promise<void> {
    const position = this.#process === undefined ? undefined : await this.#recoveredPosition();
    const others = this.peers.map((peer) => `127.0.0.1:${peer.#groupPort}`).join(",");
    const child = spawn(
      "mariadbd",
      [
        ...this.#arguments,
        `--wsrep-cluster-address=gcomm://${others}`,
        ...(as === "new cluster" ? ["--wsrep-new-cluster"] : []),
        ...(position === undefined ? [] : [`--wsrep-start-position=${position}`]),
      ],
      { env, stdio: "ignore" },
    );
    this.#process = child;
    const end = performance.now() + START_TIME;
    while ((await this.status("wsrep_ready"))?.wsrep_ready !== "ON") {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`${this.name} has ended:\n${await this.log()}`);
      if (performance.now() > end)
        throw new Error(`${this.name} isn't ready:\n${await this.log()}`);
      await delay(50);
    }
  }

  /** Returns the last transaction of the data: the cluster's id and the number in it. */
  async #recoveredPosition(): Promise<string> {
    const words = ["--wsrep-cluster-address=gcomm://", "--disable-log-error", "--wsrep-recover"];
    const child = spawn("mariadbd", [...this.#arguments, ...words], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process = child;
    let said = "";
    for await (const chunk of child.stderr) {
      said += chunk;
      const position = /Recovered position: *(\S+)\n/.exec(said)?.[1];
      if (position === undefined) continue;
      // It says so before its data are closed, which may hang.
      await this.kill();
      return position;
    }
    throw new Error(`${this.name} doesn't know its position:\n${said}`);
  }

  /** The end of the server's log. */
  async log(): Promise<string> {
    const text = await readFile(`${this.#folder}/log.err`, "utf8").catch(() => "");
    return text.slice(-4_000);
  }

  /** Runs statements, one after the other, on a connection of its own. */
  async run(...statements: readonly string[]): Promise<RowDataPacket[]> {
    const connection = await createConnection({ uri: this.urlOf(), connectTimeout: 2_000 });
    try {
      let rows: RowDataPacket[] = [];
      for (const statement of statements)
        [rows] = await connection.query<RowDataPacket[]>({ sql: statement, timeout: 10_000 });
      return rows;
    } finally {
      connection.destroy();
    }
  }

  /** Values that Galera shows; absent when the node doesn't answer. */
  async status(...names: readonly string[]): Promise<Record<string, string> | undefined> {
    const wanted = names.map((name) => `'${name}'`).join(", ");
    try {
      const rows = await this.run(`show global status where variable_name in (${wanted})`);
      return Object.fromEntries(
        rows.map((row) => [String(row["Variable_name"]), String(row["Value"])]),
      );
    } catch {
      return undefined;
    }
  }

  /** Ends the server at once, as a failure of its machine would. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || !this.isRunning) return;
    const end = once(child, "exit");
    child.kill("SIGKILL");
    await end;
  }

  /** Ends the server in its own time, so that it leaves the cluster. */
  async shutDown(): Promise<void> {
    const child = this.#process;
    if (child === undefined || !this.isRunning) return;
    const end = once(child, "exit");
    child.kill("SIGTERM");
    await end;
  }

  /** Keeps the server from running, and from answering. */
  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  /** Lets a frozen server go on. */
  thaw(): void {
    this.#process?.kill("SIGCONT");
  }
}
