// The clients of the move are content with the servers that they were written for, and see a fault
// where there is one: so a move without faults says something.
import { afterAll, beforeAll, expect, test } from "vitest";
import { API_NAMES, type ApiName } from "../predecessors/people.ts";
import { type Predecessor, startPredecessor } from "../predecessors/start.ts";
import { Crowd, type Urls } from "./crowd.ts";
import { Witness } from "./witness.ts";

const ACTIVE = 3;
let servers: readonly Predecessor[];
let urls: Urls;
/** How many keys the clients of the last play were given. */
let given: number;

beforeAll(async () => {
  const start = (api: ApiName) => startPredecessor({ api, users: 20, active: ACTIVE });
  servers = await Promise.all(API_NAMES.map(start));
  urls = Object.fromEntries(servers.map(({ seed, url }) => [seed.api, url])) as Urls;
});
afterAll(() => Promise.all(servers.map((server) => server.stop())));

/** Plays with new clients, and returns what they saw. */
async function play(episodes: number): Promise<Witness> {
  const witness = new Witness();
  const crowd = new Crowd(urls, witness, { active: ACTIVE, acting: 2 });
  try {
    await crowd.play(episodes);
    await crowd.check();
    given = crowd.keys.length;
  } finally {
    crowd.close();
  }
  return witness;
}

test("clients find no fault with the old servers, and make every documented call", async () => {
  const witness = await play(3);
  expect(witness.faults).toEqual([]);
  expect(witness.broken).toBe(0);
  expect(given).toBeGreaterThan(6);
  const routes = new Set([...witness.answers.keys()].map((key) => key.replace(/ \d+$/, "")));
  expect([...routes].toSorted()).toEqual([
    "GET /auth/",
    "PATCH /auth/",
    "POST /ajax/cabinet/OAuth2token",
    "POST /login/",
    "POST /oauth/",
    "POST /oauth2/login",
    "POST /oauth2/register",
    "POST /register/",
    "POST /user/create",
    "POST /user/delete",
    "POST /user/login",
    "POST /user/logout",
  ]);
});

test.each(API_NAMES)("a lie of %s is a fault", async (api) => {
  const server = servers.find(({ seed }) => seed.api === api)!;
  await server.behave({ lie: "page" });
  const { faults } = await play(1).finally(() => server.behave());
  expect(faults.length).toBeGreaterThan(0);
});
