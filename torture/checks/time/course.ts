// What a check of clocks does at processes whose time is moved, and what it counts.
import { setTimeout as delay } from "node:timers/promises";
import { Ledger } from "../../../test/durability/driver.ts";
import { underEpisodes } from "../../../test/durability/under-episodes.ts";
import {
  agree,
  type Agreed,
  isActive,
  post,
  redeem,
  type Registered,
  register,
} from "../../../test/oauth/flow.ts";
import { atMost, exactly, type Figure } from "../../check.ts";
import type { Fleet, FleetUser } from "../../load/fleet.ts";
import { metricsOf, sumOf } from "../../load/process.ts";

const WINDOW_S = 300;
const MINUTE_S = 60;
export const ACCOUNT_FAILURES = 5;

/** What was issued before the clocks were moved. */
interface Issued {
  readonly at: number;
  readonly codes: readonly Agreed[];
  readonly token: string;
}

/** What the check has counted. */
interface Count {
  livedOn: number;
  outlasted: number;
  latest: number;
  ended: number;
  dead: number;
}

/** The moves of one run. */
export class Course {
  readonly #fleet: Fleet;
  readonly #app: Registered;
  readonly #user: FleetUser;
  readonly ledger = new Ledger();
  readonly count: Count = { livedOn: 0, outlasted: 0, latest: 0, ended: 0, dead: 0 };

  private constructor(fleet: Fleet, app: Registered, user: FleetUser) {
    this.#fleet = fleet;
    this.#app = app;
    this.#user = user;
  }

  /** Makes a client and a user at processes. */
  static async begin(fleet: Fleet): Promise<Course> {
    return new Course(fleet, await register(fleet.administrator), await fleet.newUser());
  }

  /** What came of all moves. */
  async figures(): Promise<readonly Figure[]> {
    const { livedOn, ended, outlasted, latest } = this.count;
    return [
      ...(ended > 0 ? [exactly(`of ${ended} that had ended, accepted`, livedOn, 0)] : []),
      atMost("times of tokens, off by at most", latest, 2, "s"),
      exactly("limits that outlast their window", outlasted, 0),
      exactly("processes that ended", (await hasEnded(this.#fleet)) ? "some" : "none", "none"),
    ];
  }

  /** Plays episodes over both processes for so long; returns why some failed. */
  work(milliseconds: number): Promise<readonly string[]> {
    return this.workWhile(() => delay(milliseconds));
  }

  /** Plays episodes while something changes; returns why some failed. */
  workWhile(change: () => Promise<unknown>): Promise<readonly string[]> {
    const { target } = this.#fleet;
    return underEpisodes({ target, app: this.#app, ledger: this.ledger }, change);
  }

  async issue(): Promise<Issued> {
    const codes = await Promise.all(
      Array.from({ length: 4 }, () => agree(this.#user.api, this.#app)),
    );
    const { json } = await redeem(this.#fleet.url(), this.#app, codes.pop()!);
    return { at: Date.now(), codes, token: String(json["access_token"]) };
  }

  /** Counts what still works although it has ended by the clock that it is judged by. */
  async tryEnded({ codes, token }: Issued): Promise<void> {
    for (const code of codes)
      if ((await redeem(this.#fleet.url(), this.#app, code)).status === 200) this.count.livedOn++;
    if (await isActive(this.#fleet.url(), this.#app, token)) this.count.livedOn++;
    this.count.ended += codes.length + (token === "" ? 0 : 1);
  }

  /** Redeems codes at both processes while they live; each that is refused is a fault. */
  async tryLiving({ codes, token }: Issued): Promise<void> {
    for (const code of codes)
      if ((await redeem(this.#fleet.url(), this.#app, code)).status !== 200) this.count.dead++;
    if (!(await isActive(this.#fleet.url(), this.#app, token))) this.count.dead++;
  }

  /** Looks how far the times of a token are from the true ones, as each process sets them. */
  async look(trueMs: () => number): Promise<void> {
    for (let times = 0; times < this.#fleet.servers.length; times++) {
      const before = trueMs();
      const { token } = await this.issue();
      const { json } = await post(this.#fleet.url(), "introspect", { token }, this.#app);
      this.count.latest = Math.max(
        this.count.latest,
        Math.abs(Number(json["iat"]) - before / 1_000),
      );
    }
  }

  /** Fills the limit of an account at one process after the other; counts what is too long. */
  async fill(): Promise<string> {
    const { email } = await this.#fleet.newUser();
    for (let tries = 0; tries < ACCOUNT_FAILURES; tries++) await this.guess(email);
    for (let times = 0; times < this.#fleet.servers.length; times++) {
      const { status, wait } = await this.guess(email);
      if (status !== 429 || wait > WINDOW_S) this.count.outlasted++;
    }
    return email;
  }

  async guess(email: string): Promise<{ status: number; wait: number }> {
    const response = await fetch(`${this.#fleet.url()}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password: "no such horse" }),
    });
    await response.arrayBuffer();
    return { status: response.status, wait: Number(response.headers.get("retry-after")) };
  }
}

/** Returns how many processes say that their clock is far off, in readiness and in the metrics. */
export async function countSayers({ servers }: Fleet): Promise<{ detail: number; metric: number }> {
  let [detail, metric] = [0, 0];
  for (const server of servers) {
    const answer = await fetch(`${server.url}/readyz`);
    if (/"detail":".*clock/.test(await answer.text()) && answer.ok) detail++;
    const ahead = sumOf(await metricsOf(server), "latchkey_clock_ahead_seconds");
    if (Math.abs(ahead) > MINUTE_S) metric++;
  }
  return { detail, metric };
}

/** Returns whether a process has ended. */
const hasEnded = async ({ servers }: Fleet): Promise<boolean> =>
  (
    await Promise.all(servers.map(({ url }) => fetch(`${url}/healthz`).catch(() => undefined)))
  ).some((answer) => answer?.ok !== true);
