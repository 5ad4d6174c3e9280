// what may happen once, asked for many times at once.
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { refusalOf } from "../../test/clients/refusal.ts";
import { call } from "../../test/legacy/call.ts";
import {
  agree,
  type Agreed,
  type Form,
  isActive,
  post,
  redeem,
  REDIRECT_URI,
  register,
  type Registered,
} from "../../test/oauth/flow.ts";
import { tally } from "../../test/races/two-servers.ts";
import { unique } from "../../test/use-server.ts";
import { type Check, exactly, type Figure } from "../check.ts";
import type { Stage } from "../engine.ts";
import { Fleet } from "../load/fleet.ts";
import { INSTANT_HASHES } from "../load/inspector.ts";
import { patiently } from "../load/until.ts";
import { countRows } from "../load/rows.ts";

const PROCESSES = 3;
const CODE_REDEMPTIONS = 50;
const REFRESHES = 20;
const REGISTRATIONS = 50;
/** One registration of so many goes by a documented API. */
const BY_FORM = 5;
/** How many codes or tokens are made at once, before the races for them; a code lives a minute. */
const MADE_AT_ONCE = 20;
const SAID_EVERY = 100;
/** The pause before a call that was refused for want of room. */
const PAUSE_MS = 200;

type Outcomes = Readonly<Record<string, number>>;

/** Runs races and counts those that came out otherwise. What is raced for is made beforehand. */
async function races<T>(
  { amount, say }: Stage,
  { make, race, asked }: { make(): Promise<T>; race(given: T): Promise<Outcomes>; asked: Outcomes },
): Promise<number> {
  let wrong = 0;
  for (let first = 0; first < amount; first += MADE_AT_ONCE) {
    const count = Math.min(MADE_AT_ONCE, amount - first);
    const made = await Promise.all(Array.from({ length: count }, () => patiently(make)));
    for (const [index, given] of made.entries()) {
      const outcomes = await race(given);
      if (isDeepStrictEqual(outcomes, asked)) continue;
      wrong++;
      say(`round ${first + index}: ${JSON.stringify(outcomes)}`);
    }
    if (first % SAID_EVERY === 0) say(`${first + count} rounds`);
  }
  return wrong;
}

/** What a client sends for tokens: the fields of the form, by the names of the call. */
type Grant = Readonly<
  Record<"grantType" | "code" | "codeVerifier" | "redirectUri" | "refreshToken", string>
>;

/**
 * Asks for tokens many times at once, every other time by a form and else by a call of each
 * protocol; returns what came of it, and the tokens that were given.
 */
async function askForTokens(
  fleet: Fleet,
  app: Registered,
  { times, grant, form }: { times: number; grant: Partial<Grant>; form: Form },
): Promise<{ readonly outcomes: Outcomes; readonly given: readonly string[] }> {
  const given: string[] = [];
  const byForm = async (): Promise<string> => {
    const { status, json } = await post(fleet.url(), "token", form, app);
    if (status !== 200) return "error" in json ? String(json["error"]) : `HTTP ${status}`;
    given.push(String(json["access_token"]), String(json["refresh_token"]));
    return "done";
  };
  const byCall = async (): Promise<string> => {
    try {
      const { accessToken, refreshToken } = await fleet.byCalls.oauth.token({
        ...grant,
        clientId: app.id,
        clientSecret: app.secret,
      });
      given.push(accessToken, refreshToken);
      return "done";
    } catch (error) {
      const { code, reason } = refusalOf(error);
      return reason === "GRANT_INVALID" ? "invalid_grant" : reason || code;
    }
  };
  const outcomes = await tally(times, (index) => (index % 2 === 0 ? byForm() : byCall()));
  return { outcomes, given };
}

/** Returns how many of some tokens work. */
async function countAlive(
  fleet: Fleet,
  app: Registered,
  tokens: readonly unknown[],
): Promise<number> {
  const answers = await Promise.all(tokens.map((token) => isActive(fleet.url(), app, token)));
  return answers.filter(Boolean).length;
}

/** Returns how many tokens of a client the database has. */
const countStored = (stage: Stage, fleet: Fleet, { id }: Registered): Promise<number> =>
  countRows(
    stage.engine,
    fleet.installation,
    `select (select count(*) from access_tokens where client_id = '${id}') +
       (select count(*) from refresh_tokens where client_id = '${id}') as many`,
  );

async function measureCodes(stage: Stage): Promise<readonly Figure[]> {
  const fleet = await Fleet.start(stage.engine, PROCESSES);
  try {
    const app = await register(fleet.administrator);
    const { api } = await fleet.newUser();
    let alive = 0;
    const race = async ({ code, verifier }: Agreed): Promise<Outcomes> => {
      const grant = { grantType: "authorization_code", code, codeVerifier: verifier };
      const { outcomes, given } = await askForTokens(fleet, app, {
        times: CODE_REDEMPTIONS,
        grant: { ...grant, redirectUri: REDIRECT_URI },
        form: {
          grant_type: grant.grantType,
          code,
          code_verifier: verifier,
          redirect_uri: REDIRECT_URI,
        },
      });
      // RFC 6749 section 4.1.2: a second use ends what the first one gave.
      alive += await countAlive(fleet, app, given);
      return outcomes;
    };
    const asked = { done: 1, invalid_grant: CODE_REDEMPTIONS - 1 };
    const make = (): Promise<Agreed> => agree(api, app);
    return [
      exactly("codes not redeemed exactly once", await races(stage, { make, race, asked }), 0),
      exactly("tokens alive after their code was used again", alive, 0),
      exactly("tokens left in the database", await countStored(stage, fleet, app), 0),
    ];
  } finally {
    await fleet.stop();
  }
}

async function measureRefreshes(stage: Stage): Promise<readonly Figure[]> {
  const fleet = await Fleet.start(stage.engine, PROCESSES);
  try {
    const app = await register(fleet.administrator);
    const { api } = await fleet.newUser();
    let alive = 0;
    const make = async (): Promise<{ access: string; token: string }> => {
      const { json } = await redeem(fleet.url(), app, await agree(api, app));
      return { access: String(json["access_token"]), token: String(json["refresh_token"]) };
    };
    const race = async ({ access, token }: Awaited<ReturnType<typeof make>>): Promise<Outcomes> => {
      const { outcomes, given } = await askForTokens(fleet, app, {
        times: REFRESHES,
        grant: { grantType: "refresh_token", refreshToken: token },
        form: { grant_type: "refresh_token", refresh_token: token },
      });
      alive += await countAlive(fleet, app, [...given, access]);
      return outcomes;
    };
    const asked = { done: 1, invalid_grant: REFRESHES - 1 };
    return [
      exactly(
        "refresh tokens not rotated exactly once",
        await races(stage, { make, race, asked }),
        0,
      ),
      exactly("tokens of a family alive after a reuse", alive, 0),
      exactly("tokens left in the database", await countStored(stage, fleet, app), 0),
    ];
  } finally {
    await fleet.stop();
  }
}

interface NewUser {
  readonly email: string;
  readonly password: string;
}

/** Registers a user by the form of a documented API, whose statuses are those of its contract. */
async function registeredByForm(fleet: Fleet, { email, password }: NewUser): Promise<string> {
  const device = { AccID: "acc", Bundle: "b", OSInt: "1", GAID: unique() };
  const form = { ...device, Email: email, UserID: unique(), Password: password };
  const { status } = await call(`${fleet.url()}/user/create`, "POST", form);
  return { 200: "created", 409: "EMAIL_TAKEN" }[status] ?? `HTTP ${status}`;
}

/** Registers a user, again while the server has too much to hash, and returns what came of it. */
async function registered(fleet: Fleet, user: NewUser): Promise<string> {
  for (;;) {
    const outcome = await fleet.administrator.users.createUser(user).then(
      () => "created",
      (error: unknown) => refusalOf(error).reason,
    );
    if (outcome !== "OVERLOADED") return outcome;
    await delay(PAUSE_MS);
  }
}

async function measureRegistrations(stage: Stage): Promise<readonly Figure[]> {
  // Without the wait for hashes all calls meet in the database.
  const fleet = await Fleet.start(stage.engine, PROCESSES, {
    NODE_OPTIONS: INSTANT_HASHES,
    REGISTRATIONS_PER_NETWORK: "1000000",
  });
  try {
    const race = async (name: string): Promise<Outcomes> =>
      tally(REGISTRATIONS, async (index) => {
        // One address in two spellings.
        const email = `${index % 2 === 0 ? name : name.toUpperCase()}@example.com`;
        const user = { email, password: "correct horse battery" };
        return index % BY_FORM === BY_FORM - 1
          ? registeredByForm(fleet, user)
          : registered(fleet, user);
      });
    const asked = { created: 1, EMAIL_TAKEN: REGISTRATIONS - 1 };
    const make = async (): Promise<string> => unique();
    return [
      exactly(
        "addresses not registered exactly once",
        await races(stage, { make, race, asked }),
        0,
      ),
    ];
  } finally {
    await fleet.stop();
  }
}

const how = (what: string, times: number): string =>
  `${what}, ${times} times at once, over ${PROCESSES} processes, by forms and every protocol.`;

export const RACES: readonly Check[] = [
  {
    id: "R-24",
    title: "a code is redeemed exactly once",
    how: how("One code", CODE_REDEMPTIONS),
    engines: ["SQLite", "MariaDB", "Galera"],
    quickEngines: ["MariaDB", "Galera"],
    aside: "in turn",
    amounts: { slice: 2, quick: 20, full: 1_000 },
    unit: "codes",
    measure: measureCodes,
  },
  {
    id: "R-25",
    title: "a refresh token is rotated exactly once",
    how: how("One refresh token", REFRESHES),
    engines: ["SQLite", "MariaDB", "Galera"],
    quickEngines: ["MariaDB", "Galera"],
    aside: "in turn",
    amounts: { slice: 4, quick: 20, full: 500 },
    unit: "tokens",
    measure: measureRefreshes,
  },
  {
    id: "R-27",
    title: "an address is registered exactly once",
    how:
      `One e-mail address in two spellings, ${REGISTRATIONS} times at once, by every protocol ` +
      `and, one of ${BY_FORM}, by the documented API of kokids, over ${PROCESSES} processes. ` +
      "Hashes take no time, so that all meet in the database.",
    engines: ["SQLite", "MariaDB", "Galera"],
    quickEngines: ["MariaDB", "Galera"],
    aside: "in turn",
    amounts: { slice: 2, quick: 10, full: 200 },
    unit: "addresses",
    measure: measureRegistrations,
  },
];
