// Two processes of Latchkey over one database, as an operator runs them behind a balancer.
import { join } from "node:path";
import type { Store } from "../../src/domain/store.ts";
import { openStore } from "../../src/store/engine/create-store.ts";
import { type Installation, install, type Latchkey, runWarm } from "../process/latchkey.ts";

type Settings = Readonly<Record<string, string>>;

/** What one command printed. */
interface Printed {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Latchkey while it takes servers over. */
export class Fleet {
  readonly #installation: Installation;
  readonly #settings: Settings;
  readonly #servers: (Latchkey | undefined)[] = [];
  readonly #ports: string[] = [];
  /** What ended processes had logged. */
  #logged = "";

  private constructor(installation: Installation, settings: Settings) {
    this.#installation = installation;
    this.#settings = settings;
  }

  /** Starts `count` processes. */
  static async start(
    engine: "sqlite" | "mysql",
    settings: Settings,
    count: number,
  ): Promise<Fleet> {
    const fleet = new Fleet(await install(engine), settings);
    for (let index = 0; index < count; index++) await fleet.restart(index);
    return fleet;
  }

  /** Where the processes listen, those that are gone too. */
  get urls(): readonly string[] {
    return this.#ports.map((port) => `http://127.0.0.1:${port}`);
  }

  /** Everything that the processes have logged. */
  get log(): string {
    return this.#logged + this.#servers.map((server) => server?.output.stderr ?? "").join("");
  }

  /** Ends a process by SIGKILL, in the middle of what it does. */
  async kill(index: number): Promise<void> {
    const server = this.#servers[index];
    await server?.stop("SIGKILL");
    this.#logged += server?.output.stderr ?? "";
    this.#servers[index] = undefined;
  }

  /** Starts a process at the place of one that is gone. */
  async restart(index: number): Promise<void> {
    const server = await this.#installation.start({
      ...this.#settings,
      PORT: this.#ports[index] ?? "0",
    });
    this.#servers[index] = server;
    this.#ports[index] ??= new URL(server.url).port;
  }

  /** Runs a command of the operator. */
  command(...words: readonly string[]): Promise<Printed> {
    return runWarm(words, { ...this.#installation.environment, ...this.#settings });
  }

  /** Runs a command that must succeed. */
  async succeed(...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.command(...words);
    if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}: ${stdout}${stderr}`);
    return stdout;
  }

  /** Opens the database of the processes. */
  openStore(): Promise<Store> {
    const { DATABASE_URL: url, DATA_DIR: folder } = this.#installation.environment;
    return openStore(
      url === undefined
        ? { kind: "sqlite", file: join(folder!, "latchkey.db") }
        : { kind: "mysql", url },
    );
  }

  /** The credentials of an administrator's client. */
  administrator = () => this.#installation.administrator();

  async stop(): Promise<void> {
    for (const index of this.#servers.keys()) await this.kill(index);
    await this.#installation.remove();
  }
}
