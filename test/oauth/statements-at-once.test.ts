// How many statements an exchange and a refresh take: alone, and while 16 callers are busy.
import { describe, expect, test } from "vitest";
import { useServer } from "../use-server.ts";
import { agree, redeem, refresh, register } from "./flow.ts";

const LANES = 16;
const ROUNDS = 8;

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });

  async function statements(work: () => Promise<unknown>): Promise<number> {
    const count = async (): Promise<number> => {
      const series = [...(await used.server.metrics())].filter(([name]) =>
        name.startsWith("store_statement_duration_seconds_count"),
      );
      return series.reduce((sum, [, value]) => sum + value, 0);
    };
    const before = await count();
    await work();
    return (await count()) - before;
  }

  /** Signs a user up and makes codes of the user for a new client. */
  async function codes(count: number) {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const agreed = await Promise.all(Array.from({ length: count }, () => agree(user, client)));
    return { client, agreed };
  }

  test("alone, an exchange and a refresh take five at most, one more to begin on SQLite", async () => {
    const most = engine === "mysql" ? 5 : 6;
    const { client, agreed } = await codes(3);
    // The first one may open connections.
    await redeem(used.url, client, agreed[0]!);
    let token: unknown;
    const exchange = async () => {
      const { status, json } = await redeem(used.url, client, agreed[1]!);
      expect(status).toBe(200);
      token = json["refresh_token"];
    };
    expect(await statements(exchange)).toBeLessThanOrEqual(most);
    const rotate = async () => expect((await refresh(used.url, client, token)).status).toBe(200);
    expect(await statements(rotate)).toBeLessThanOrEqual(most);
  });

  test("16 at once share theirs: fewer than 1.5 for each", async () => {
    const { client, agreed } = await codes(LANES * ROUNDS);
    const lanes = Array.from({ length: LANES }, (_, lane) => lane);
    const tokens: unknown[] = [];
    const exchanges = () =>
      Promise.all(
        lanes.map(async (lane) => {
          for (let round = 0; round < ROUNDS; round++) {
            const each = agreed[lane * ROUNDS + round]!;
            const { status, json } = await redeem(used.url, client, each);
            expect(status).toBe(200);
            tokens[lane] = json["refresh_token"];
          }
        }),
      );
    expect((await statements(exchanges)) / (LANES * ROUNDS)).toBeLessThan(1.5);
    const refreshes = () =>
      Promise.all(
        lanes.map(async (lane) => {
          for (let round = 0; round < ROUNDS; round++) {
            const { status, json } = await refresh(used.url, client, tokens[lane]);
            expect(status).toBe(200);
            tokens[lane] = json["refresh_token"];
          }
        }),
      );
    expect((await statements(refreshes)) / (LANES * ROUNDS)).toBeLessThan(1.5);
  });
});
