// kill -9 in the middle of `latchkey import`, several times, and --resume after each.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Store } from "../../src/domain/store.ts";
import { openStore } from "../../src/store/engine/create-store.ts";
import { newFolder } from "../mariadb-server.ts";
import { install, launch, run, runWarm } from "../process/latchkey.ts";
import { jsonl, manyLines } from "./lines.ts";
import { storeOptionsOf } from "./store-options.ts";

/** Good lines, of three kinds alike. */
const GOOD = 5_100;
/** One after each so many good ones can't be taken. */
const EACH = 50;
const BAD = GOOD / EACH;
const OF_A_KIND = GOOD / 3;
/** How much is in when each of the kills comes: among users, and among what belongs to them. */
const KILLS = [200, 900, OF_A_KIND + 200, OF_A_KIND + 2_000];
const WORDS = ["--batch", "50"];
/** md5 of "salt" and "password", in Django's form. */
const password_hash = "md5$salt$67a1e09bb1f83f5007dc119c14d663aa";

const BROKEN = ['{"kind":', '{"kind":"device","user":"no-one@example.com","gaid":"g"}'] as const;

/** Makes the file; every fiftieth good line is followed by a broken one. */
function fileOf(): string {
  const good = manyLines(GOOD).map((line) =>
    "kind" in line && line.kind === "user" ? { ...line, password_hash } : line,
  );
  return Array.from({ length: BAD }, (_, index) => {
    const some = good.slice(index * EACH, (index + 1) * EACH);
    return `${jsonl(some)}${BROKEN[index % 2]}\n`;
  }).join("");
}

/** How many lines are in, as another process sees it. */
async function broughtOf(store: Store): Promise<number> {
  const [newest] = await store.state.list(1);
  return Object.values(newest?.imported ?? {}).reduce((sum, count) => sum + count, 0);
}

describe.each(["sqlite", "mysql"] as const)("kill -9 of an import on %s", (engine) => {
  test("loses no line and doubles none", async () => {
    const installation = await install(engine);
    const { environment } = installation;
    const folder = await newFolder();
    expect((await runWarm(["migrate"], environment)).code).toBe(0);
    const store = await openStore(storeOptionsOf(installation));
    try {
      const file = join(folder, "state.jsonl");
      await writeFile(file, fileOf());
      let killed = 0;
      for (const brought of KILLS) {
        const resume = killed === 0 ? [] : ["--resume"];
        const child = await launch(["import", file, ...WORDS, ...resume], environment);
        const ended = once(child, "exit");
        while ((await broughtOf(store)) < brought && child.exitCode === null) await delay(2);
        child.kill("SIGKILL");
        expect((await ended)[1]).toBe("SIGKILL");
        killed++;
        expect(await broughtOf(store)).toBeGreaterThanOrEqual(brought);
        expect(await broughtOf(store)).toBeLessThan(GOOD);
      }
      expect(killed).toBe(4);
      const refused = await runWarm(["import", file, ...WORDS], environment);
      expect([refused.code, refused.stdout]).toEqual([1, ""]);
      expect(refused.stderr).toMatch(/go on with --resume/);

      const resumed = await run(["import", file, ...WORDS, "--resume"], environment);
      expect([resumed.code, JSON.parse(resumed.stdout)]).toMatchObject([
        1,
        {
          lines: GOOD + BAD,
          imported: { user: OF_A_KIND, device: OF_A_KIND, session_token: OF_A_KIND },
          unchanged: 0,
          invalid: BAD,
        },
      ]);
      const reported = readFileSync(`${file}.errors.jsonl`, "utf8").trim().split("\n");
      const lines = reported.map((text) => (JSON.parse(text) as { line: number }).line);
      expect(lines.toSorted((one, other) => one - other)).toEqual(
        Array.from({ length: BAD }, (_, index) => (index + 1) * (EACH + 1)),
      );

      const users = await store.users.list({ realm: "default" }, { limit: GOOD }, 0);
      expect(users).toHaveLength(OF_A_KIND);
      expect(users.every(({ passwordHash }) => passwordHash.startsWith("$waiting$"))).toBe(true);
      expect(await store.userImports.waiting({ limit: GOOD })).toHaveLength(OF_A_KIND);
      const exported = (await runWarm(["export"], environment)).stdout.trim().split("\n");
      expect(exported).toHaveLength(GOOD);
      const devices = exported.filter((line) => line.includes('"kind":"device"'));
      expect(new Set(devices).size).toBe(OF_A_KIND);

      // All of it is one batch, which an undo takes back whole.
      const again = await runWarm(["import", file, ...WORDS], environment);
      expect(JSON.parse(again.stdout)).toMatchObject({ imported: {}, unchanged: GOOD });
      const { batch } = JSON.parse(resumed.stdout) as { batch: string };
      const undone = await runWarm(["import", "undo", batch], environment);
      expect(JSON.parse(undone.stdout)).toMatchObject({ removed: { user: OF_A_KIND }, kept: [] });
      expect(await store.users.list({ realm: "default" }, { limit: 9 }, 0)).toEqual([]);
    } finally {
      await store.close();
      await installation.remove();
      await rm(folder, { recursive: true });
    }
  });
});
