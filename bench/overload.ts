// What becomes of a server that is asked for ten times the passwords that it can hash, by one
// network or by many: of its work, of those that it refuses, of other people and of cheap calls.
// All addresses are loopback's, so this needs Linux. Run: node bench/overload.ts [--seconds 60]
// [--times 10] [--networks one,many] [--floods right,wrong,registrations]
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { JSON_TYPE, PASSWORD, postJson, unique } from "./contenders/contender.ts";
import { administratorAccess, latchkeyProgram } from "./contenders/latchkey.ts";
import type { Request } from "./measure/connection.ts";
import { openHttp1 } from "./measure/http1.ts";
import { type MeasuredProcess, startProcess } from "./measure/process.ts";
import { quantile } from "./measure/statistics.ts";
import { openStream, type Outcome, type Streamed } from "./overload/stream.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "6" },
    times: { type: "string", default: "10" },
    networks: { type: "string", default: "one,many" },
    floods: { type: "string", default: "right,wrong,registrations" },
    "cpu-prof-dir": { type: "string" },
  },
});
const SECONDS = Number(values.seconds);
const TIMES = Number(values.times);
const FLOOD_CONNECTIONS = 256;
const MANY = 64;
const OWN_ACCOUNTS = 8;
const OTHERS = 8;
/**
 * What all others together ask for, of what the server can do: less than their share, also beside
 * many networks.
 */
const OTHERS_PART = 0.05;
const LEAST_OTHERS_RATE = 2;
/** Cheap calls a second. */
const CHEAP_RATE = 20;
const MIB = 1024 * 1024;

type Flood = "right" | "wrong" | "registrations";

/** A flood: what is asked, and which answers mean that a password was hashed. */
const FLOODS: Readonly<
  Record<
    Flood,
    { readonly worked: number; request(accounts: readonly string[], index: number): Request }
  >
> = {
  right: {
    worked: 200,
    request: (accounts, index) => signIn(accounts[index % accounts.length]!, PASSWORD),
  },
  wrong: {
    worked: 401,
    request: (accounts, index) => signIn(accounts[index % accounts.length]!, `wrong ${index}`),
  },
  registrations: {
    worked: 200,
    request: () => {
      const name = unique("flood");
      const body = new URLSearchParams({
        username: name,
        email: `${name}@example.com`,
        password: PASSWORD,
      }).toString();
      return {
        method: "POST",
        path: "/register/",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body,
      };
    },
  },
};

const signIn = (email: string, password: string): Request => ({
  method: "POST",
  path: "/v1/sessions",
  headers: JSON_TYPE,
  body: JSON.stringify({ email, password }),
});

/** A user, who has signed in from an address already; answers the e-mail address and a token. */
async function signUp(
  url: string,
  access: { authorization: string },
  address?: string,
): Promise<{ email: string; token: string }> {
  const email = `${unique("user")}@example.com`;
  await postJson(
    `${url}/v1/users`,
    { username: unique("name"), email, password: PASSWORD },
    access,
  );
  const connection = await openHttp1(url, address);
  const { body } = await connection.send(signIn(email, PASSWORD));
  connection.close();
  return { email, token: (JSON.parse(body.toString()) as { accessToken: string }).accessToken };
}

/** How many a second it does, when as many ask as it can have at work. */
async function capacityOf(url: string, flood: Flood, accounts: readonly string[]): Promise<number> {
  const { request, worked } = FLOODS[flood];
  const connections = await Promise.all(
    Array.from({ length: 16 }, () => openHttp1(url, "127.1.0.1")),
  );
  const begin = performance.now();
  const end = begin + 1000 * Math.min(SECONDS, 10);
  let [done, index] = [0, 0];
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < end)
        if ((await connection.send(request(accounts, index++))).status === worked) done++;
      connection.close();
    }),
  );
  return done / ((performance.now() - begin) / 1000);
}

const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
const p99 = (outcomes: readonly Outcome[]): string =>
  outcomes.length === 0
    ? "—"
    : `${quantile(
        outcomes.map(({ milliseconds }) => milliseconds),
        0.99,
      ).toFixed(0)} ms`;

interface Subjects {
  readonly url: string;
  readonly server: MeasuredProcess;
  /** Of the flood, and of each of the others by its address. */
  readonly accounts: readonly string[];
  readonly others: ReadonlyMap<string, string>;
  readonly token: string;
}

async function measure(
  { url, server, accounts, others, token }: Subjects,
  flood: Flood,
  networks: "one" | "many",
): Promise<void> {
  const capacity = await capacityOf(url, flood, accounts);
  const floodAddresses = Array.from(
    { length: networks === "one" ? 1 : MANY },
    (_, index) => `127.2.${index}.1`,
  );
  const [flooding, signingIn, asking] = await Promise.all([
    openStream({
      url,
      rate: capacity * TIMES,
      addresses: floodAddresses,
      connectionsPerAddress: FLOOD_CONNECTIONS / floodAddresses.length,
      request: (index) => FLOODS[flood].request(accounts, index),
    }),
    openStream({
      url,
      rate: Math.max(LEAST_OTHERS_RATE, capacity * OTHERS_PART),
      addresses: [...others.keys()],
      connectionsPerAddress: 4,
      request: (_, address) => signIn(others.get(address)!, PASSWORD),
    }),
    openStream({
      url,
      rate: CHEAP_RATE,
      addresses: ["127.4.0.1"],
      connectionsPerAddress: 8,
      request: () => ({ path: "/v1/users/me", headers: { authorization: `Bearer ${token}` } }),
    }),
  ]);
  let [resident, isOver] = [0, false];
  const watch = (async () => {
    while (!isOver) {
      resident = Math.max(resident, (await server.usage()).resident);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })();
  const before = await server.usage();
  const [flooded, signedIn, asked] = await Promise.all([
    flooding.run(SECONDS),
    signingIn.run(SECONDS),
    asking.run(SECONDS),
  ]);
  isOver = true;
  await watch;
  const cpu = ((await server.usage()).cpu - before.cpu) / 1e6 / SECONDS;
  for (const stream of [flooding, signingIn, asking]) stream.close();
  tell(flood, networks, { capacity, flooded, signedIn, asked, resident, cpu });
}

interface Result {
  readonly capacity: number;
  readonly flooded: Streamed;
  readonly signedIn: Streamed;
  readonly asked: Streamed;
  readonly resident: number;
  readonly cpu: number;
}

function tell(
  flood: Flood,
  networks: string,
  { capacity, flooded, signedIn, asked, resident, cpu }: Result,
): void {
  const worked = flooded.outcomes.filter(({ status }) => status === FLOODS[flood].worked);
  const shed = flooded.outcomes.filter(({ status }) => status === 429);
  const right = signedIn.outcomes.filter(({ status }) => status === 200);
  const cheap = asked.outcomes.filter(({ status }) => status === 200);
  const rest = flooded.outcomes.length - worked.length - shed.length;
  const from = networks === "one" ? "one network" : `${MANY} networks`;
  const offered = Math.round((flooded.outcomes.length + flooded.unsent) / SECONDS);
  const sent = Math.round(flooded.outcomes.length / SECONDS);
  const alone = Math.round(capacity);
  const otherwise = rest === 0 ? "" : `, and ${rest} answered otherwise`;
  const usersServed = share(right.length, signedIn.outcomes.length + signedIn.unsent);
  const cheapServed = share(cheap.length, asked.outcomes.length + asked.unsent);
  const mib = (resident / MIB).toFixed(0);
  const load = loadavg()[0]!.toFixed(1);
  console.log(`
${flood} from ${from}: ${offered} a second offered, ${sent} sent; alone, ${alone} a second are done
  goodput       ${share((worked.length + right.length) / SECONDS, capacity)} of that (85 %)
  accepted p99  ${p99([...worked, ...right])} (1 s)
  shed p99      ${p99(shed)} (50 ms), ${shed.length} of them${otherwise}
  others        ${usersServed} signed in (95 %), p99 ${p99(right)}
  cheap calls   ${cheapServed} answered, p99 ${p99(cheap)} (100 ms)
  server        ${mib} MiB at most (400), ${cpu.toFixed(2)} cores; load average ${load}`);
}

if (loadavg()[0]! > availableParallelism())
  console.log(
    `The machine has other work, a load average of ${loadavg()[0]!.toFixed(1)} on ` +
      `${availableParallelism()} cores: times will say little.`,
  );
const folder = await mkdtemp(join(tmpdir(), "latchkey-overload-"));
const profile = values["cpu-prof-dir"];
const server = await startProcess(
  latchkeyProgram(
    { dataDir: folder },
    profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`],
  ),
);
try {
  const url = server.said;
  const access = await administratorAccess({ dataDir: folder }, url);
  const accounts = await Promise.all(
    Array.from({ length: OWN_ACCOUNTS }, () => signUp(url, access, "127.2.0.1")),
  );
  const others = await Promise.all(
    Array.from(
      { length: OTHERS },
      async (_, index) =>
        [`127.3.${index}.1`, (await signUp(url, access, `127.3.${index}.1`)).email] as const,
    ),
  );
  const subjects = {
    url,
    server,
    accounts: accounts.map(({ email }) => email),
    others: new Map(others),
    token: accounts[0]!.token,
  };
  for (const networks of values.networks.split(",") as ("one" | "many")[])
    for (const flood of values.floods.split(",") as Flood[])
      await measure(subjects, flood, networks);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
