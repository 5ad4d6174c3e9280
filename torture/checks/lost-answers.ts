// the answer is lost, because the server or its connection to the database goes
// between the effect and the answer. The caller repeats the call with its key.
import { setTimeout as delay } from "node:timers/promises";
import { createRestTransport } from "../../test/clients/rest.ts";
import {
  clientToken,
  isActive,
  post,
  refresh,
  type Registered,
  register,
} from "../../test/oauth/flow.ts";
import type { Latchkey } from "../../test/process/latchkey.ts";
import { openSlowProxy, type SlowProxy } from "../../test/slow-proxy.ts";
import { type Api, apiOf } from "../../test/use-server.ts";
import { atLeast, type Check, exactly, type Figure } from "../check.ts";
import type { Engine, Stage } from "../engine.ts";
import { nameOfDatabase } from "../load/fleet.ts";
import { AT_ONCE, type Call, CLIENTS_AT_ONCE, type Outcome, prepare } from "./repeated-calls.ts";

/** How long the answers are swallowed before a cut, and how often and when a commit is awaited. */
const [SILENT_MS, COMMIT_LOOKS, LOOK_MS] = [50, 250, 2];
const SETTINGS = { LOG_LEVEL: "error", SIGN_IN_NETWORK_FAILURES: "1000000" };

/** How the answers get lost. `lose` returns the URL where the calls are repeated. */
interface Loss {
  readonly url: string;
  lose(): Promise<string>;
}

class Counts {
  calls = 0;
  unanswered = 0;
  refused = 0;
  different = 0;
  dead = 0;
  deadSecrets = 0;
  /** Families that a repetition without a key has ended, and repetitions with another end. */
  ended = 0;
  undocumented = 0;
  twice = 0;
}

/** Sends calls, loses answers, repeats all, and counts what is not as it must be. */
async function playRound(
  counts: Counts,
  calls: readonly Call[],
  { loss, app, token, pauseMs }: { loss: Loss; app: Registered; token: string; pauseMs: number },
): Promise<void> {
  const sent = calls.map((call) => call.send(loss.url));
  await delay(pauseMs);
  const url = await loss.lose();
  const first = await Promise.all(sent);
  for (const [index, call] of calls.entries()) {
    const before = first[index]!;
    if (call.kind === "without a key") {
      await repeatWithoutKey(counts, call, { before, url, app });
      continue;
    }
    counts.calls++;
    if (before.status !== 200) counts.unanswered++;
    const again = await call.send(url);
    if (again.status !== 200) {
      counts.refused++;
      continue;
    }
    if (before.status === 200 && JSON.stringify(before.json) !== JSON.stringify(again.json))
      counts.different++;
    await tryGiven(counts, call, { again, url, app, token });
  }
}

/** Tries what an answer has given. */
async function tryGiven(
  counts: Counts,
  { kind, name }: Call,
  { again, url, app, token }: { again: Outcome; url: string; app: Registered; token: string },
): Promise<void> {
  if (kind === "code" || kind === "refresh") {
    // A repetition that counted as a second use would have ended the family.
    const next = await refresh(url, app, again.json["refresh_token"]);
    if (next.status !== 200) counts.dead++;
  }
  if (kind === "client" || kind === "secret") {
    // A second rotation would have ended the secret of the first.
    const { client, clientSecret } = again.json as {
      readonly client: { readonly id: string };
      readonly clientSecret: string;
    };
    const shown = { id: client.id, secret: clientSecret };
    if ((await post(url, "revoke", { token: "x" }, shown)).status !== 200) counts.deadSecrets++;
  }
  if (name === undefined) return;
  const { oauth } = apiOf(createRestTransport(url), token);
  const { clients } = await oauth.listClients({ text: name });
  if (clients.length !== 1) counts.twice++;
}

/**
 * Repeats a refresh without a key. If it was done, the family of its tokens ends. If it wasn't, it
 * is done now, and the next repetition ends it: docs/oauth.md says so.
 */
async function repeatWithoutKey(
  counts: Counts,
  call: Call,
  { before, url, app }: { before: Outcome; url: string; app: Registered },
): Promise<void> {
  let { status } = await call.send(url);
  if (status === 200 && before.status !== 200) ({ status } = await call.send(url));
  const isEnded = status === 400 && !(await isActive(url, app, call.access));
  if (isEnded) counts.ended++;
  else counts.undocumented++;
}

const figuresOf = (counts: Counts): readonly Figure[] => [
  atLeast("calls whose answer was lost", counts.unanswered, 1),
  exactly("repeated calls that were refused", counts.refused, 0),
  exactly("repeated calls with another answer than the first", counts.different, 0),
  exactly("families ended by a repetition", counts.dead, 0),
  atLeast("families ended by a repetition without a key", counts.ended, 1),
  exactly("repeated without a key, with another end", counts.undocumented, 0),
  exactly("secrets in answers that don't work", counts.deadSecrets, 0),
  exactly("new clients that are not there exactly once", counts.twice, 0),
];

/** The server is killed at a random moment after the calls were sent. */
async function measureKills({ engine, amount, random, say }: Stage): Promise<readonly Figure[]> {
  const installation = await engine.install();
  const counts = new Counts();
  let server: Latchkey | undefined;
  try {
    server = await installation.start(SETTINGS);
    const client = await installation.administrator();
    const token = await clientToken(server.url, client);
    const appOf = (): Api => apiOf(createRestTransport(server!.url), token);
    const app = await register(appOf());
    for (let round = 0; round < amount; round++) {
      const calls = await prepare(server.url, { app, administrator: appOf(), token });
      const loss: Loss = {
        url: server.url,
        lose: async () => {
          await server!.stop("SIGKILL");
          server = await installation.start(SETTINGS);
          return server.url;
        },
      };
      await playRound(counts, calls, { loss, app, token, pauseMs: random() * 80 });
    }
    say(`${counts.unanswered} of ${counts.calls} answers were lost`);
    return figuresOf(counts);
  } finally {
    await server?.stop("SIGKILL");
    await installation.remove();
  }
}

/**
 * The connections to the database are cut at a random moment after the calls were sent. On Galera
 * the calls are repeated at a process on another node.
 */
async function measureCuts({ engine, amount, random, say }: Stage): Promise<readonly Figure[]> {
  const installation = await engine.install();
  const counts = new Counts();
  let proxy: SlowProxy | undefined;
  let server: Latchkey | undefined;
  let other: Latchkey | undefined;
  let missing = 0;
  try {
    const { environment } = installation;
    const [node] = engine.cluster?.nodes ?? [];
    proxy = await openSlowProxy(
      node?.urlOf(nameOfDatabase(environment)) ?? environment["DATABASE_URL"]!,
    );
    server = await installation.start({ ...SETTINGS, DATABASE_URL: proxy.url });
    other = node && (await installation.start(SETTINGS));
    const { url } = server;
    const client = await installation.administrator();
    const token = await clientToken(url, client);
    const administrator = apiOf(createRestTransport(url), token);
    const elsewhere = apiOf(createRestTransport(other?.url ?? url), token);
    const app = await register(administrator);
    for (let round = 0; round < amount; round++) {
      const calls = await prepare(url, { app, administrator, token });
      const cut = async (): Promise<string> => {
        // What was sent by now is done, and its answer never comes.
        proxy!.swallowsFromCommit = true;
        const isSent = (): boolean => proxy!.swallows === "answers";
        for (let looks = 0; looks < COMMIT_LOOKS && !isSent(); looks++) await delay(LOOK_MS);
        proxy!.swallows = "answers";
        await delay(SILENT_MS);
        proxy!.cut();
        proxy!.swallowsFromCommit = false;
        proxy!.swallows = "nothing";
        return other?.url ?? url;
      };
      const kill = async (): Promise<string> => {
        await node!.kill();
        // Until the other nodes have given it up, nothing is written.
        while ((await clientToken(other!.url, client)) === "undefined") await delay(50);
        return other!.url;
      };
      const lose = node !== undefined && round === amount - 1 ? kill : cut;
      await playRound(counts, calls, { loss: { url, lose }, app, token, pauseMs: random() * 80 });
      for (const { email } of calls)
        if (email !== undefined) {
          const { users } = await elsewhere.users.listUsers({ email });
          if (users.length !== 1) missing++;
        }
    }
    say(`${counts.unanswered} of ${counts.calls} answers were lost`);
    return [
      // A node that is killed has no proxy before it.
      atLeast("commits whose answer was lost", proxy.lostCommits, amount - (node ? 1 : 0)),
      ...figuresOf(counts),
      exactly("registered users that are not there exactly once", missing, 0),
    ];
  } finally {
    await server?.stop("SIGKILL");
    await other?.stop("SIGKILL");
    await proxy?.close();
    await restart(engine);
    await installation.remove();
  }
}

/** Starts nodes that were killed. */
async function restart({ cluster }: Engine): Promise<void> {
  for (const node of cluster?.nodes ?? []) if (!node.isRunning) await node.start();
  await cluster?.settled();
}

const CALLS =
  `${AT_ONCE} redemptions, ${AT_ONCE} refreshes, ${AT_ONCE} new users, ${CLIENTS_AT_ONCE} new ` +
  `clients and ${CLIENTS_AT_ONCE} new secrets at once, and ${AT_ONCE} refreshes without a key`;
const REPEATED =
  " A refresh that was done and is repeated without a key must end the family of its tokens.";

export const LOST_ANSWERS: readonly Check[] = [
  {
    id: "R-26",
    title: "an answer is lost with the server, and the call is repeated with its key",
    how:
      `${CALLS}; up to 80 ms later the server gets SIGKILL. All calls are repeated at the next ` +
      `process with their keys, and each new refresh token and secret is used.${REPEATED}`,
    engines: ["SQLite", "MariaDB", "Galera"],
    aside: "in turn",
    amounts: { quick: 5, full: 25 },
    unit: "kills",
    measure: measureKills,
  },
  {
    id: "R-30",
    title: "a commit is not answered, and the call is repeated with its key",
    how:
      `${CALLS}; up to 80 ms later the database's answers are swallowed from the next \`commit\` ` +
      `on, and ${SILENT_MS} ms later all connections cut. All calls are repeated with their ` +
      "keys, on Galera at another node, and each user is looked for. There the node is killed at " +
      `the end, in place of a cut.${REPEATED}`,
    engines: ["MariaDB", "Galera"],
    aside: "in turn",
    amounts: { quick: 10, full: 200 },
    fullOn: { Galera: 50 },
    unit: "cuts",
    measure: measureCuts,
  },
];
