// kill -9 between a write and its acknowledgement: at each statement of an exchange, alone and with
// others in one transaction. What was not acknowledged has happened whole or not at all.
import { describe, expect, it } from "vitest";
import { stores } from "../../mariadb.ts";
import { aCode, anAccessToken, NOW } from "../samples.ts";
import { start } from "./start-processes.ts";

/** Ten show it at every change; `npm run test:kill` does a hundred. */
const KILLS = Math.max(10, Number(process.env["KILL_CYCLES"] ?? 0));

/**
 * Moments in an exchange: how many codes at once, after which statement, and what is then expected
 * of the last code. Of nine, the first goes alone, and the others together after it.
 */
const MOMENTS = [
  { codes: 1, kind: "commit", count: 1, expected: "happened" },
  { codes: 9, kind: "commit", count: 2, expected: "happened" },
  { codes: 1, kind: "update", count: 1, expected: "not" },
  { codes: 9, kind: "update", count: 2, expected: "not" },
  { codes: 1, kind: "insert", count: 2, expected: "not" },
  { codes: 9, kind: "insert", count: 3, expected: "not" },
  { codes: 9, kind: "insert", count: 4, expected: "not" },
  { codes: 1, kind: "insert", count: 3, expected: "not" },
  { codes: 9, kind: "insert", count: 6, expected: "not" },
] as const;

describe.each(stores)("an exchange on $engine", ({ use }) => {
  const test = use();

  it(
    "that was not acknowledged has happened whole or not at all",
    { timeout: 600_000 },
    async () => {
      const { store, options } = test;
      const outcomes: string[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        const { codes: many, kind, count, expected } = MOMENTS[kill % MOMENTS.length]!;
        const codes = Array.from({ length: many }, () => aCode());
        for (const code of codes) await store.codes.insert(code);
        const hashes = codes.map(({ hash }) => hash);
        const processes = await start(options, ["die", kind, String(count), ...hashes]);
        processes.begin();
        await processes.killed();
        for (const [index, { hash }] of codes.entries()) {
          // Asked first: MySQL undoes the transaction when it sees that its client has gone.
          const again = { access: anAccessToken() };
          const isUnused = await store.codes.redeem(hash, NOW, again);
          const parts = [
            await store.tokens.findAccess(`${hash.slice(1)}+`),
            await store.tokens.findRefresh(`${hash.slice(1)}-`),
            await store.answers.find(`${hash.slice(1)}=`),
          ].map((found) => found !== undefined);
          expect(parts).toEqual(isUnused ? [false, false, false] : [true, true, true]);
          expect((await store.tokens.findAccess(again.access.hash)) !== undefined).toBe(isUnused);
          expect(await store.codes.redeem(hash, NOW)).toBe(false);
          if (index < many - 1) continue;
          expect(isUnused ? "not" : "happened").toBe(expected);
          outcomes.push(expected);
        }
      }
      expect(new Set(outcomes)).toEqual(new Set(["happened", "not"]));
    },
  );
});
