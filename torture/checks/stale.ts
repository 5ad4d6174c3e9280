// what has ended at one process is refused by another one at once.
import { setTimeout as delay } from "node:timers/promises";
import { refusalOf } from "../../test/clients/refusal.ts";
import {
  agree,
  type FormAnswer,
  post,
  redeem,
  refresh,
  register,
  type Registered,
} from "../../test/oauth/flow.ts";
import { type Check, exactly, type Figure, timed } from "../check.ts";
import type { Stage } from "../engine.ts";
import { Fleet, type FleetUser } from "../load/fleet.ts";
import { INSTANT_HASHES } from "../load/inspector.ts";

const PROCESSES = 3;
/** How many users at once. */
const LANES = 4;
const NEW_PASSWORD = "another correct horse";

/** What is ended for a user at one process, and asked for at another one. */
interface Scene {
  readonly fleet: Fleet;
  readonly app: Registered;
  readonly user: FleetUser;
  readonly here: number;
  readonly there: number;
  /** Notes whether something works there before it ends: if not, its end would show nothing. */
  before(works: boolean): void;
}

/** Returns an answer that says yes or no; anything else is no measurement. */
function decided(answer: FormAnswer, ...refusals: readonly number[]): FormAnswer {
  if (answer.status === 200 || refusals.includes(answer.status)) return answer;
  throw new Error(`HTTP ${answer.status}: ${JSON.stringify(answer.json)}`);
}

async function isActiveThere(scene: Scene, by: Registered, token: unknown): Promise<boolean> {
  const { fleet, there } = scene;
  const answer = await post(fleet.url(there), "introspect", { token: String(token) }, by);
  return decided(answer).json["active"] === true;
}

/** Signs in; returns the token, or undefined when the user or the password is refused. */
async function signInAt(
  { fleet, user: { email } }: Scene,
  process: number,
  password: string,
): Promise<string | undefined> {
  const identifier = { case: "email", value: email } as const;
  for (;;)
    try {
      return (await fleet.as(undefined, process).users.signIn({ identifier, password }))
        .accessToken;
    } catch (error) {
      const { reason, code } = refusalOf(error);
      if (code === "Unavailable") throw error;
      if (reason !== "OVERLOADED") return undefined;
      await delay(50);
    }
}

/** Consents, and redeems the code at the first process. */
async function tokens({ fleet, app, user, here }: Scene): Promise<FormAnswer["json"]> {
  const agreed = await agree(fleet.as(user.token, here), app);
  return decided(await redeem(fleet.url(here), app, agreed)).json;
}

/** What can end. Each returns whether it still works there; the last ones end the user. */
const KINDS: Readonly<Record<string, (scene: Scene) => Promise<boolean>>> = {
  "revoked tokens": async (scene) => {
    const { fleet, app, here } = scene;
    const given = await tokens(scene);
    scene.before(await isActiveThere(scene, app, given["access_token"]));
    decided(await post(fleet.url(here), "revoke", { token: String(given["refresh_token"]) }, app));
    return isActiveThere(scene, app, given["access_token"]);
  },
  "redeemed codes": async ({ fleet, app, user, here, there }) => {
    const agreed = await agree(fleet.as(user.token, here), app);
    decided(await redeem(fleet.url(here), app, agreed));
    return decided(await redeem(fleet.url(there), app, agreed), 400).status === 200;
  },
  "refresh tokens that were rotated": async (scene) => {
    const { fleet, app, here, there } = scene;
    const { refresh_token: old } = await tokens(scene);
    decided(await refresh(fleet.url(here), app, old));
    return decided(await refresh(fleet.url(there), app, old), 400).status === 200;
  },
  "tokens of a withdrawn consent": async (scene) => {
    const { fleet, app, user, here } = scene;
    const given = await tokens(scene);
    scene.before(await isActiveThere(scene, app, given["access_token"]));
    const { oauth } = fleet.as(user.token, here);
    const { grants } = await oauth.listGrants({ userId: "me" });
    for (const { id } of grants) await oauth.revokeGrant({ grantId: id });
    return isActiveThere(scene, app, given["access_token"]);
  },
  "sessions after a sign-out": async (scene) => {
    const { fleet, user, here } = scene;
    const token = await signInAt(scene, here, user.password);
    scene.before(await isActiveThere(scene, fleet.client, token));
    await fleet.as(token, here).users.signOut({});
    return isActiveThere(scene, fleet.client, token);
  },
  "sessions of a user whose access ended": async (scene) => {
    const { fleet, user, here } = scene;
    scene.before(await isActiveThere(scene, fleet.client, user.token));
    await fleet.administratorAt(here).users.endUserAccess({ userId: user.id });
    return isActiveThere(scene, fleet.client, user.token);
  },
  "sign-ins of a locked user": async (scene) => {
    const { fleet, user, here, there } = scene;
    const { users } = fleet.administratorAt(here);
    scene.before((await signInAt(scene, there, user.password)) !== undefined);
    await users.lockUser({ userId: user.id, reason: "measured" });
    const token = await signInAt(scene, there, user.password);
    await users.unlockUser({ userId: user.id });
    return token !== undefined;
  },
  "sign-ins with a password that was changed": async (scene) => {
    const { fleet, user, here, there } = scene;
    scene.before((await signInAt(scene, there, user.password)) !== undefined);
    const change = { userId: user.id, newPassword: NEW_PASSWORD };
    await fleet.administratorAt(here).users.changePassword(change);
    return (await signInAt(scene, there, user.password)) !== undefined;
  },
  "sign-ins of a deleted user": async (scene) => {
    const { fleet, user, here, there } = scene;
    scene.before((await signInAt(scene, there, NEW_PASSWORD)) !== undefined);
    await fleet.administratorAt(here).users.deleteUser({ userId: user.id });
    return (await signInAt(scene, there, NEW_PASSWORD)) !== undefined;
  },
};

async function measureStale({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const fleet = await Fleet.start(engine, PROCESSES, { NODE_OPTIONS: INSTANT_HASHES });
  let cut = 0;
  const before = { asked: 0, failed: 0 };
  const accepted = new Map<string, number>(Object.keys(KINDS).map((kind) => [kind, 0]));
  try {
    const app = await register(fleet.administrator);
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < amount) {
        const round = next++;
        const here = round % PROCESSES;
        // Each of the two others in turn.
        const there = (here + 1 + (Math.floor(round / PROCESSES) % 2)) % PROCESSES;
        const user = await fleet.newUser();
        const scene: Scene = {
          fleet,
          app,
          user,
          here,
          there,
          before(works) {
            before.asked++;
            if (!works) before.failed++;
          },
        };
        try {
          for (const [kind, play] of Object.entries(KINDS))
            if (await play(scene)) accepted.set(kind, accepted.get(kind)! + 1);
        } catch (error) {
          cut++;
          say(`round ${round}: ${String(error)}`);
        }
        if (round % 50 === 49) say(`${round + 1} rounds`);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    await fleet.stop();
  }
  return [
    ...[...accepted].map(([kind, count]) => exactly(`${kind}: accepted`, count, 0)),
    exactly(`of ${before.asked} asked for before their end, refused`, before.failed, 0),
    timed(exactly("rounds cut off by another refusal", cut, 0)),
  ];
}

export const STALE: readonly Check[] = [
  {
    id: "R-08",
    title: "what one process has ended, another one refuses at once",
    how:
      `Nine things end at one of ${PROCESSES} processes, and another one is asked at once; on ` +
      "Galera each process has its own node. What can be used more than once is asked for there " +
      "before its end too, and must work. A process keeps nothing in memory that decides, but " +
      "the signing keys for five seconds. Hashes take no time: they aren't what is measured.",
    engines: ["SQLite", "MariaDB", "Galera"],
    aside: "in turn",
    amounts: { quick: 20, full: 250 },
    fullOn: { SQLite: 100, MariaDB: 100 },
    unit: "times each",
    measure: measureStale,
  },
];
