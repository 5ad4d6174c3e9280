// A stolen database after an import: every column of every table, and every file.
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createConnection } from "mysql2/promise";
import { describe, expect, test } from "vitest";
import { openStore } from "../../src/store/engine/create-store.ts";
import { newFolder } from "../mariadb-server.ts";
import { type Installation, install, launch, run, runWarm } from "../process/latchkey.ts";
import { jsonl } from "./lines.ts";
import { Needles } from "./needles.ts";
import { storeOptionsOf } from "./store-options.ts";

const HASHES = 1_000;
const secret = (name: string): string => `${name}-${randomBytes(15).toString("base64url")}`;
const inAYear = new Date(Date.now() + 365 * 86_400_000).toISOString();

/** The lines of a file, and what of it may be nowhere in the database. */
function stateOf(): { readonly lines: object[]; readonly needles: Needles } {
  const needles = new Needles();
  const hidden = (name: string, text = secret(name)): string => {
    needles.add(name, Buffer.from(text));
    return text;
  };
  const users = Array.from({ length: HASHES }, (_, index) => {
    const algorithm = ["md5", "sha1", "sha256", "sha512"][index % 4]!;
    const salt = hidden(`salt ${index}`, randomBytes(12).toString("hex"));
    const digest = createHash(algorithm).update(`${salt}pw${index}`).digest();
    needles.add(`digest ${index}`, digest);
    const custom = {
      algorithm,
      hash: { value: digest.toString("base64"), encoding: "base64" },
      salt: { value: salt, encoding: "utf8", position: "prefix" },
    };
    const hash =
      index % 8 > 3
        ? { custom_password_hash: custom }
        : { password_hash: `${algorithm}$${salt}$${digest.toString("hex")}` };
    return { kind: "user", username: `s${index}`, email: `s${index}@example.com`, ...hash };
  });
  const bcrypt = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
  const client_id = "66d9cba9c6e3b379e659e9a2";
  const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");
  const lines = [
    ...users,
    { kind: "user", username: "plain", email: "plain@example.com", password: hidden("password") },
    { kind: "parameters", pepper: hidden("pepper") },
    { kind: "user", username: "devise", email: "devise@example.com", password_hash: bcrypt },
    {
      kind: "parameters",
      firebase_signer_key: Buffer.from(hidden("signer key")).toString("base64"),
    },
    {
      kind: "secret_pair",
      user: "s1",
      secret_id: "MTYzODg4NTY3My40MjE4MjQ=",
      secret_value: hidden("pair", digestOf(secret("pair"))),
    },
    { kind: "client", client_id, client_secret: hidden("client secret"), apis: ["senler"] },
    { kind: "partner_key", name: "Partner", secret_key: hidden("partner key") },
    { kind: "group", id: "342173", name: "Cats", owner: "s1" },
    {
      kind: "access_key",
      token: hidden("access key"),
      user: "s1",
      client_id,
      group_id: "342173",
    },
    { kind: "session_token", token: hidden("session"), user: "s1", expires_at: inAYear },
    {
      kind: "refresh_token",
      token: hidden("refresh token"),
      user: "s1",
      client_id: "shop",
      expires_at: inAYear,
    },
    {
      kind: "client",
      client_id: "shop",
      client_secret: hidden("other client secret"),
      redirect_uris: ["https://shop.example/cb"],
    },
  ];
  return { lines, needles };
}

/** Returns what a thief of the database has: its files, or every value of its tables. */
async function stolenFrom({ environment }: Installation): Promise<Map<string, Buffer>> {
  const stolen = new Map<string, Buffer>();
  const { DATA_DIR: folder, DATABASE_URL: url } = environment;
  if (url === undefined) {
    for (const name of readdirSync(folder!, { recursive: true, encoding: "utf8" }))
      if (name.startsWith("latchkey.db")) stolen.set(name, contentOf(join(folder!, name)));
    return stolen;
  }
  const connection = await createConnection({ uri: url, rowsAsArray: true, dateStrings: true });
  try {
    const query = async (sql: string) => (await connection.query(sql))[0] as unknown[][];
    for (const [table] of await query("show tables")) {
      const rows = await query(`select * from \`${String(table)}\``);
      const values = rows.flat().filter((value) => value !== null);
      const bytes = values.map((value) => (Buffer.isBuffer(value) ? value : text(value)));
      stolen.set(String(table), Buffer.concat(bytes.flatMap((value) => [value, text("\n")])));
    }
  } finally {
    await connection.end();
  }
  return stolen;
}

/** Reads a file in another process: here, its end would end this process's locks on it (POSIX). */
const contentOf = (file: string): Buffer => execFileSync("cat", [file], { maxBuffer: 1e9 });

const text = (value: unknown): Buffer => Buffer.from(String(value));

describe.each(["sqlite", "mysql"] as const)("a stolen database on %s", (engine) => {
  test("has nothing of an import in clear", async () => {
    const installation = await install(engine);
    const { environment } = installation;
    const folder = await newFolder();
    expect((await runWarm(["migrate"], environment)).code).toBe(0);
    const { lines, needles } = stateOf();
    expect(needles.count).toBe(2 * HASHES + 10);
    const file = join(folder, "state.jsonl");
    await writeFile(file, jsonl(lines));
    // The search finds what is there: the file itself has every secret.
    expect(needles.in(Buffer.from(jsonl(lines)))).toHaveLength(needles.count);
    const found = async () => {
      const stolen = await stolenFrom(installation);
      const names = [...stolen.keys()];
      const total = Buffer.concat([...stolen.values()]);
      // The users are in what is searched.
      expect(total.includes("s1@example.com")).toBe(true);
      return { names, secrets: needles.in(total) };
    };
    const store = await openStore(storeOptionsOf(installation));
    try {
      const child = await launch(["import", file, "--batch", "100"], environment);
      const ended = once(child, "exit");
      while ((await store.userImports.waiting({ limit: HASHES })).length < 200) await delay(2);
      child.kill("SIGKILL");
      await ended;
      expect((await found()).secrets).toEqual([]);
      const imported = await run(["import", file, "--resume"], environment);
      expect([imported.code, imported.stderr]).toEqual([0, ""]);
      const afterImport = await found();
      expect(afterImport.secrets).toEqual([]);
      expect(afterImport.names.length).toBeGreaterThan(engine === "sqlite" ? 1 : 20);

      const server = await installation.start();
      const waiting = async () => (await store.userImports.waiting({ limit: HASHES })).length;
      while ((await waiting()) > HASHES - 60) await delay(20);
      const password = "pw999";
      const body = new URLSearchParams({ username: "s999", password });
      expect((await fetch(`${server.url}/login/`, { method: "POST", body })).status).toBe(200);
      await server.stop("SIGKILL");
      expect((await found()).secrets).toEqual([]);
      expect(needles.in(Buffer.from(server.output.stderr))).toEqual([]);
    } finally {
      await store.close();
      await installation.remove();
      await rm(folder, { recursive: true });
    }
  });
});
