// How many lines of state a second come in, and in how much memory: sessions, devices and users
// without passwords, each line referring forwards. On SQLite, or on a MariaDB of its own.
// Run: node bench/state-import.ts [lines] [sqlite|mariadb]
import { randomBytes } from "node:crypto";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute, Mariadb } from "../test/mariadb-server.ts";

const LINES = Number(process.argv[2] ?? 60_000);
const KINDS = 3;
const MIB = 1024 * 1024;

const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
const mariadb = process.argv[3] === "mariadb" ? await Mariadb.start() : undefined;
process.env["DATA_DIR"] = folder;
if (mariadb !== undefined) {
  await execute(mariadb.url, "create database moved");
  process.env["DATABASE_URL"] = `${mariadb.url}/moved`;
  process.env["LATCHKEY_SECRET"] = randomBytes(48).toString("base64");
}
const file = join(folder, "state.jsonl");

async function writeLines(): Promise<void> {
  const end = new Date(Date.now() + 86_400_000).toISOString();
  const stream = createWriteStream(file);
  for (let index = 0; index < LINES / KINDS; index++) {
    const user = `user-${index}@example.com`;
    const token = randomBytes(16).toString("hex");
    const lines = [
      { kind: "session_token", token, user, expires_at: end },
      { kind: "device", user, gaid: `gaid-${index}`, bundle: "com.example.game", os_int: 0 },
      { kind: "user", username: `user-${index}`, email: user, acc_id: `acc-${index}` },
    ];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    if (!stream.write(text)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "close");
}

try {
  await writeLines();
  const { migrateDatabase } = await import("../src/commands/cli/migrate.ts");
  const { importState } = await import("../src/commands/state/import.ts");
  await migrateDatabase();
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 100);
  const [started, before] = [performance.now(), process.cpuUsage()];
  await importState(file, { realm: "default", dryRun: false, batch: 500 });
  clearInterval(timer);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1e6;
  process.stdout.write(
    `${Math.round(LINES / seconds)} lines/s, ${Math.round(LINES / cpu)} a second of own CPU, ` +
      `at most ${Math.round(most / MIB)} MiB\n`,
  );
} finally {
  await mariadb?.dispose();
  rmSync(folder, { recursive: true });
}
