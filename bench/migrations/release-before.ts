// The release before this one, at work on a database that is being migrated.
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createRestTransport } from "../../test/clients/rest.ts";
import { clientToken } from "../../test/oauth/flow.ts";
import { type Latchkey, newSecret, run, start } from "../../test/process/latchkey.ts";
import { type Api, apiOf, unique } from "../../test/use-server.ts";
import { unpackReleaseBefore } from "../../test/versions/release-before.ts";
import type { LargeStore } from "./stores.ts";

const PASSWORD = "correct horse battery";

/** What its callers saw. */
export interface ProcessSeen {
  readonly calls: number;
  readonly failures: readonly string[];
  /** Of one call, in milliseconds. */
  readonly longest: number;
}

/** The folder of its program. */
type Release = Awaited<ReturnType<typeof unpackReleaseBefore>>;

/** Returns the names of the migrations that a release has. */
const migrationsOf = ({ root }: Release): readonly string[] =>
  [
    ...readFileSync(join(root, "src/store/engine/migrate.ts"), "utf8").matchAll(
      /\{ name: "(\d{4}-[^"]+)"/g,
    ),
  ].map(([, name]) => name!);

/** A process of the release before, once the schema is as it needs. */
export class ReleaseBefore {
  readonly #place: Release;
  readonly #needed: readonly string[];
  #server: Latchkey | undefined;
  #calling: Promise<ProcessSeen> | undefined;
  #isOver = false;

  private constructor(place: Release) {
    this.#place = place;
    this.#needed = migrationsOf(place);
  }

  static async unpack(): Promise<ReleaseBefore> {
    return new ReleaseBefore(await unpackReleaseBefore());
  }

  /** Starts the process if all that it needs has run, and lets users sign up and in. */
  async startAfter(done: ReadonlySet<string>, { options }: LargeStore): Promise<void> {
    if (this.#server !== undefined || this.#needed.some((name) => !done.has(name))) return;
    const environment: Record<string, string> = {
      LOG_LEVEL: "warn",
      LATCHKEY_SECRET: newSecret(),
      ...(options.kind === "mysql"
        ? { DATABASE_URL: options.url }
        : { DATA_DIR: dirname(options.file) }),
    };
    this.#server = await start(environment, this.#place);
    const { stdout } = await run(["admin", "create"], environment, this.#place);
    const { client_id: id, client_secret: secret } = JSON.parse(stdout) as Record<string, string>;
    const administrator = { id: id!, secret: secret! };
    const { url } = this.#server;
    const token = await clientToken(url, administrator);
    this.#calling = this.#call(apiOf(createRestTransport(url), token), createRestTransport(url));
  }

  async #call(api: Api, transport: ReturnType<typeof createRestTransport>): Promise<ProcessSeen> {
    const failures = new Set<string>();
    let [calls, longest] = [0, 0];
    const timed = async (call: () => Promise<unknown>): Promise<void> => {
      const begin = performance.now();
      await call().catch((error: unknown) => failures.add(String(error)));
      longest = Math.max(longest, performance.now() - begin);
      calls++;
    };
    while (!this.#isOver) {
      const email = `${unique()}@example.com`;
      await timed(() => api.users.createUser({ email, password: PASSWORD }));
      await timed(() =>
        apiOf(transport).users.signIn({
          identifier: { case: "email", value: email },
          password: PASSWORD,
        }),
      );
    }
    return { calls, failures: [...failures], longest };
  }

  /** Ends the process, and returns what its callers saw; undefined if it never started. */
  async end(): Promise<ProcessSeen | undefined> {
    this.#isOver = true;
    const seen = await this.#calling;
    await this.#server?.stop();
    await rm(this.#place.root, { recursive: true });
    return seen;
  }
}
