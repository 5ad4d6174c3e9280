// limits and single effects under many calls at once.
import { refusalOf } from "../../test/clients/refusal.ts";
import { agree, post, register } from "../../test/oauth/flow.ts";
import { tally } from "../../test/races/two-servers.ts";
import { atMost, type Check, exactly, type Figure } from "../check.ts";
import type { Stage } from "../engine.ts";
import { Fleet } from "../load/fleet.ts";
import { hashesOf } from "../load/process.ts";
import { openMail, resetsByOneLink } from "../load/reset-links.ts";

const PROCESSES = 3;
const GUESSES = 200;
const LIMIT = 10;
const AT_ONCE = 50;
const RESETS = 100;

/** Returns how many passwords were hashed by all processes. */
const hashesOfAll = async ({ servers }: Fleet): Promise<number> =>
  (await Promise.all(servers.map(hashesOf))).reduce((sum, each) => sum + each, 0);

/** Returns how many passwords were checked of one burst of wrong ones, and how many hashed. */
async function guess(
  fleet: Fleet,
  say: Stage["say"],
): Promise<{ checked: number; hashed: number; other: number }> {
  const { email } = await fleet.newUser();
  const before = await hashesOfAll(fleet);
  const {
    SIGN_IN_FAILED: checked = 0,
    RATE_LIMITED: _,
    ...other
  } = await tally(GUESSES, (index) =>
    fleet
      .as()
      .users.signIn({ identifier: { case: "email", value: email }, password: `guess ${index}` })
      .then(
        () => "signed in",
        (error: unknown) => refusalOf(error).reason,
      ),
  );
  const count = Object.values(other).reduce((sum, each) => sum + each, 0);
  if (count > 0) say(`wrong passwords: ${JSON.stringify(other)}`);
  return { checked, hashed: (await hashesOfAll(fleet)) - before, other: count };
}

async function measureCounters({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const { mail, environment } = await openMail();
  const fleet = await Fleet.start(engine, PROCESSES, {
    ...environment,
    SIGN_IN_ACCOUNT_FAILURES: String(LIMIT),
  });
  const most = { checked: 0, hashed: 0 };
  let unexpected = 0;
  let grants = 0;
  let secrets = 0;
  let links = 0;
  try {
    for (let round = 0; round < amount; round++) {
      const { checked, hashed, other } = await guess(fleet, say);
      most.checked = Math.max(most.checked, checked);
      most.hashed = Math.max(most.hashed, hashed);
      unexpected += other;
      const { api } = await fleet.newUser();
      const app = await register(fleet.administrator);
      const consents = Array.from({ length: AT_ONCE }, () => agree(api, app));
      unexpected += failures(await Promise.allSettled(consents));
      if ((await api.oauth.listGrants({ userId: "me" })).grants.length !== 1) grants++;
      const rotated = await secretsThatWork(fleet);
      if (rotated.working !== 1) secrets++;
      unexpected += rotated.failed;
      const resets = await resetsByOneLink(fleet, mail, RESETS);
      if (resets.done !== 1) links++;
      unexpected += resets.other;
      if (round % 5 === 4) say(`${round + 1} rounds`);
    }
  } finally {
    await fleet.stop();
    await mail.stop();
  }
  return [
    atMost(`most judged of ${GUESSES} wrong passwords at once`, most.checked, LIMIT),
    atMost("most hashed of them, by the metric", most.hashed, LIMIT),
    exactly("calls that were neither done nor refused", unexpected, 0),
    exactly(`links with other than one reset of ${RESETS} uses`, links, 0),
    exactly(`users without exactly one grant after ${AT_ONCE} consents`, grants, 0),
    exactly(`clients without one secret after ${AT_ONCE} rotations`, secrets, 0),
  ];
}

const failures = (results: readonly PromiseSettledResult<unknown>[]): number =>
  results.filter(({ status }) => status === "rejected").length;

/** Rotates one secret many times at once and counts the secrets that work afterwards. */
async function secretsThatWork(fleet: Fleet): Promise<{ working: number; failed: number }> {
  const { id, secret } = await register(fleet.administrator, {
    grantTypes: ["client_credentials"],
    scopes: ["users.read"],
  });
  const rotations = Array.from({ length: AT_ONCE }, () =>
    fleet.administrator.oauth.rotateClientSecret({ clientId: id }),
  );
  const results = await Promise.allSettled(rotations);
  const given = results.flatMap((result) =>
    result.status === "fulfilled" ? [result.value.clientSecret] : [],
  );
  let working = 0;
  for (const each of [secret, ...given]) {
    const form = { grant_type: "client_credentials" };
    const { status } = await post(fleet.url(), "token", form, { id, secret: each });
    if (status === 200) working++;
  }
  return { working, failed: failures(results) };
}

export const COUNTERS: readonly Check[] = [
  {
    id: "R-28",
    title: "counters and single effects under many calls at once",
    how:
      `${GUESSES} wrong passwords for one account at once, with a limit of ${LIMIT}; ${RESETS} ` +
      `uses of one link for a new password; ${AT_ONCE} consents; ${AT_ONCE} rotations of one ` +
      `secret; each at once, over ${PROCESSES} processes.`,
    engines: ["SQLite", "MariaDB", "Galera"],
    quickEngines: ["MariaDB", "Galera"],
    aside: "in turn",
    amounts: { quick: 2, full: 10 },
    unit: "rounds",
    measure: measureCounters,
  },
];
