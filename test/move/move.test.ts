// Servers are taken over under load, on both stores, by two processes one of which is killed in the
// middle of each stage: no client sees an answer that its document doesn't have, no sign-in fails
// that would have succeeded, and the report counts every difference and nothing else.
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { PredecessorReport } from "../../src/domain/predecessor/reports/report.ts";
import { DOCUMENTS } from "../predecessors/documents.ts";
import {
  API_NAMES,
  type ApiName,
  DJANGO_SECRET,
  PARTNER,
  PARTNER_KEY,
} from "../predecessors/people.ts";
import { Move, type MoveSize } from "./move.ts";
import { plant, PLANTED } from "./planted.ts";

/** `npm run test:move` plays longer. */
const IS_LONG = process.env["MOVE"] === "long";
const SIZE: MoveSize = IS_LONG
  ? { users: 2000, active: 20, acting: 12, episodes: 3, processes: 2 }
  : { users: 2000, active: 6, acting: 1, episodes: 2, processes: 2 };
/** How often users come where the counts of calls don't matter. */
const FEW = IS_LONG ? SIZE.episodes : 1;
const SHARES = [5, 50, 100];
/**
 * Observations are written each second. Each rehearsed sign-in costs a hash, so many calls of a
 * long move wait for theirs.
 */
const REPORT_MS = IS_LONG ? 240_000 : 40_000;

type Counts = ReadonlyMap<string, number>;
type Reports = ReadonlyMap<ApiName, PredecessorReport>;

/** What has been added since. */
const since = (before: Counts, now: Counts): Counts =>
  new Map(
    [...now]
      .map(([route, count]) => [route, count - (before.get(route) ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );

/** One kind of count of all reports, by route. */
const countsOf = (reports: Reports, kind: "requests" | "different"): Counts =>
  new Map(
    [...reports.values()].flatMap(({ routes }) => routes.map((each) => [each.route, each[kind]])),
  );

const differencesOf = (reports: Reports): Counts => {
  const counts = new Map<string, number>();
  for (const { differences } of reports.values())
    for (const { route, field, calls } of differences)
      counts.set(`${route} ${field}`, (counts.get(`${route} ${field}`) ?? 0) + calls);
  return counts;
};

/** Asks for reports until they count the calls, or for a while. */
async function reportsOf(move: Move, isComplete: (reports: Reports) => boolean): Promise<Reports> {
  for (const end = performance.now() + REPORT_MS; ; await delay(500)) {
    const all = new Map<ApiName, PredecessorReport>();
    for (const api of API_NAMES) all.set(api, await move.report(api));
    if (isComplete(all) || performance.now() > end) return all;
  }
}

const total = (counts: Counts): number => [...counts.values()].reduce((sum, each) => sum + each, 0);

/** Plays in `mirror` without a kill, and expects exactly the planted differences. */
async function expectExactReport(move: Move): Promise<void> {
  const { witness } = move;
  const start = new Map(witness.sent);
  // Users are learnt by their first calls, which differ as long as they are unknown here.
  await move.play("mirror, first", false);
  const first = total(since(start, witness.sent));
  const before = await reportsOf(move, (reports) => total(countsOf(reports, "requests")) === first);
  const [sentBefore, askedBefore] = [new Map(witness.sent), await move.asked()];

  await move.play("mirror", false);
  await plant(move.urls, witness, SIZE.active);
  expect(witness.faults).toEqual([]);
  const sent = since(sentBefore, witness.sent);
  // Each call went to the predecessor, and none of them twice.
  expect(since(askedBefore, await move.asked())).toEqual(sent);
  const after = await reportsOf(
    move,
    (reports) =>
      total(since(countsOf(before, "requests"), countsOf(reports, "requests"))) === total(sent),
  );
  expect(since(countsOf(before, "requests"), countsOf(after, "requests"))).toEqual(sent);
  expect([...sent.keys()]).toEqual(expect.arrayContaining(Object.keys(DOCUMENTS)));
  for (const { routes } of after.values())
    for (const { route, requests, equal, volatile, different, uncompared } of routes)
      expect([route, equal + volatile + different + uncompared]).toEqual([route, requests]);
  expect(since(countsOf(before, "different"), countsOf(after, "different"))).toEqual(
    new Map(PLANTED.map(({ route, count }) => [route, count])),
  );
  expect(since(differencesOf(before), differencesOf(after))).toEqual(
    new Map(
      PLANTED.flatMap(({ route, count, fields }) =>
        Object.entries(fields).map(([field, times]) => [`${route} ${field}`, times * count]),
      ),
    ),
  );
}

/** Expects every key to work here: those of the old server, and those of Latchkey. */
async function expectKeys(move: Move): Promise<void> {
  const keys = await move.keys();
  expect(keys.length).toBeGreaterThan(10);
  for (const key of keys)
    expect(key).toMatchObject({
      active: true,
      client_id: PARTNER.clientId,
      group_id: expect.stringMatching(/^34\d{4}$/) as string,
      username: expect.stringMatching(/^senler\d+$/) as string,
    });
}

describe.each(["sqlite", "mysql"] as const)("a move on %s", (engine) => {
  test("is noticed by no client", { timeout: 1_800_000, retry: 0 }, async () => {
    const move = await Move.start(engine, SIZE);
    const { witness } = move;
    try {
      await move.play("before", false, FEW);
      expect(witness.faults).toEqual([]);

      // senler's users sign in on pages, where the predecessor can't be asked about them.
      await move.importState("senler");
      await move.setStage(API_NAMES, "mirror");
      move.putInFront();
      await expectExactReport(move);
      await move.play("mirror, killed", true, FEW);
      expect(witness.faults).toEqual([]);

      for (const share of SHARES) {
        await move.setStage(API_NAMES, "fallback", share);
        move.crowd.grow();
        await move.play(`fallback ${share} %`, IS_LONG || share === 50, FEW);
        expect(witness.faults).toEqual([]);
      }

      await move.importState("senler");
      await move.setStage(API_NAMES, "own");
      await move.setDown(API_NAMES, true);
      await move.play("own", true, FEW);
      expect(witness.faults).toEqual([]);
      await expectKeys(move);

      await move.setDown(API_NAMES, false);
      await move.setStage(API_NAMES, "mirror");
      await move.play("mirror again", true, FEW);
      expect(witness.faults).toEqual([]);

      expect(witness.broken).toBeGreaterThan(0);
      expect(witness.total).toBeGreaterThan(IS_LONG ? 3_000 : 300);
      const secrets = [DJANGO_SECRET, PARTNER_KEY, PARTNER.clientSecret, ...witness.secrets];
      expect(secrets.length).toBeGreaterThan(20);
      expect(secrets.filter((secret) => move.fleet.log.includes(secret))).toEqual([]);
    } finally {
      await move.stop();
    }
  });
});
