// What one request can cost the server's thread: every route with inputs of 64 kB that are made to
// mean work, without a credential, and again as an ordinary user. Prints the worst routes, and ends
// with 1 when a request without a credential costs more than the limit, or an answer is longer than
// its request may be. Run: node bench/floods.ts [--only TEXT] [--limit MS] [--every N]
// [--anonymous] [--main FILE]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startServer } from "../test/server.ts";
import { administratorAccess, latchkeyProgram } from "./contenders/latchkey.ts";
import { call, PASSWORD, postJson, unique } from "./contenders/contender.ts";
import { type FloodAsk, type Subject, subjectsOf, type Visitor } from "./floods/subjects.ts";
import { type Answered, Wire } from "./floods/wire.ts";
import { type MeasuredProcess, startProcess } from "./measure/process.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    limit: { type: "string", default: "20" },
    worst: { type: "string", default: "10" },
    main: { type: "string" },
    anonymous: { type: "boolean", default: false },
    every: { type: "string", default: "12" },
  },
});
const LIMIT_MS = Number(options.limit);
/** The longest answer; that of a plain request may be longer, as a description of the API is. */
const MOST_BYTES = 64 * 1024;
/**
 * One of so many inputs of a route is sent, others for each route; those that have been worst
 * before always.
 */
const EVERY = Number(options.every);
const SHARP = new RegExp(
  [
    "^plain",
    "list of numbers",
    "list of empty texts",
    ": marks$",
    "multipart",
    "pieces",
    "padding",
    "twice$",
    "different names",
  ].join("|"),
);
/** What costs so much of the limit is measured again. */
const AGAIN = 1 / 4;
const TIMES = 5;
/**
 * So many are sent at once, and looked at one by one only when all of them cost more than the limit
 * of one.
 */
const TOGETHER = 8;

interface Worst {
  readonly route: string;
  readonly kind: string;
  readonly ms: number;
  readonly bytes: number;
  readonly status: number;
}

/** The table of the pages of a server that serves no client. */
async function pagesOf(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const server = await startServer({ kind: "sqlite", file: join(folder, "pages.db") });
  const { pages } = server;
  await server.stop();
  return pages;
}

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1]!;

/**
 * Sends all floods of a route and answers the dearest, and the one with the longest answer beyond
 * what is usual.
 */
async function flood(
  subject: Subject,
  turn: number,
  visitor: Visitor,
  { server, wire }: { readonly server: MeasuredProcess; readonly wire: Wire },
): Promise<{ count: number; dearest: Worst; longest: Worst }> {
  let before = (await server.usage()).thread;
  const measure = async (asks: readonly FloodAsk[]) => {
    const answers = await Promise.all(
      asks.map(({ body, ...ask }) => wire.ask({ ...ask, body: body() })),
    );
    const { thread } = await server.usage();
    const ms = (thread - before) / 1000;
    before = thread;
    return { answers, ms };
  };
  const none: Worst = { route: subject.route, kind: "none", ms: 0, bytes: 0, status: 0 };
  let [dearest, longest, usual] = [none, none, 0];
  const note = ({ kind, ms, bytes, status }: Omit<Worst, "route">): void => {
    const found = { route: subject.route, kind, ms, bytes, status };
    if (kind === "plain") usual = bytes;
    if (ms > dearest.ms) dearest = found;
    if (bytes > Math.max(longest.bytes, usual + 1024)) longest = found;
  };
  const asks = [...subject.asks(visitor)].filter(
    ({ kind }, index) => SHARP.test(kind) || (index + turn) % EVERY === 0,
  );
  for (let start = 0; start < asks.length; start += TOGETHER) {
    const batch = asks.slice(start, start + TOGETHER);
    const { answers, ms } = await measure(batch);
    // What all of them cost together is enough to know of each.
    if (ms <= LIMIT_MS)
      batch.forEach(({ kind }, index) => note({ kind, ms: ms / batch.length, ...answers[index]! }));
    else for (const ask of batch) note(await alone(ask, dearest.ms, measure));
  }
  return { count: asks.length, dearest, longest };
}

/**
 * One by itself; what may be the dearest several times, so that neither a compiler nor a collector
 * of garbage counts.
 */
async function alone(
  ask: FloodAsk,
  dearest: number,
  measure: (asks: readonly FloodAsk[]) => Promise<{ answers: readonly Answered[]; ms: number }>,
): Promise<Omit<Worst, "route">> {
  const {
    answers: [answer],
    ms: first,
  } = await measure([ask]);
  const all = [first];
  while (first > LIMIT_MS * AGAIN && first > dearest && all.length < TIMES)
    all.push((await measure([ask])).ms);
  return { kind: ask.kind, ms: median(all), ...answer! };
}

/** A guest who has been shown a form. */
async function guest(url: string): Promise<Visitor> {
  const page = await call(`${url}/sign-in`);
  return { headers: {}, cookie: cookiesOf(page), formToken: tokenOf(await page.text()), id: "1" };
}

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0]!)
    .join("; ");
const tokenOf = (html: string): string => /name="form_token" value="([^"]+)"/.exec(html)?.[1] ?? "";

/**
 * A user with a session of either kind and an application; new for each route, because some end
 * what they are called with.
 */
async function user(url: string, access: Readonly<Record<string, string>>): Promise<Visitor> {
  const email = `${unique("user")}@example.com`;
  const made = (await (
    await postJson(
      `${url}/v1/users`,
      { username: unique("name"), email, password: PASSWORD },
      access,
    )
  ).json()) as { user: { id: string } };
  await call(`${url}/v1/users/${made.user.id}?updateMask=developer`, {
    method: "PATCH",
    headers: { ...access, "content-type": "application/json" },
    body: '{"developer":true}',
  });
  const registered = await postJson(
    `${url}/v1/clients`,
    {
      client: {
        name: "Reading room",
        ownerId: made.user.id,
        redirectUris: ["https://app.example/cb"],
        scopes: ["profile"],
      },
    },
    access,
  );
  const { client } = (await registered.json()) as { client: { id: string } };
  const session = (await (
    await postJson(`${url}/v1/sessions`, { email, password: PASSWORD })
  ).json()) as { accessToken: string };
  const { cookie, formToken } = await guest(url);
  const signedIn = await call(`${url}/sign-in`, {
    method: "POST",
    headers: { cookie, origin: url },
    body: new URLSearchParams({ form_token: formToken, identifier: email, password: PASSWORD }),
  });
  const own = cookiesOf(signedIn);
  const shown = await call(`${url}/account`, { headers: { cookie: own, accept: "text/html" } });
  return {
    headers: { authorization: `Bearer ${session.accessToken}` },
    cookie: own,
    formToken: tokenOf(await shown.text()),
    id: client.id,
  };
}

function show(title: string, worst: readonly Worst[]): void {
  console.log(`\n${title}`);
  for (const { route, kind, ms, bytes, status } of worst.slice(0, Number(options.worst))) {
    console.log(
      `${ms.toFixed(1).padStart(9)} ms ${String(bytes).padStart(9)} bytes ` +
        `${String(status).padStart(4)}  ${route}  (${kind})`,
    );
  }
}

async function pass(
  title: string,
  subjects: readonly Subject[],
  visitorOf: () => Promise<Visitor>,
  server: MeasuredProcess,
): Promise<{ slow: number; long: number }> {
  const wire = new Wire(server.said);
  const [dearest, longest]: [Worst[], Worst[]] = [[], []];
  let count = 0;
  for (const [turn, subject] of subjects.entries()) {
    const found = await flood(subject, turn, await visitorOf(), { server, wire });
    count += found.count;
    dearest.push(found.dearest);
    longest.push(found.longest);
  }
  wire.close();
  dearest.sort((one, other) => other.ms - one.ms);
  longest.sort((one, other) => other.bytes - one.bytes);
  show(`${title}: ${subjects.length} routes, ${count} inputs; what costs the thread most`, dearest);
  show(
    `${title}: the longest answers that are longer than usual`,
    longest.filter(({ bytes }) => bytes > 0),
  );
  return {
    slow: dearest.filter(({ ms }) => ms > LIMIT_MS).length,
    long: longest.filter(({ bytes }) => bytes > MOST_BYTES).length,
  };
}

const folder = await mkdtemp(join(tmpdir(), "latchkey-floods-"));
const place = { dataDir: join(folder, "data") };
const { file, environment = {}, ...program } = latchkeyProgram(place);
const server = await startProcess({
  ...program,
  file: options.main ?? file,
  environment: { ...environment, TRUSTED_PROXIES: "127.0.0.1", LOG_LEVEL: "error" },
});
try {
  const url = server.said;
  const subjects = subjectsOf(await pagesOf(folder)).filter(({ route }) =>
    route.includes(options.only),
  );
  const anonymous = await pass("Without a credential", subjects, () => guest(url), server);
  if (!options.anonymous) {
    const access = await administratorAccess(place, url);
    await pass("As a user", subjects, () => user(url, access), server);
  }
  const { slow, long } = anonymous;
  console.log(
    `\nWithout a credential ${slow} routes cost more than ${LIMIT_MS} ms, and ${long} ` +
      `answer with more than ${MOST_BYTES} bytes.`,
  );
  if (slow + long > 0) process.exitCode = 1;
} finally {
  await server.stop("SIGKILL");
  await rm(folder, { recursive: true, force: true });
}
