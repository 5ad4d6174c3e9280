// kill -9 while the server wraps the quick hashes of an import: each is wrapped in the end.
import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openStore } from "../../src/store/engine/create-store.ts";
import { newFolder } from "../mariadb-server.ts";
import { install, run } from "../process/latchkey.ts";
import { jsonl } from "./lines.ts";
import { storeOptionsOf } from "./store-options.ts";

const USERS = 160;
/** How many still wait when the kills come. */
const KILLS = [140, 90, 40];
const passwordOf = (index: number): string => `pass ${index}`;

const lines = (): object[] =>
  Array.from({ length: USERS }, (_, index) => {
    const algorithm = ["md5", "sha1", "sha256", "sha512"][index % 4]!;
    const digest = createHash(algorithm)
      .update(`salt${passwordOf(index)}`)
      .digest("hex");
    const name = `w${index}`;
    const password_hash = `${algorithm}$salt$${digest}`;
    return { kind: "user", username: name, email: `${name}@example.com`, password_hash };
  });

describe.each(["sqlite", "mysql"] as const)("kill -9 of the wrapping on %s", (engine) => {
  test("leaves no hash unwrapped, and users sign in", async () => {
    const installation = await install(engine);
    const { environment } = installation;
    const folder = await newFolder();
    expect((await run(["migrate"], environment)).code).toBe(0);
    const file = join(folder, "users.jsonl");
    await writeFile(file, jsonl(lines()));
    expect((await run(["import", file], environment)).code).toBe(0);
    const store = await openStore(storeOptionsOf(installation));
    const waiting = async () => (await store.userImports.waiting({ limit: USERS })).length;
    const start = () => installation.start({ LOG_LEVEL: "warn" });
    const signIn = async (url: string, index: number, password = passwordOf(index)) => {
      const body = new URLSearchParams({ username: `w${index}`, password });
      return (await fetch(`${url}/login/`, { method: "POST", body })).status;
    };
    try {
      expect(await waiting()).toBe(USERS);
      let server = await start();
      const statuses: number[] = [];
      for (const [index, left] of KILLS.entries()) {
        while ((await waiting()) > left) {
          await delay(5);
          // The first users are wrapped first, the last ones wait.
          if (statuses.length > index * 2 + 1) continue;
          statuses.push(
            await signIn(server.url, index),
            await signIn(server.url, USERS - 1 - index),
          );
        }
        expect((await server.stop("SIGKILL")).signal).toBe("SIGKILL");
        expect(await waiting()).toBeGreaterThan(0);
        server = await start();
      }
      expect(statuses).toEqual(Array(2 * KILLS.length).fill(200));
      await expect.poll(waiting, { timeout: 60_000, interval: 50 }).toBe(0);
      const users = await store.users.list({ realm: "default" }, { limit: USERS + 1 }, 0);
      expect(users).toHaveLength(USERS);
      const forms = users.map(({ passwordHash }) => /^\$(\w+)\$/.exec(passwordHash)?.[1]);
      expect(forms.filter((form) => form === "argon2id")).toHaveLength(2 * KILLS.length);
      expect(forms.filter((form) => form === "wrapped")).toHaveLength(USERS - 2 * KILLS.length);
      // One of each kind of hash, of those that no sign-in has replaced.
      for (const index of [20, 21, 22, 23]) {
        expect(await signIn(server.url, index, "wrong")).toBe(401);
        expect(await signIn(server.url, index)).toBe(200);
      }
      await server.stop();
      expect(server.output.stderr).toBe("");
    } finally {
      await store.close();
      await installation.remove();
      await rm(folder, { recursive: true });
    }
  });
});
