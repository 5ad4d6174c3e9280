// Runs the commands of the README as they are written. Only the port, the data folder and the
// database differ.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SETTINGS } from "../../src/config/schema.ts";
import { createDatabase } from "../mariadb.ts";

const root = resolve(import.meta.dirname, "../..");
const readme = await readFile(join(root, "README.md"), "utf8");
/** The commands, block by block. */
const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text!.trim());
const blockWith = (text: string): string =>
  blocks.find((block) => block.includes(text)) ?? expect.fail(`no block has ${text}`);

/** Runs `npm start` and waits for the line that says where it listens. */
async function npmStart(
  environment: NodeJS.ProcessEnv,
): Promise<{ url: string; lines: string[]; stop(): Promise<number> }> {
  const child = spawn("npm", ["start", "--silent"], {
    cwd: root,
    env: { ...process.env, ...environment, PORT: "0", LOG_LEVEL: "silent" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  const url = await new Promise<string>((found, failed) => {
    child.once("exit", () => failed(new Error("npm start has ended")));
    createInterface(child.stdout).on("line", (line) => {
      lines.push(line);
      // The last line of the banner.
      if (line.includes("buf curl")) found(/(http:\/\/\S+:\d+)\//.exec(line)![1]!);
    });
  });
  const stop = async (): Promise<number> => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    return (await ended)[0] as number;
  };
  return { url, lines, stop };
}

const bash = async (script: string, environment: NodeJS.ProcessEnv = {}): Promise<string> =>
  (
    await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], {
      cwd: root,
      env: { ...process.env, ...environment },
    })
  ).stdout;

describe("the README", () => {
  let dataDir = "";
  let server: Awaited<ReturnType<typeof npmStart>>;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "latchkey-readme-"));
    server = await npmStart({ DATA_DIR: dataDir });
  });
  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  test("has two commands", () => {
    expect(blocks.slice(0, 2)).toEqual(["npm start", "npm test"]);
  });

  test("leads from nothing to a verified token, by curl and by buf curl", async () => {
    const tour = blocks.slice(2).filter((block) => !block.includes("DATABASE_URL"));
    const script = tour
      .join("\necho\n")
      .replaceAll("http://127.0.0.1:8080", server.url)
      .replaceAll(".data/", `${dataDir}/`);
    const output = await bash(`exec 2>&1\n${script}`);
    const inOrder = [
      '"username":"ada","email":"ada@example.com","state":"USER_STATE_ACTIVE"',
      '"username":"ada"',
      '{"active":true,"username":"ada","token_type":"Bearer"',
      '{"active":false}',
      '"message":"User created successfully"}',
      '"message":"Login successful"}',
      '"username":"grace"',
      '"username": "lin"',
      '"accessToken": "lks_',
      '"code": "unauthenticated"',
      '"reason": "SIGN_IN_FAILED"',
    ];
    let from = 0;
    for (const text of inOrder) {
      const at = output.indexOf(text, from);
      expect(at, `${text} in:\n${output.slice(from)}`).toBeGreaterThanOrEqual(0);
      from = at + text.length;
    }
  });

  test("the line that the server prints works as pasted", async () => {
    const line = server.lines.find((text) => text.includes("buf curl"))!.replace(/^ *try +/, "");
    expect(JSON.parse(await bash(line))).toMatchObject({ issuer: server.url });
  });

  test("on MariaDB", async () => {
    const url = await createDatabase();
    const [first = "", ...commands] = blockWith("DATABASE_URL").split("\n");
    expect(commands.pop()).toBe("npm start");
    const script = [first.replace(/mysql:\S+/, url), ...commands]
      .join("\n")
      .replaceAll(".data/", `${dataDir}/mysql/`);
    const [secret, admin] = (await bash(`${script.replace("npx", 'echo "$LATCHKEY_SECRET"; npx')}`))
      .trim()
      .split("\n");
    const { client_id, client_secret } = JSON.parse(admin!) as Record<string, string>;
    // The file keeps the secret for the next start, for its owner only.
    const file = join(dataDir, "mysql/mysql.secret");
    expect([(await readFile(file, "utf8")).trim(), (await stat(file)).mode & 0o777]).toEqual([
      secret,
      0o600,
    ]);
    const started = await npmStart({ DATABASE_URL: url, LATCHKEY_SECRET: secret });
    const answer = await bash(
      `curl -s -u ${client_id}:${client_secret} -d grant_type=client_credentials ` +
        `${started.url}/oauth2/token`,
    );
    expect(JSON.parse(answer)).toMatchObject({ token_type: "Bearer", scope: "admin" });
    expect(await started.stop()).toBe(0);
  });

  test("links to the page that lists every setting with its default", async () => {
    expect(readme).toContain("](docs/settings.md)");
    const page = await readFile(join(root, "docs/settings.md"), "utf8");
    const listed = [...page.matchAll(/^- (`[A-Z0-9_]+` \((?:no default|default:? [^)]*)\)): \S/gm)];
    const expected = Object.entries(SETTINGS).map(([name, [, otherwise]]) => {
      const value = otherwise.includes(" ") ? `: ${otherwise}` : ` \`${otherwise}\``;
      return `\`${name}\` (${otherwise === "" ? "no default" : `default${value}`})`;
    });
    expect(listed.map(([, item]) => item!).toSorted()).toEqual(expected.toSorted());
  });
});
