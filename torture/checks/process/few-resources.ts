// few descriptors, and little memory.
import { rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { PASSWORD_HASH, userAt } from "../../../bench/sections/scale/rows.ts";
import { newFolder } from "../../../test/mariadb-server.ts";
import { type Installation, type Latchkey, run } from "../../../test/process/latchkey.ts";
import { clientToken } from "../../../test/oauth/flow.ts";
import { unique } from "../../../test/use-server.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Engine, Stage } from "../../engine.ts";
import { Bystanders, seenBetween, usualTime } from "../../load/bystanders.ts";
import { Fleet } from "../../load/fleet.ts";
import { descriptorsOf, residentMib } from "../../load/process.ts";
import { PlainConnection } from "../../load/paced.ts";
import { isReady, until } from "../../load/until.ts";
import { fill } from "./copies.ts";

const [DESCRIPTORS, CONNECTIONS, HEAP_MIB] = [256, 400, 256];
/** How long all the connections are held. */
const HELD_MS = 2_000;
const PATIENCE_MS = 10_000;
/** Pages and files that a process loads when they are first asked for. */
const RARE = ["/docs", "/openapi.json", "/sign-up", "/forgot-password", "/device"];
const [LISTERS, SIGNERS, USERS, IMPORTED] = [16, 100, 4_000, 5_000];

/** What makes a limit: how the program is started. */
const under = (engine: Engine, words: readonly string[]): Engine => ({
  ...engine,
  async install() {
    const installation = await engine.install();
    return { ...installation, start: (more) => installation.start(more, { under: words }) };
  },
});

/** Opens a connection and asks for something; returns when it is answered or closed. */
async function open(url: string): Promise<{ socket: Socket; fate: "answered" | "closed" | "" }> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname).on("error", () => undefined);
  socket.write(`GET /healthz HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  const fate = await Promise.race([
    // A reset is an end as well.
    once(socket, "data").then(
      () => "answered" as const,
      () => "closed" as const,
    ),
    once(socket, "close").then(
      () => "closed" as const,
      () => "closed" as const,
    ),
    delay(PATIENCE_MS).then(() => "" as const),
  ]);
  return { socket, fate };
}

async function measureDescriptors({ engine }: Stage): Promise<readonly Figure[]> {
  const limited = under(engine, ["prlimit", `--nofile=${DESCRIPTORS}:${DESCRIPTORS}`]);
  const fleet = await Fleet.start(limited, 1);
  const [server] = fleet.servers;
  let ends = 0;
  void server!.end.then(() => ends++);
  try {
    const user = await fleet.newUser();
    const connection = new PlainConnection(server!.url);
    await connection.send({ path: "/healthz" });
    const before = descriptorsOf(server!.pid);
    const bystanders = await Bystanders.start({
      url: server!.url,
      token: user.token,
      client: fleet.client,
    });
    await delay(300);
    const from = Date.now();
    const opened = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(server!.url)));
    const wrong: string[] = [];
    for (const path of RARE) {
      const { status } = await connection.send({ path }).catch(() => ({ status: 0 }));
      if (status === 0 || status >= 500) wrong.push(`${path} ${status}`);
    }
    await delay(HELD_MS);
    const most = descriptorsOf(server!.pid);
    for (const { socket } of opened) socket.destroy();
    const begin = performance.now();
    await until(() => isReady(server!.url), PATIENCE_MS, "it answers new connections");
    const recovery = performance.now() - begin;
    await until(() => descriptorsOf(server!.pid) < before + 20, PATIENCE_MS, "it closes them");
    const seen = seenBetween(await bystanders.stop(), from, Date.now());
    connection.close();
    const fates = (fate: string): number => opened.filter((each) => each.fate === fate).length;
    return [
      atLeast(`${CONNECTIONS} connections: answered`, fates("answered"), DESCRIPTORS / 4),
      exactly("neither answered nor closed", fates(""), 0),
      atMost("descriptors, most", most, DESCRIPTORS - 1),
      exactly("pages first loaded meanwhile that failed", wrong.join(", ") || "0", "0"),
      exactly("calls of others that failed, few descriptors", seen.failed, 0),
      exactly("ends of the process, few descriptors", ends, 0),
      timed(atMost("until new connections are answered again", recovery, 1_000, "ms")),
    ];
  } finally {
    await fleet.stop();
  }
}

/** Does one thing again and again; returns the statuses that came, 0 for none. */
async function again(
  isOver: () => boolean,
  call: (connection: PlainConnection) => Promise<{ readonly status: number }>,
  url: string,
): Promise<readonly number[]> {
  const connection = new PlainConnection(url);
  const statuses: number[] = [];
  while (!isOver()) statuses.push((await call(connection).catch(() => ({ status: 0 }))).status);
  connection.close();
  return statuses;
}

/** Imports users by the command, with as little memory. */
async function importUsers(environment: Readonly<Record<string, string>>): Promise<number> {
  const folder = await newFolder();
  const prefix = unique();
  const lines = Array.from({ length: IMPORTED }, (_, index) =>
    JSON.stringify({ email: `${prefix}-${index}@example.com`, password_hash: PASSWORD_HASH }),
  );
  await writeFile(`${folder}/users.jsonl`, `${lines.join("\n")}\n`);
  const { code, stdout, stderr } = await run(
    ["user", "import", `${folder}/users.jsonl`, "--errors", `${folder}/errors.jsonl`],
    environment,
  );
  await rm(folder, { recursive: true });
  if (code !== 0) console.error(stderr);
  return Number(/"imported":(\d+)/.exec(stdout)?.[1] ?? 0);
}

/** Makes the schema and puts users in, while no process serves. */
async function filled(engine: Engine): Promise<Installation> {
  const installation = await engine.install();
  await (await installation.start()).stop();
  const client = await installation.administrator();
  await fill(installation, { users: USERS, tokens: 1, clientId: client.id });
  return { ...installation, administrator: () => Promise.resolve(client) };
}

async function measureMemory({ engine, amount }: Stage): Promise<readonly Figure[]> {
  const NODE_OPTIONS = `--max-old-space-size=${HEAP_MIB}`;
  const installation = await filled(engine);
  const fleet = await Fleet.start({ ...engine, install: async () => installation }, 1, {
    NODE_OPTIONS,
  });
  const server: Latchkey = fleet.servers[0]!;
  let [ends, isOver] = [0, false];
  void server.end.then(() => ends++);
  try {
    const { token, email, password } = await fleet.newUser();
    const bearer = `Bearer ${await clientToken(server.url, fleet.client)}`;
    const bystanders = await Bystanders.start({ url: server.url, token, client: fleet.client });
    const usual = await usualTime(1_000);
    const stop = (): boolean => isOver || ends > 0;
    const lists = Array.from({ length: LISTERS }, () =>
      again(
        stop,
        (connection) =>
          connection.send({
            path: "/v1/users?page_size=1000",
            headers: { authorization: bearer },
          }),
        server.url,
      ),
    );
    const signIns = Array.from({ length: SIGNERS }, (_, index) =>
      again(
        stop,
        (connection) =>
          connection.send({
            method: "POST",
            path: "/v1/sessions",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(
              index % 2 === 0 ? { email, password } : { email: userAt(index).email, password },
            ),
          }),
        server.url,
      ),
    );
    const busy = { from: Date.now(), to: 0 };
    const importing = importUsers({ ...installation.environment, NODE_OPTIONS });
    await delay(amount * 1_000);
    isOver = true;
    const [listed, signed] = [
      (await Promise.all(lists)).flat(),
      (await Promise.all(signIns)).flat(),
    ];
    const imported = await importing;
    busy.to = Date.now();
    const resident = residentMib(server.pid);
    await delay(500);
    const after = await usualTime(1_000);
    const calls = await bystanders.stop();
    const [quiet, during, then] = [usual, busy, after].map(({ from, to }) =>
      seenBetween(calls, from, to),
    );
    return [
      exactly("ends of the process, little memory", ends, 0),
      atLeast("lists of 1,000 users", listed.length, amount * 4),
      exactly("lists that failed", listed.filter((status) => status !== 200).length, 0),
      exactly(
        `of ${signed.length} sign-ins: neither judged nor refused`,
        signed.filter((status) => ![200, 401, 429].includes(status)).length,
        0,
      ),
      exactly("users imported meanwhile", imported, IMPORTED),
      exactly("calls of others that failed, little memory", during!.failed + then!.failed, 0),
      atMost("resident memory", resident, HEAP_MIB * 2, "MiB"),
      timed(atMost("p99 of others afterwards, times", then!.p99 / quiet!.p99, 2)),
    ];
  } finally {
    isOver = true;
    await fleet.stop();
  }
}

export const FEW_RESOURCES: readonly Check[] = [
  {
    id: "R-37",
    title: "few descriptors, little memory",
    how:
      `${CONNECTIONS} connections to a process with ${DESCRIPTORS} descriptors, while pages are ` +
      `loaded for the first time. Then NODE_OPTIONS=--max-old-space-size=${HEAP_MIB}, ` +
      `${LISTERS} callers list 1,000 users each, ${SIGNERS} sign in at once, and a command ` +
      `imports ${IMPORTED.toLocaleString("en-US")} users.`,
    engines: ["SQLite", "MariaDB"],
    quickEngines: ["SQLite"],
    amounts: { quick: 3, full: 30 },
    unit: "s with little memory",
    measure: async (stage) => [
      ...(await measureDescriptors(stage)),
      ...(await measureMemory(stage)),
    ],
  },
];
