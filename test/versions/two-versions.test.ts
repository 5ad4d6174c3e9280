// The release before and this one side by side on one database: no error, and nothing is lost.
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, install } from "../process/latchkey.ts";
import { unpackReleaseBefore } from "./release-before.ts";
import { EPISODES, playUpgrades } from "./upgrades.ts";

let before: { readonly root: string };
beforeAll(async () => {
  before = await unpackReleaseBefore();
});
afterAll(() => rm(before.root, { recursive: true }));

describe.each(["sqlite", "mysql"] as const)("two versions on one schema: %s", (engine) => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await install(engine);
  });
  afterAll(() => installation.remove());

  test("serves without an error while this one comes, goes and comes back", async () => {
    const { ledger, failures, wrong, ends } = await playUpgrades(installation, before, 1);
    expect(failures).toEqual([]);
    const none = { lostTokens: [], revivedTokens: [], lostUsers: [], revivedUsers: [] };
    expect(wrong).toEqual([none, none, none]);
    const clean = { code: 0, signal: null };
    expect(ends).toEqual([clean, clean, clean]);
    expect(ledger.users.size).toBeGreaterThan((3 * EPISODES) / 2);
    expect(ledger.ended.size).toBeGreaterThan(3 * EPISODES);
  });
});
