// How long a start takes, from the new process to the first answer, and what an idle process holds.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { serverProgram } from "../contenders/floors.ts";
import { latchkeyProgram, newSecret } from "../contenders/latchkey.ts";
import { rivalProgram } from "../contenders/rivals.ts";
import { type Program, startProcess } from "../measure/process.ts";
import { type Spread, spread } from "../measure/statistics.ts";
import { LATCHKEY, OIDC_PROVIDER } from "./calls.ts";
import type { Stage } from "./stage.ts";

/** A contender that is started; `dataDir` is new at a first start. */
interface Starter {
  readonly name: string;
  /** What is asked first. */
  readonly path: string;
  program(dataDir: string): Program;
  /** Whether a first start makes something that later ones find. */
  readonly keeps: boolean;
  /** Whether a quick run leaves it out, because no figure needs it. */
  readonly slow?: boolean;
}

export interface StartFigures {
  readonly name: string;
  /** Milliseconds. */
  readonly first: Spread | undefined;
  readonly later: Spread;
  /** Bytes. */
  readonly resident: Spread;
}

/** By the names that the calls are measured under. */
const starters = (databaseUrl: string): readonly Starter[] => [
  {
    name: LATCHKEY.sqlite,
    path: "/readyz",
    program: (dataDir) => latchkeyProgram({ dataDir }),
    keeps: true,
  },
  {
    name: LATCHKEY.mariadb,
    path: "/readyz",
    program: () => latchkeyProgram({ databaseUrl, secret: SECRET }),
    keeps: false,
  },
  {
    name: OIDC_PROVIDER,
    path: "/.well-known/openid-configuration",
    program: () => rivalProgram("oidc-provider", { STORE: "memory" }),
    keeps: false,
  },
  {
    name: "better-auth, SQLite",
    path: "/api/auth/ok",
    program: (dataDir) =>
      rivalProgram("better-auth", { STORE: "sqlite", DATA_DIR: dataDir, CLIENT: "none" }),
    keeps: true,
    slow: true,
  },
  {
    name: "oauth2-server, SQLite",
    path: "/bench/codes?count=1&challenge=x",
    program: (dataDir) => rivalProgram("oauth2-server", { DATA_DIR: dataDir }),
    keeps: true,
    slow: true,
  },
  {
    name: "bare grpc-js",
    path: "",
    program: () => serverProgram("grpc-js"),
    keeps: false,
    slow: true,
  },
  {
    name: "bare Connect handler",
    path: "/",
    program: () => serverProgram("connect"),
    keeps: false,
    slow: true,
  },
  { name: "bare node:http", path: "/", program: () => serverProgram("http"), keeps: false },
];

const SECRET = newSecret();

async function start(
  program: Program,
  path: string,
): Promise<{ milliseconds: number; resident: number }> {
  const begin = performance.now();
  const process = await startProcess(program);
  const [url] = /http:\/\/[\d.:]+/.exec(process.said) ?? [];
  // gRPC has no answer to a GET: that it listens is all that it says.
  if (path !== "") await (await fetch(`${url}${path}`)).arrayBuffer();
  const milliseconds = performance.now() - begin;
  const { resident } = await process.usage();
  await process.stop("SIGKILL");
  return { milliseconds, resident };
}

/** Starts everybody in turn, once on nothing and once on what is there, round after round. */
export async function measureStarts(stage: Stage): Promise<StartFigures[]> {
  const { folder, database, options, say } = stage;
  say("starts");
  const all = starters(await database.create()).filter(
    ({ slow }) => slow !== true || options.length !== "quick",
  );
  const newFolder = (): Promise<string> => mkdtemp(join(folder, "start-"));
  const used = new Map(
    await Promise.all(all.map(async ({ name }) => [name, await newFolder()] as const)),
  );
  // Makes what later starts find, and compiles what is kept compiled.
  for (const { name, path, program } of all) await start(program(used.get(name)!), path);
  const kept = new Map(
    all.map(({ name }) => [
      name,
      { first: [] as number[], later: [] as number[], resident: [] as number[] },
    ]),
  );
  for (let round = 0; round < options.rounds; round++) {
    for (const { name, path, program, keeps } of all) {
      const { first, later, resident } = kept.get(name)!;
      if (keeps) first.push((await start(program(await newFolder()), path)).milliseconds);
      const again = await start(program(used.get(name)!), path);
      later.push(again.milliseconds);
      resident.push(again.resident);
    }
  }
  return [...kept].map(([name, { first, later, resident }]) => ({
    name,
    first: first.length > 0 ? spread(first) : undefined,
    later: spread(later),
    resident: spread(resident),
  }));
}
