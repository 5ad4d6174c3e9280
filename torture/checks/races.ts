// what may happen once, asked for many times at once.
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { refusalOf } from "../../test/clients/refusal.ts";
import { agree, isActive, redeem, refresh, register } from "../../test/oauth/flow.ts";
import { tally } from "../../test/races/two-servers.ts";
import { unique } from "../../test/use-server.ts";
import { type Check, exactly, type Figure } from "../check.ts";
import type { Stage } from "../engine.ts";
import { Fleet } from "../load/fleet.ts";

const PROCESSES = 3;
const CODE_REDEMPTIONS = 20;
const REFRESHES = 20;
const REGISTRATIONS = 20;
/** The pause before a call that was refused for want of room. */
const PAUSE_MS = 200;

/** Runs a race so many times and counts the rounds that came out otherwise. */
async function rounds(
  { amount, say }: Stage,
  race: () => Promise<Readonly<Record<string, number>>>,
  asked: Readonly<Record<string, number>>,
): Promise<number> {
  let wrong = 0;
  for (let round = 0; round < amount; round++) {
    const outcomes = await race();
    if (isDeepStrictEqual(outcomes, asked)) continue;
    wrong++;
    say(`round ${round}: ${JSON.stringify(outcomes)}`);
  }
  return wrong;
}

async function measureCodes(stage: Stage): Promise<readonly Figure[]> {
  const fleet = await Fleet.start(stage.engine, PROCESSES);
  try {
    const app = await register(fleet.administrator);
    const { api } = await fleet.newUser();
    let alive = 0;
    const race = async (): Promise<Readonly<Record<string, number>>> => {
      const agreed = await agree(api, app);
      const given: unknown[] = [];
      const outcomes = await tally(CODE_REDEMPTIONS, async () => {
        const { status, json } = await redeem(fleet.url(), app, agreed);
        if (status === 200) given.push(json["access_token"], json["refresh_token"]);
        return status === 200 ? "done" : String(json["error"]);
      });
      // RFC 6749 section 4.1.2: a second use ends what the first one gave.
      for (const token of given) if (await isActive(fleet.url(), app, token)) alive++;
      return outcomes;
    };
    const asked = { done: 1, invalid_grant: CODE_REDEMPTIONS - 1 };
    return [
      exactly("codes not redeemed exactly once", await rounds(stage, race, asked), 0),
      exactly("tokens alive after their code was used again", alive, 0),
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
    const race = async (): Promise<Readonly<Record<string, number>>> => {
      const { json: first } = await redeem(fleet.url(), app, await agree(api, app));
      const given: unknown[] = [];
      const outcomes = await tally(REFRESHES, async () => {
        const { status, json } = await refresh(fleet.url(), app, first["refresh_token"]);
        if (status === 200) given.push(json["access_token"], json["refresh_token"]);
        return status === 200 ? "done" : String(json["error"]);
      });
      for (const token of [...given, first["access_token"]])
        if (await isActive(fleet.url(), app, token)) alive++;
      return outcomes;
    };
    const asked = { done: 1, invalid_grant: REFRESHES - 1 };
    return [
      exactly("refresh tokens not rotated exactly once", await rounds(stage, race, asked), 0),
      exactly("tokens of a family alive after a reuse", alive, 0),
    ];
  } finally {
    await fleet.stop();
  }
}

/** Registers a user, again while the server has too much to hash, and returns what came of it. */
async function registered(
  fleet: Fleet,
  user: { readonly email: string; readonly password: string },
): Promise<string> {
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
  const fleet = await Fleet.start(stage.engine, PROCESSES);
  try {
    const race = async (): Promise<Readonly<Record<string, number>>> => {
      const name = unique();
      return tally(REGISTRATIONS, async (index) => {
        // One address in two spellings.
        const email = `${index % 2 === 0 ? name : name.toUpperCase()}@example.com`;
        return registered(fleet, { email, password: "correct horse battery" });
      });
    };
    const asked = { created: 1, EMAIL_TAKEN: REGISTRATIONS - 1 };
    return [exactly("addresses not registered exactly once", await rounds(stage, race, asked), 0)];
  } finally {
    await fleet.stop();
  }
}

const how = (what: string, times: number): string =>
  `${what}, ${times} times at once, over ${PROCESSES} processes.`;

export const RACES: readonly Check[] = [
  {
    id: "R-24",
    title: "a code is redeemed exactly once",
    how: how("One code", CODE_REDEMPTIONS),
    engines: ["SQLite", "MariaDB", "Galera"],
    quickEngines: ["MariaDB", "Galera"],
    amounts: { slice: 4, quick: 20, full: 300 },
    unit: "codes",
    measure: measureCodes,
  },
  {
    id: "R-25",
    title: "a refresh token is rotated exactly once",
    how: how("One refresh token", REFRESHES),
    engines: ["SQLite", "MariaDB", "Galera"],
    quickEngines: ["MariaDB", "Galera"],
    amounts: { slice: 4, quick: 20, full: 300 },
    unit: "tokens",
    measure: measureRefreshes,
  },
  {
    id: "R-27",
    title: "an address is registered exactly once",
    how: how("One e-mail address in two spellings, by every protocol", REGISTRATIONS),
    engines: ["SQLite", "MariaDB", "Galera"],
    quickEngines: ["MariaDB", "Galera"],
    amounts: { slice: 3, quick: 10, full: 100 },
    unit: "addresses",
    measure: measureRegistrations,
  },
];
