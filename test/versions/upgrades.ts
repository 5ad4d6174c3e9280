// The release before and this one side by side on one database, under load, forward and back.
import type { Transport } from "@connectrpc/connect";
import { createRestTransport } from "../clients/rest.ts";
import { Ledger, type Target } from "../durability/driver.ts";
import { findWrong, type Wrong } from "../durability/find-wrong.ts";
import { underEpisodes } from "../durability/under-episodes.ts";
import { clientToken, register } from "../oauth/flow.ts";
import type { End, Installation, Latchkey, Place } from "../process/latchkey.ts";
import { apiOf } from "../use-server.ts";

const SETTINGS = { LOG_LEVEL: "warn", SIGN_IN_NETWORK_FAILURES: "1000000" };
/** How many episodes follow after the other version has begun to listen. */
export const EPISODES = 16;

/** The servers that take calls now. Each call goes to the next of them. */
class Turns {
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
}

/** What became of the upgrades. */
export interface Upgraded {
  readonly ledger: Ledger;
  /** Why calls failed, which none should. */
  readonly failures: readonly string[];
  /** What a version alone found wrong in what was acknowledged, each time one was alone. */
  readonly wrong: readonly Wrong[];
  /** How the processes ended that were asked to. */
  readonly ends: readonly End[];
}

/**
 * Upgrades under load and goes back, so many times, and then upgrades once more. The release before
 * begins, so the first upgrade migrates its database.
 */
export async function playUpgrades(
  installation: Installation,
  before: Place,
  rounds: number,
): Promise<Upgraded> {
  const turns = new Turns();
  const begin = async (place?: Place): Promise<void> => {
    turns.servers.push(await installation.start(SETTINGS, place));
  };
  const [ledger, failures, wrong, ends]: [Ledger, string[], Wrong[], End[]] = [
    new Ledger(),
    [],
    [],
    [],
  ];
  try {
    await begin(before);
    const client = await installation.administrator();
    const token = await clientToken(turns.url, client);
    const target: Target = {
      get url() {
        return turns.url;
      },
      client,
      administrator: apiOf(turns.transport, token),
      as: (given) => apiOf(turns.transport, given),
    };
    const app = await register(target.administrator);
    // Forward, this version migrates while the one before works. Back, the one before starts on a
    // schema that it doesn't know.
    for (let change = 0; change <= 2 * rounds; change++) {
      const place = change % 2 === 0 ? undefined : before;
      const load = { target, app, ledger };
      failures.push(...(await underEpisodes(load, () => begin(place), EPISODES)));
      ends.push(await turns.servers.shift()!.stop());
      wrong.push(await findWrong(target, ledger));
    }
  } finally {
    await Promise.all(turns.servers.map((server) => server.stop("SIGKILL")));
  }
  return { ledger, failures, wrong, ends };
}
