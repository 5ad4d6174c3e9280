// The release before and this one side by side on one database, under load, forward and back.
import { rm } from "node:fs/promises";
import type { Transport } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRestTransport } from "../clients/rest.ts";
import { Ledger, playEpisode, type Target } from "../durability/driver.ts";
import { expectKept } from "../durability/expect-kept.ts";
import { clientToken, type Registered, register } from "../oauth/flow.ts";
import { type Installation, install, type Latchkey, type Place } from "../process/latchkey.ts";
import { apiOf } from "../use-server.ts";
import { unpackReleaseBefore } from "./release-before.ts";

const SETTINGS = { LOG_LEVEL: "warn", SIGN_IN_NETWORK_FAILURES: "1000000" };
const WORKERS = 3;
/** How many episodes follow after the other version has begun to listen. */
const EPISODES = 16;

/** The servers that take calls now. Each call goes to the next of them. */
class Fleet {
  readonly servers: Latchkey[] = [];
  #calls = 0;

  get url(): string {
    return this.servers[this.#calls++ % this.servers.length]!.url;
  }

  readonly transport: Transport = {
    // Their parameters are those of Connect's Transport.
    // oxlint-disable-next-line max-params
    unary: (method, signal, timeoutMs, header, input) =>
      createRestTransport(this.url).unary(method, signal, timeoutMs, header, input),
    // oxlint-disable-next-line max-params
    stream: (method, signal, timeoutMs, header, input) =>
      createRestTransport(this.url).stream(method, signal, timeoutMs, header, input),
  };

  async stop(server: Latchkey): Promise<void> {
    this.servers.splice(this.servers.indexOf(server), 1);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  }
}

/** Plays episodes while `change` runs, and then as many as asked. Any error is the caller's. */
async function underLoad(
  target: Target,
  { app, ledger }: { app: Registered; ledger: Ledger },
  change: () => Promise<void>,
): Promise<void> {
  let left = Number.POSITIVE_INFINITY;
  let failed = false;
  const worker = async (offset: number): Promise<void> => {
    try {
      for (let count = offset; left > 0 && !failed; count++, left--)
        await playEpisode(target, ledger, app, count % 4);
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const changed = change().finally(() => (left = EPISODES));
  await Promise.all([changed, ...Array.from({ length: WORKERS }, (_, index) => worker(index))]);
}

let before: { readonly root: string };
beforeAll(async () => {
  before = await unpackReleaseBefore();
});
afterAll(() => rm(before.root, { recursive: true }));

describe.each(["sqlite", "mysql"] as const)("two versions on one schema: %s", (engine) => {
  let installation: Installation;
  const fleet = new Fleet();
  beforeAll(async () => {
    installation = await install(engine);
  });
  afterAll(async () => {
    await Promise.all(fleet.servers.map((server) => server.stop("SIGKILL")));
    await installation.remove();
  });

  test("serves without an error while this one comes, goes and comes back", async () => {
    const ledger = new Ledger();
    const begin = async (place?: Place): Promise<Latchkey> => {
      const server = await installation.start(SETTINGS, place);
      fleet.servers.push(server);
      return server;
    };
    const old = await begin(before);
    const client = await installation.administrator();
    const target: Target = {
      get url() {
        return fleet.url;
      },
      client,
      administrator: apiOf(fleet.transport, await clientToken(old.url, client)),
      as: (token) => apiOf(fleet.transport, token),
    };
    const load = { app: await register(target.administrator), ledger };
    const only = async (when: string): Promise<void> => {
      expect(fleet.servers.length).toBe(1);
      await expectKept(target, ledger, when);
    };
    let current: Latchkey | undefined;
    // Forward: this version migrates while the one before works.
    await underLoad(target, load, async () => void (current = await begin()));
    await fleet.stop(old);
    await only("after the upgrade");
    // Back: the one before starts on a schema that it doesn't know.
    let again: Latchkey | undefined;
    await underLoad(target, load, async () => void (again = await begin(before)));
    await fleet.stop(current!);
    await only("after the way back");
    await underLoad(target, load, async () => void (await begin()));
    await fleet.stop(again!);
    await only("after the second upgrade");
    expect(ledger.users.size).toBeGreaterThan((3 * EPISODES) / 2);
    expect(ledger.ended.size).toBeGreaterThan(3 * EPISODES);
  }, 180_000);
});
