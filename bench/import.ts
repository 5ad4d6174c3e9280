// How long an import of 100,000 users takes, with one bad line in a thousand, on SQLite and on a
// MariaDB of its own, and how much memory. Run: node bench/import.ts [users]
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { execute, Mariadb } from "../test/mariadb-server.ts";
import { latchkeyMain } from "./contenders/program.ts";

const USERS = Number(process.argv[2] ?? 100_000);
const MAIN = latchkeyMain();
const HASH = "pbkdf2_sha256$600000$saltysalty$fKP8J6x1QKwd9jEyKvPT992ameHpI/scuDuSmH9j0Oc=";

const isBad = (number: number): boolean => number % 1000 === 999;

async function write(
  path: string,
  header: string,
  line: (number: number) => string,
): Promise<void> {
  const file = createWriteStream(path);
  file.write(header);
  for (let number = 0; number < USERS; number++)
    if (!file.write(`${line(number)}\n`)) await once(file, "drain");
  file.end();
  await once(file, "finish");
}

/** Seconds, the most memory in MiB, and what it printed. */
async function run(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ seconds: number; memory: number; printed: string }> {
  const begin = performance.now();
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let memory = 0;
  const watch = setInterval(() => {
    try {
      memory =
        Number(
          /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ??
            memory * 1024,
        ) / 1024;
    } catch {
      // It has ended.
    }
  }, 50);
  const printed = await text(child.stdout);
  clearInterval(watch);
  return { seconds: (performance.now() - begin) / 1000, memory, printed: printed.trim() };
}

const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
const mariadb = await Mariadb.start();
try {
  const [jsonl, csv] = [join(folder, "users.jsonl"), join(folder, "users.csv")];
  await write(jsonl, "", (number) =>
    isBad(number)
      ? '{"email":'
      : JSON.stringify({
          username: `user${number}`,
          email: `user${number}@example.com`,
          password_hash: HASH,
          created_at: "2020-01-31T18:00:00Z",
        }),
  );
  await write(csv, "username,email,password_hash,created_at\n", (number) =>
    isBad(number) ? '"' : `user${number},user${number}@example.com,${HASH},2020-01-31T18:00:00Z`,
  );
  for (const [name, file] of [
    ["JSON lines", jsonl],
    ["CSV", csv],
  ] as const) {
    const database = `import_${randomBytes(4).toString("hex")}`;
    await execute(mariadb.url, `create database ${database}`);
    for (const [engine, environment] of [
      ["SQLite", { DATA_DIR: join(folder, name) }],
      [
        "MariaDB",
        {
          DATABASE_URL: `${mariadb.url}/${database}`,
          LATCHKEY_SECRET: randomBytes(48).toString("base64"),
        },
      ],
    ] as const) {
      await run(["migrate"], environment);
      for (const [what, more] of [
        ["dry run", ["--dry-run"]],
        ["import", []],
      ] as const) {
        const { seconds, memory, printed } = await run(
          ["user", "import", file, "--errors", join(folder, "bad.jsonl"), ...more],
          environment,
        );
        console.log(
          `${engine.padEnd(9)}${name.padEnd(12)}${what.padEnd(9)}${seconds.toFixed(1)} s,` +
            ` ${Math.round(USERS / seconds)} a second, ${Math.round(memory)} MiB at most  ` +
            `${printed}`,
        );
      }
    }
  }
} finally {
  await mariadb.dispose();
  rmSync(folder, { recursive: true });
}
