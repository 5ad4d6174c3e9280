// A change of the stage is followed by every process within a second.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Stage } from "../../src/domain/predecessor/stage.ts";
import { call } from "../legacy/call.ts";
import { Fleet } from "../move/fleet.ts";
import { IDLE_PASSWORD, personOf } from "../predecessors/people.ts";
import { type Predecessor, startPredecessor } from "../predecessors/start.ts";

const USERS = 1_000;
const FOLLOW_MS = 1_000;
/** By which answer a user who has never come is met in a stage. */
const STATUSES: readonly (readonly [Stage, number])[] = [
  ["mirror", 200],
  ["own", 401],
  ["fallback", 200],
  ["own", 401],
];

describe.each(["sqlite", "mysql"] as const)("two processes on %s", (engine) => {
  let old: Predecessor;
  let fleet: Fleet;
  /** The next user who has never come. */
  let next = 0;

  beforeAll(async () => {
    old = await startPredecessor({ api: "kokids", users: USERS, active: 0 });
    const settings = {
      KOKIDS_PREDECESSOR: old.url,
      SIGN_IN_NETWORK_FAILURES: "1000000",
    };
    fleet = await Fleet.start(engine, settings, 2);
  });
  afterAll(async () => {
    await fleet.stop();
    await old.stop();
  });

  const signIn = async (url: string): Promise<number> => {
    const { email, accId } = personOf("kokids", next++, 0);
    const fields = { AccID: accId, Email: email, Password: IDLE_PASSWORD };
    return (await call(`${url}/user/login`, "POST", fields)).status;
  };

  /** Signs new users in until one of them gets the answer; returns how long that took. */
  async function untilAnswered(url: string, status: number): Promise<number> {
    const start = performance.now();
    for (;;) {
      const askedAt = performance.now() - start;
      if ((await signIn(url)) === status) return askedAt;
      if (askedAt > 10 * FOLLOW_MS) throw new Error(`no process answers ${status}`);
      await delay(20);
    }
  }

  test("follow each change within a second", async () => {
    let changes = 0;
    for (const [stage, status] of STATUSES) {
      await fleet.succeed("predecessor", "stage", "kokids", stage);
      const waits = await Promise.all(fleet.urls.map((url) => untilAnswered(url, status)));
      expect(waits.map((wait) => wait < FOLLOW_MS)).toEqual([true, true]);
      changes += 1;
    }
    expect(changes).toBe(4);
    expect(next).toBeLessThan(USERS);
  });
});
