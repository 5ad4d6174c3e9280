// The database and its user, made by the lines of docs/deployment.md.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execute } from "../mariadb-server.ts";
import { ROOT } from "./dockerfile.ts";

/** Runs the lines on a server of MariaDB, as its administrator; returns the DATABASE_URL. */
export async function grants(administratorUrl: string): Promise<string> {
  const page = readFileSync(join(ROOT, "docs/deployment.md"), "utf8");
  const [, block] = /## The database\n[^]*?```sql\n([^]*?)```/.exec(page)!;
  const password = randomBytes(12).toString("hex");
  const lines = block!.replace("'password'", `'${password}'`).trim().split("\n");
  for (const line of lines) await execute(administratorUrl, line);
  const { host } = new URL(administratorUrl);
  return `mysql://latchkey:${password}@${host}/latchkey`;
}
