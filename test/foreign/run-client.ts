// Runs the program of one client against a server, with a browser between where the flow has one.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ChromiumVisitor } from "./chromium-visitor.ts";
import type { ClientRow } from "./client-row.ts";
import type { SharedServer } from "./started-server.ts";
import { freePort, runSnippet } from "./run-snippet.ts";
import { Visitor } from "./visitor.ts";

/** What a program found out. */
export interface Result {
  /** Of the client's package. */
  readonly version: string;
  /** The user name that the client read of the user who signed in. */
  readonly username: string;
}

/** How long a program may take, in milliseconds. */
const PATIENCE = 120_000;

/** How a program is started, by the ending of its name. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  mjs: [process.execPath],
  py: ["/usr/bin/python3"],
  rb: ["ruby"],
  php: ["php"],
  pl: ["perl"],
  sh: ["sh"],
  lua: ["lua5.3"],
  exs: ["elixir"],
  R: ["Rscript", "--vanilla"],
};

/** Refuses a result about another user than the one who signed in. */
function check(result: Result, username: string): Result {
  if (result.username !== username)
    throw new Error(`the client read the user ${result.username}, not ${username}`);
  // Without what Debian adds.
  const [version] = result.version.split("+");
  if (version === undefined || version === "") throw new Error("the client said no version");
  return { ...result, version };
}

/** Returns the version of a package of npm or Debian. */
function versionOf(name: string): string {
  const manifest = join(import.meta.dirname, "npm/node_modules", name, "package.json");
  if (existsSync(manifest))
    return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
  const format = "--showformat=${source:Upstream-Version}";
  return spawnSync("dpkg-query", ["--show", format, name], { encoding: "utf8" }).stdout;
}

/**
 * Runs the program of a client and its code on the developer console. Returns what was found; an
 * error has what was printed.
 */
export async function runClient(row: ClientRow, server: SharedServer): Promise<Result> {
  const { program, snippets = [], packages } = row;
  for (const name of snippets) await runSnippet(name, server);
  return program === undefined
    ? check(
        { version: versionOf(packages[0]!), username: server.person.username },
        server.person.username,
      )
    : runProgram(row, program, server);
}

async function runProgram(row: ClientRow, path: string, server: SharedServer): Promise<Result> {
  const port = await freePort();
  const redirectUri = `http://127.0.0.1:${port}${row.callback ?? "/callback"}`;
  const client = await server.register({ redirectUris: [redirectUri], ...row.registration });
  const program = join(import.meta.dirname, path);
  const [command, ...words] = COMMANDS[program.slice(program.lastIndexOf(".") + 1)]!;
  const child = spawn(command!, [...words, program, ...(row.words ?? [])], {
    env: {
      ...process.env,
      LATCHKEY_URL: server.url,
      CLIENT_ID: client.id,
      CLIENT_SECRET: client.secret,
      REDIRECT_URI: redirectUri,
      PORT: String(port),
      NEW_USER: `user${port}`,
      DESCRIPTORS: join(import.meta.dirname, "../../proto/baseline.binpb"),
      EMAIL: server.person.email,
      USERNAME: server.person.username,
      PASSWORD: server.person.password,
    },
    stdio: ["pipe", "pipe", "pipe"],
    // So that what it starts, such as a server, ends with it.
    detached: true,
  });
  const end = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // All of it has ended.
    }
  };
  const patience = setTimeout(end, PATIENCE);
  const expected = row.way === "form" ? `user${port}` : server.person.username;
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  const ended = Promise.race([
    once(child, "close"),
    once(child, "error").then(([error]) => Promise.reject(error as Error)),
  ]);
  // It is awaited when the output ends, and an error may come before that.
  ended.catch(() => undefined);
  const visitor =
    row.way === "page"
      ? new ChromiumVisitor(server.person)
      : new Visitor(server.url, server.person);
  const seen: string[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      seen.push(line);
      const [word, rest] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
      if (word === "result") return check(JSON.parse(rest) as Result, expected);
      if (word !== "open") continue;
      const arrival = await visitor.open(rest, row.way === "code" ? redirectUri : undefined);
      seen.push(arrival.url, arrival.page);
      child.stdin.write(`${row.way === "code" ? arrival.url : JSON.stringify(arrival)}\n`);
    }
    await ended;
  } catch (error) {
    seen.push(String(error), String((error as Error).cause ?? ""));
  } finally {
    clearTimeout(patience);
    end();
  }
  throw new Error([`${row.client} gave no result`, ...seen, complaints].join("\n"));
}
