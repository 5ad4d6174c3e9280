// What the pictures of a take-over show: two weeks of a move from another server.
import type { Store } from "../src/domain/store.ts";
import type { TestServer } from "../test/server.ts";

const DAY = 86_400_000;
const DAYS = 14;
const API = "kokids";
const CALL = { api: API, stage: "mirror", route: "POST /user/login" } as const;

/** Prepares a move that is under way: users learnt from traffic, calls, latencies, differences. */
export async function prepareMove(
  { store }: TestServer,
  userId: string,
  now: number,
): Promise<void> {
  const today = now - (now % DAY);
  await store.stages.save({
    api: API,
    stage: "mirror",
    before: "own",
    percent: 100,
    only: [],
    changedAt: today - 13 * DAY,
  });
  const days = Array.from({ length: DAYS }, (_, index) => today - (DAYS - 1 - index) * DAY);
  await store.transaction((tx) => tx.observations.add({ asks: [], ...sumsOf(days) }));
  await learn(store, userId, now - 2 * DAY);
}

function sumsOf(days: readonly number[]) {
  const calls = days.flatMap((day, index) => {
    const logins = 700 + index * 40 + (index % 3) * 90;
    const at = { ...CALL, day };
    return [
      { ...at, outcome: "volatile", calls: logins },
      { ...at, outcome: "equal", calls: 120 + index * 6 },
      { ...at, outcome: "different", calls: Math.max(0, 90 - index * 8) },
      { ...at, outcome: "unserved", calls: index === 4 ? 60 : 0 },
      { ...at, outcome: "own", calls: index * 9 },
      { ...at, route: "POST /user/create", outcome: "volatile", calls: 60 + index },
      { ...at, route: "POST /user/logout", outcome: "equal", calls: 45 },
    ] as const;
  });
  const latencies = days.flatMap((day, index) =>
    (
      [
        ["predecessor", index === 4 ? 300 : 50, index === 4 ? 3_000 : 300],
        ["own", 7, 30 + (index % 3) * 20],
      ] as const
    ).flatMap(([side, most, tail]) => [
      { api: API, day, side, mostMs: most, calls: 950 },
      { api: API, day, side, mostMs: tail, calls: 50 },
    ]),
  );
  const seen = { api: API, firstAt: days[0]!, lastAt: days.at(-1)! };
  const differences = [
    {
      ...seen,
      route: "POST /user/login",
      field: "message",
      ours: "text of 22 characters",
      theirs: "text of 14 characters",
      example: '"Xxxxx xx xxxxxxxx xxx" ≠ "Xxxxx xxxxxxxx"',
      calls: 512,
    },
    {
      ...seen,
      route: "POST /user/logout",
      field: "status",
      ours: "number 400",
      theirs: "number 200",
      example: "000 ≠ 000",
      calls: 3,
    },
  ];
  return { calls, latencies, differences };
}

async function learn(store: Store, userId: string, at: number): Promise<void> {
  const origin = { source: `learned:${API}`, at, mark: "" } as const;
  await store.origins.insert([{ ...origin, kind: "user", ref: userId }]);
}
