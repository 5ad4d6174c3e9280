// Runs the code that the developer console shows for an application, as the code says itself.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ChromiumVisitor } from "./chromium-visitor.ts";
import { readDeveloperPage } from "./developer-page.ts";
import { snippetFolder } from "./snippet-folder.ts";
import { SNIPPET_RUNS, type SnippetName, type SnippetRun } from "./snippet-runs.ts";
import type { RegisteredClient, SharedServer } from "./started-server.ts";
import { Visitor } from "./visitor.ts";

/** How long a program may take, in milliseconds; Go compiles first. */
const PATIENCE = 120_000;
/** Where the code of an MCP server or client has the address of that server. */
const MCP_SERVER = "https://YOUR_SITE/mcp";
const USERNAME = /"?(?:preferred_username|name)"?: ?['"]([^'"]+)/;

export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Returns the command in the first lines of the code; values that a developer has are left out. */
function commandOf(code: string): readonly string[] {
  const line = /^(?:\/\/|#) (?:(?:\w+=\S+ )*)(?:node|python3|flask|rackup|go run) .+$/m.exec(code);
  if (line === null) throw new Error(`no command in the code:\n${code.slice(0, 200)}`);
  const command = line[0].replace(/^(?:\/\/|#) /, "").replaceAll(/\w+=… /g, "");
  return ["sh", "-c", `exec env ${command}`];
}

interface Program {
  readonly child: ChildProcess;
  /** What it has printed until now. */
  readonly printed: () => string;
  stop(): Promise<void>;
}

interface Start {
  readonly name: SnippetName;
  readonly code: string;
  readonly port: number;
  readonly client: RegisteredClient;
}

async function start({ name, code, port, client }: Start): Promise<Program> {
  const { file, host } = SNIPPET_RUNS[name];
  const folder = await snippetFolder(file, code);
  const [command, ...words] =
    host === undefined
      ? commandOf(code)
      : [host[0]!, ...host.slice(1).map((word) => join(import.meta.dirname, word))];
  const secret = "of the session's cookie, long enough for its key";
  const child = spawn(command!, words, {
    cwd: folder.cwd,
    env: {
      ...process.env,
      ...folder.environment,
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      SNIPPET: folder.path,
      PORT: String(port),
      LATCHKEY_CLIENT_ID: client.id,
      LATCHKEY_CLIENT_SECRET: client.secret,
      SESSION_SECRET: secret.padEnd(64, "."),
      NEXTAUTH_SECRET: secret,
      BETTER_AUTH_SECRET: secret,
      BETTER_AUTH_TELEMETRY: "0",
    },
    stdio: ["ignore", "pipe", "pipe"],
    // So that what it starts ends with it.
    detached: true,
  });
  let printed = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const ended = once(child, "close").catch((error: unknown) => (printed += String(error)));
  return {
    child,
    printed: () => printed,
    stop: async () => {
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        // All of it has ended.
      }
      await ended;
      await folder.remove();
    },
  };
}

/** Waits until `find` finds something, or the program has ended. */
async function waitFor<T>(
  { child, printed }: Program,
  find: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  for (const until = Date.now() + PATIENCE; Date.now() < until; await delay(50)) {
    const isOver = child.exitCode !== null || child.signalCode !== null;
    const found = await find();
    if (found !== undefined) return found;
    if (isOver) break;
  }
  throw new Error(`the code came to nothing, and printed:\n${printed()}`);
}

/** Apache opens its port twice: only an answer says that it is there. */
const answers = (port: number) => () =>
  fetch(`http://127.0.0.1:${port}/`, { redirect: "manual" }).then(
    async (response) => (await response.body?.cancel(), true as const),
    () => undefined,
  );

/** Opens the site in a browser and returns what the page shows at the end. */
async function visitSite(
  program: Program,
  { way, start: path = "/" }: SnippetRun,
  { server, port }: { readonly server: SharedServer; readonly port: number },
): Promise<string> {
  await waitFor(program, answers(port));
  const url = `http://127.0.0.1:${port}${path}`;
  const visitor =
    way === "page" ? new ChromiumVisitor(server.person) : new Visitor(server.url, server.person);
  return (await visitor.open(url)).page;
}

/** Sends a browser to where the program says, and returns what the program prints in the end. */
async function readPrinted(
  program: Program,
  shows: RegExp,
  { url, person }: SharedServer,
): Promise<string> {
  const opened = /^Open (\S+)(?: and type (\S+))?$/m;
  const first = await waitFor(program, () =>
    opened.test(program.printed()) || shows.test(program.printed()) ? program.printed() : undefined,
  );
  const [, address, userCode] = opened.exec(first) ?? [];
  if (address !== undefined)
    await new Visitor(url, person).open(
      userCode === undefined ? address : `${address}?user_code=${userCode}`,
    );
  return waitFor(program, () => (shows.test(program.printed()) ? program.printed() : undefined));
}

/** Starts the MCP server that an MCP client signs in to; returns its address. */
async function startBeside(
  name: SnippetName,
  code: Readonly<Record<string, string>>,
  server: SharedServer,
): Promise<{ readonly address: string; readonly program: Program }> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}/mcp`;
  const client = await server.protect(address, "mcp:tools");
  const filled = code[name]!.replaceAll(MCP_SERVER, address);
  const program = await start({ name, code: filled, port, client });
  await waitFor(program, answers(port));
  return { address, program };
}

/** Runs one piece of code to its end; throws unless it signs the person in, or itself. */
export async function runSnippet(name: SnippetName, server: SharedServer): Promise<void> {
  const run = SNIPPET_RUNS[name];
  const { callback = "/callback", way, shows = USERNAME, beside } = run;
  const port = await freePort();
  const client = await server.register({
    ...run.registration,
    redirectUris: callback === "" ? [] : [`http://127.0.0.1:${port}${callback}`],
    ownerId: server.developer.id,
  });
  const code = await readDeveloperPage(server.url, server.developer, client.id);
  const shown = code[name];
  if (shown === undefined) throw new Error(`the page has no code for ${name}`);
  if (client.secret !== "" && Object.values(code).join("").includes(client.secret))
    throw new Error("the page shows the secret");
  const other = beside === undefined ? undefined : await startBeside(beside, code, server);
  try {
    const filled = shown.replaceAll(MCP_SERVER, other?.address ?? MCP_SERVER);
    const program = await start({ name, code: filled, port, client });
    try {
      const text =
        way === "print"
          ? await readPrinted(program, shows, server)
          : await visitSite(program, run, { server, port });
      const { id, username } = server.person;
      const found = shows.exec(text)?.[1];
      if (found === undefined || ![id, username, client.id].includes(found))
        throw new Error(`${name} shows ${found}\n${text}\n${program.printed()}`);
    } finally {
      await program.stop();
    }
  } finally {
    await other?.program.stop();
  }
}
