// Codes and refresh tokens that many use at once, joined in one transaction: as if they were used
// one after the other.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NewTokens } from "../../../../src/domain/oauth/store.ts";
import type { Store } from "../../../../src/domain/store.ts";
import { stores } from "../../../mariadb.ts";
import { aCode, anAccessToken, aRefreshToken, id, NOW } from "../../samples.ts";
import { run } from "../run-statement.ts";

interface Gift extends NewTokens {
  readonly access: ReturnType<typeof anAccessToken>;
  readonly refresh: ReturnType<typeof aRefreshToken>;
}

const aGift = (familyId: string): Gift => ({
  access: anAccessToken({ familyId }),
  refresh: aRefreshToken({ familyId }),
});

/** Returns which parts of a gift are stored. */
async function stored(store: Store, { access, refresh }: Gift): Promise<string> {
  const parts = [
    (await store.tokens.findAccess(access.hash)) && "access",
    (await store.tokens.findRefresh(refresh.hash)) && "refresh",
  ];
  return parts.filter(Boolean).join("+");
}

/** The two kinds of rows that can be used once. */
const KINDS = {
  code: {
    insert: async (store: Store, familyId: string) => {
      const code = aCode({ familyId });
      await store.codes.insert(code);
      return code.hash;
    },
    use: (store: Store, hash: string, gift?: NewTokens) => store.codes.redeem(hash, NOW, gift),
    isUsed: async (store: Store, hash: string) =>
      (await store.codes.find(hash))?.usedAt !== undefined,
    table: "codes",
  },
  "refresh token": {
    insert: async (store: Store, familyId: string) => {
      const token = aRefreshToken({ familyId });
      await store.tokens.insertRefresh(token);
      return token.hash;
    },
    use: (store: Store, hash: string, gift?: NewTokens) =>
      store.tokens.rotateRefresh(hash, NOW, gift),
    isUsed: async (store: Store, hash: string) =>
      (await store.tokens.findRefresh(hash))?.usedAt !== undefined,
    table: "refresh_tokens",
  },
} as const;

describe.each(stores)("many uses at once on $engine", ({ use: useStore }) => {
  const test = useStore();

  it.each(Object.entries(KINDS))(
    "of any %s, at any moment: the first gives its tokens whole, the others nothing",
    async (_, { insert, use, isUsed }) => {
      const { store } = test;
      const step = fc.record({
        row: fc.nat(3),
        after: fc.nat(2),
        /** What the caller wants: tokens, none, or tokens that can't be inserted. */
        wants: fc.constantFrom("tokens", "tokens", "tokens", "nothing", "taken"),
        /** A caller who has gone doesn't change what the others get. */
        isGone: fc.boolean(),
      });
      const taken = anAccessToken();
      await store.tokens.insertAccess(taken);
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
          const families = Array.from({ length: 4 }, () => id());
          const rows = await Promise.all(families.map((family) => insert(store, family)));
          const outcomes = await Promise.all(
            steps.map(async ({ row, after, wants, isGone }) => {
              for (let turn = 0; turn < after; turn++) await new Promise(setImmediate);
              const whole = aGift(families[row]!);
              const gift = wants === "taken" ? { ...whole, access: taken } : whole;
              const used = use(store, rows[row]!, wants === "nothing" ? undefined : gift).then(
                (isFirst) => (isFirst ? "first" : "late"),
                () => "failed",
              );
              if (isGone) void Promise.race([used, Promise.resolve()]);
              return { row, wants, gift, result: await used };
            }),
          );
          for (const [row, hash] of rows.entries()) {
            const ofRow = outcomes.filter((outcome) => outcome.row === row);
            const able = ofRow.filter(({ wants }) => wants !== "taken");
            const firsts = ofRow.filter(({ result }) => result === "first");
            // Exactly one of those that can win does.
            expect(firsts).toHaveLength(Math.min(1, able.length));
            expect(await isUsed(store, hash)).toBe(firsts.length === 1);
            for (const { wants, gift, result } of ofRow) {
              // Tokens that can't be inserted fail alone, or come late.
              expect(["failed", "late"].includes(result)).toBe(
                wants === "taken" || !firsts.some((first) => first.gift === gift),
              );
              if (result === "failed") expect(wants).toBe("taken");
              expect(await store.tokens.findRefresh(gift.refresh.hash)).toEqual(
                result === "first" && wants === "tokens" ? gift.refresh : undefined,
              );
              if (wants !== "taken")
                expect(await store.tokens.findAccess(gift.access.hash)).toEqual(
                  result === "first" && wants === "tokens"
                    ? { token: gift.access, user: undefined }
                    : undefined,
                );
            }
          }
        }),
        { numRuns: 20 },
      );
    },
  );

  it.each(Object.entries(KINDS))(
    "of one %s and of others: each has one winner, whose tokens are whole",
    async (_, { insert, use }) => {
      const { store } = test;
      const families = Array.from({ length: 20 }, () => id());
      const hashes = await Promise.all(families.map((family) => insert(store, family)));
      const tries = families.flatMap((family, row) =>
        Array.from({ length: 5 }, () => ({ row, gift: aGift(family) })),
      );
      const results = await Promise.all(
        tries.map(({ row, gift }) => use(store, hashes[row]!, gift)),
      );
      for (const row of families.keys())
        expect(tries.filter((each, index) => each.row === row && results[index])).toHaveLength(1);
      for (const [index, { gift }] of tries.entries())
        expect(await stored(store, gift)).toBe(results[index] ? "access+refresh" : "");
    },
  );

  it("reject a value of a wrong type alone", async () => {
    const { store } = test;
    const hashes = await Promise.all(
      Array.from({ length: 6 }, () => KINDS.code.insert(store, id())),
    );
    const gifts = hashes.map((_, index) =>
      index === 3
        ? { access: anAccessToken({ api: ["x"] as unknown as string }) }
        : { access: anAccessToken() },
    );
    const results = await Promise.allSettled(
      hashes.map((hash, index) => store.codes.redeem(hash, NOW, gifts[index])),
    );
    expect(results.map(({ status }) => status === "fulfilled")).toEqual(
      hashes.map((_, index) => index !== 3),
    );
    expect(await KINDS.code.isUsed(store, hashes[3]!)).toBe(false);
  });

  it("find a code that has gone meanwhile used, and give the others theirs", async () => {
    const { store } = test;
    const hashes = await Promise.all(
      Array.from({ length: 8 }, () => KINDS.code.insert(store, id())),
    );
    await run(test.options, `delete from codes where hash = '${hashes[5]}'`);
    const gifts = hashes.map(() => aGift(id()));
    const results = await Promise.all(
      hashes.map((hash, index) => store.codes.redeem(hash, NOW, gifts[index])),
    );
    expect(results).toEqual(hashes.map((_, index) => index !== 5));
    for (const [index, gift] of gifts.entries())
      expect(await stored(store, gift)).toBe(index === 5 ? "" : "access+refresh");
  });

  it("in a transaction are undone with it", async () => {
    const { store } = test;
    for (const { insert, use, isUsed } of Object.values(KINDS)) {
      const [hash, gift] = [await insert(store, id()), aGift(id())];
      const work = store.transaction(async (tx) => {
        expect(await use({ ...store, ...tx }, hash, gift)).toBe(true);
        throw new Error("no");
      });
      await expect(work).rejects.toThrow("no");
      expect(await isUsed(store, hash)).toBe(false);
      expect(await stored(store, gift)).toBe("");
    }
  });
});
