// signing keys are rotated while tokens are verified by clients that keep the keys.
import { setTimeout as delay } from "node:timers/promises";
import { createRemoteJWKSet, decodeProtectedHeader, type JWTVerifyGetKey, jwtVerify } from "jose";
import { post, type Registered, register } from "../../../test/oauth/flow.ts";
import { type Installation, run } from "../../../test/process/latchkey.ts";
import { atLeast, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { FastClock } from "../../load/fast-clock.ts";
import { Fleet } from "../../load/fleet.ts";
import { SteadyLoad } from "../../load/steady.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const URI = "https://orders.example.com";
const SCOPE = "orders:read";
const VERIFICATIONS_A_SECOND = 200;
const TOKENS_A_SECOND = 20;
/** How long clients keep the keys, and the pause of those that ask again for an unknown one. */
const CACHE_MS = 10 * MINUTE;
const COOLDOWN_MS = 30_000;
/** How long the server announces a key, and how long a retired one stays published. */
const ANNOUNCED_MS = 15 * MINUTE;
const RETIRED_MS = 31 * DAY;
/** Up to this many rotations the time passes faster, and the pauses are shorter. */
const FEW = 3;

interface Pace {
  readonly speed: number;
  readonly pauseMs: number;
}

const paceOf = (rotations: number): Pace =>
  rotations <= FEW ? { speed: 180, pauseMs: 20 * MINUTE } : { speed: 60, pauseMs: 30 * MINUTE };

/** Runs a command to its end. */
async function command(
  words: readonly string[],
  environment: Installation["environment"],
): Promise<void> {
  const { code, stderr } = await run(words, environment);
  if (code !== 0) throw new Error(`latchkey ${words.join(" ")}: ${stderr}`);
}

/** Returns the ids of the keys that a process publishes. */
async function publishedBy(url: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
}

/** When keys were published by all processes, and when they signed first. */
class Times {
  readonly #clock: FastClock;
  readonly published = new Map<string, number>();
  readonly used = new Map<string, number>();

  constructor(clock: FastClock) {
    this.#clock = clock;
  }

  note(times: Map<string, number>, kids: readonly string[]): void {
    for (const kid of kids) if (!times.has(kid)) times.set(kid, this.#clock.now());
  }

  /** The shortest time between the two, of keys that came later; in minutes. */
  shortest(firstKeys: readonly string[]): number {
    const later = [...this.used].filter(([kid]) => !firstKeys.includes(kid));
    return Math.min(
      ...later.map(([kid, at]) => (at - (this.published.get(kid) ?? Infinity)) / MINUTE),
    );
  }
}

/** Tokens of both processes, of which any that lives may be verified. */
class Tokens {
  readonly #live: { readonly text: string; readonly end: number }[] = [];
  readonly #clock: FastClock;
  readonly #random: () => number;

  constructor(clock: FastClock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  add(text: string, lifetimeMs: number): void {
    this.#live.push({ text, end: this.#clock.now() + lifetimeMs });
  }

  /** Returns the newest token every other time, or else any that lives for a minute more. */
  pick(): string | undefined {
    while ((this.#live[0]?.end ?? Infinity) < this.#clock.now() + MINUTE) this.#live.shift();
    const index = Math.floor(this.#random() * 2 * this.#live.length);
    return this.#live[Math.min(index, this.#live.length - 1)]?.text;
  }
}

interface Issuer {
  readonly fleet: Fleet;
  readonly client: Registered;
  readonly clock: FastClock;
  readonly tokens: Tokens;
  readonly times: Times;
}

async function issue({ fleet, client, tokens, times }: Issuer): Promise<void> {
  const form = { grant_type: "client_credentials", resource: URI, scope: SCOPE };
  const { status, json } = await post(fleet.url(), "token", form, client);
  if (status !== 200) throw new Error(`HTTP ${status}: ${JSON.stringify(json)}`);
  const text = String(json["access_token"]);
  tokens.add(text, Number(json["expires_in"]) * 1_000);
  times.note(times.used, [decodeProtectedHeader(text).kid!]);
}

async function verify({ tokens, clock }: Issuer, keys: JWTVerifyGetKey): Promise<void> {
  const token = tokens.pick();
  if (token === undefined) return;
  await jwtVerify(token, keys, {
    audience: URI,
    typ: "at+jwt",
    currentDate: new Date(clock.now()),
    clockTolerance: 30,
  });
}

/** Returns the keys of processes much later: what is gone though needed, and what is there. */
async function countLater(
  installation: Installation,
  clock: FastClock,
  retired: readonly string[],
): Promise<{ missing: number; left: number }> {
  const publishedIn = async (aheadMs: number): Promise<readonly string[]> => {
    const server = await installation.start(clock.environment(aheadMs));
    const kids = await publishedBy(server.url);
    await server.stop("SIGKILL");
    return kids;
  };
  const before = await publishedIn(RETIRED_MS - DAY);
  const after = await publishedIn(RETIRED_MS + HOUR);
  return {
    missing: retired.filter((kid) => !before.includes(kid)).length,
    left: retired.filter((kid) => after.includes(kid)).length,
  };
}

async function measureRotation({ engine, amount, random, say }: Stage): Promise<readonly Figure[]> {
  const installation = await engine.install();
  const { speed, pauseMs } = paceOf(amount);
  const clock = new FastClock(speed);
  const fleet = await Fleet.start({ install: async () => installation }, 2, clock.environment());
  const environment = { ...installation.environment, ...clock.environment() };
  try {
    const client = await register(fleet.administrator, { grantTypes: ["client_credentials"] });
    await command(
      ["resource", "add", URI, "--name", "Orders", "--scope", `${SCOPE}=read orders`].concat([
        "--format",
        "jwt",
        "--lifetime",
        "1h",
        "--machine-client",
        client.id,
      ]),
      environment,
    );
    const times = new Times(clock);
    const issuer = { fleet, client, clock, times, tokens: new Tokens(clock, random) };
    const keysAt = (index: number) => new URL(`${fleet.url(index)}/.well-known/jwks.json`);
    // By its defaults it asks again for a key that it doesn't know; the other one never does.
    const asking = createRemoteJWKSet(keysAt(0), {
      cacheMaxAge: CACHE_MS / speed,
      cooldownDuration: COOLDOWN_MS / speed,
    });
    const keeping = createRemoteJWKSet(keysAt(1), {
      cacheMaxAge: CACHE_MS / speed,
      cooldownDuration: Infinity,
    });
    const firstKeys = await publishedBy(fleet.url(0));
    const look = async (): Promise<void> => {
      const [one, other] = await Promise.all([0, 1].map((index) => publishedBy(fleet.url(index))));
      times.note(
        times.published,
        one!.filter((kid) => other!.includes(kid)),
      );
    };
    let verified = 0;
    const verifying = (keys: JWTVerifyGetKey) => async () => {
      await verify(issuer, keys);
      verified++;
    };
    const perSecond = VERIFICATIONS_A_SECOND / 2;
    const begin = performance.now();
    const moves = [
      { name: "token", perSecond: TOKENS_A_SECOND, do: () => issue(issuer) },
      { name: "look at the keys", perSecond: 10, do: look },
      { name: "verification, asking", perSecond, do: verifying(asking) },
      { name: "verification, keeping", perSecond, do: verifying(keeping) },
    ];
    const load = new SteadyLoad(moves, say);
    for (let rotation = 0; rotation < amount; rotation++) {
      await Promise.all([command(["keys", "rotate"], environment), delay(pauseMs / speed)]);
      say(`${rotation + 1} rotations, ${verified} verified, ${load.failed} failed`);
    }
    // Until the last key has signed for a while.
    await delay((ANNOUNCED_MS + MINUTE) / speed);
    await load.stop();
    const seconds = (performance.now() - begin) / 1_000;
    const now = await publishedBy(fleet.url(0));
    const retired = [...times.used.keys()].slice(0, -1);
    const { missing, left } = await countLater(installation, clock, retired);
    return [
      exactly("keys that signed", times.used.size, amount + 1),
      exactly("failed verifications and calls", load.failed, 0),
      timed(atLeast("verifications in a second", verified / seconds, VERIFICATIONS_A_SECOND * 0.9)),
      atLeast("published before its first use, least", times.shortest(firstKeys), 10, "min"),
      exactly("keys published at the end", now.length, 2 * (amount + 1)),
      exactly("retired keys gone after 30 days", missing, 0),
      exactly("retired keys published after 31 days", left, 0),
    ];
  } finally {
    await fleet.stop();
  }
}

export const ROTATION: readonly Check[] = [
  {
    id: "R-31",
    title: "keys are rotated while tokens are verified",
    how:
      "Two processes sign tokens of a resource, and `latchkey keys rotate` runs again and again. " +
      "Two clients verify 200 tokens a second by jose's createRemoteJWKSet: one asks again for " +
      "an unknown key, one keeps the keys for 10 minutes. The clocks of all run 60 times as fast " +
      "(180 with up to 3 rotations), so it is on SQLite, where the machine's clock decides.",
    engines: ["SQLite"],
    amounts: { quick: 3, full: 10 },
    unit: "rotations",
    measure: measureRotation,
  },
];
