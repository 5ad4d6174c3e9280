// a user is deleted while signing in.
import { setTimeout as delay } from "node:timers/promises";
import { refusalOf } from "../../test/clients/refusal.ts";
import { agree, isActive, redeem, refresh, register } from "../../test/oauth/flow.ts";
import { atLeast, type Check, exactly, type Figure, timed } from "../check.ts";
import type { Stage } from "../engine.ts";
import { Fleet, type FleetUser } from "../load/fleet.ts";
import { patiently } from "../load/until.ts";

const PROCESSES = 3;

const signIn = (fleet: Fleet, { email, password }: FleetUser): Promise<string> =>
  fleet
    .as()
    .users.signIn({ identifier: { case: "email", value: email }, password })
    .then(
      ({ accessToken }) => accessToken,
      () => "",
    );

/** Deletes a user whose deletion was refused, and may have been done. */
async function deleteAgain(fleet: Fleet, { id }: FleetUser): Promise<void> {
  try {
    await fleet.administrator.users.deleteUser({ userId: id });
  } catch (error) {
    if (refusalOf(error).code !== "NotFound") throw error;
  }
}

/** A user is deleted while others sign in, refresh and redeem as this user. */
async function measureDeletions({
  engine,
  amount,
  random,
  say,
}: Stage): Promise<readonly Figure[]> {
  const fleet = await Fleet.start(engine, PROCESSES);
  let [late, alive, during, refused, dead] = [0, 0, 0, 0, 0];
  try {
    const app = await register(fleet.administrator);
    for (let round = 0; round < amount; round++) {
      const user = await fleet.newUser();
      const { json } = await redeem(fleet.url(), app, await agree(user.api, app));
      // Otherwise a token that is dead afterwards would show nothing.
      for (const token of [json["access_token"], user.token])
        if (!(await isActive(fleet.url(), fleet.client, token))) dead++;
      const codes = await Promise.all(Array.from({ length: 3 }, () => agree(user.api, app)));
      const given: unknown[] = [json["access_token"], user.token];
      let isDeleted = false;
      const attempt = async (call: () => Promise<readonly unknown[]>): Promise<void> => {
        await delay(random() * 60);
        const beganLate = isDeleted;
        const tokens = (await call()).filter((token) => typeof token === "string" && token !== "");
        given.push(...tokens);
        if (tokens.length === 0) return;
        if (beganLate) late++;
        else during++;
      };
      const attempts = [
        ...Array.from({ length: 4 }, () => attempt(async () => [await signIn(fleet, user)])),
        attempt(async () => {
          const answer = await refresh(fleet.url(), app, json["refresh_token"]);
          return [answer.json["access_token"], answer.json["refresh_token"]];
        }),
        ...codes.map((agreed) =>
          attempt(async () => [(await redeem(fleet.url(), app, agreed)).json["access_token"]]),
        ),
      ];
      await delay(random() * 60);
      await fleet.administrator.users.deleteUser({ userId: user.id }).catch((error: unknown) => {
        refused++;
        say(`a deletion was refused: ${refusalOf(error).reason}`);
        return patiently(() => deleteAgain(fleet, user));
      });
      isDeleted = true;
      await Promise.all(attempts);
      for (const token of given) if (await isActive(fleet.url(), fleet.client, token)) alive++;
    }
  } finally {
    await fleet.stop();
  }
  return [
    exactly("successes that began after the deletion", late, 0),
    exactly("tokens alive after the deletion", alive, 0),
    exactly("tokens dead before the deletion", dead, 0),
    timed(exactly("deletions refused at first", refused, 0)),
    atLeast("successes that raced the deletion", during, 1),
  ];
}

const ENGINES = ["SQLite", "MariaDB", "Galera"] as const;

export const ENDS: readonly Check[] = [
  {
    id: "R-29",
    title: "a user is deleted while signing in, refreshing and redeeming",
    how:
      "Eight calls of one user at random moments around the deletion, over " +
      `${PROCESSES} processes.`,
    engines: ENGINES,
    quickEngines: ["MariaDB", "Galera"],
    aside: "in turn",
    amounts: { quick: 20, full: 500 },
    fullOn: { SQLite: 200, Galera: 200 },
    unit: "users",
    measure: measureDeletions,
  },
];
