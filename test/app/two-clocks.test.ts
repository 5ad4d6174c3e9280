// Two processes on one database, on machines whose clocks are ten minutes apart: what expires does
// so at the same time in both. Time passes at the database, by the test.
import { createConnectTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newSecret } from "../../src/commands/cli/data-dir.ts";
import { database } from "../../src/commands/doctor/database.ts";
import { readConfig } from "../../src/config/settings.ts";
import { type Clock, systemClock } from "../../src/domain/clock.ts";
import { DatabaseClock } from "../../src/domain/database-clock.ts";
import type { Store } from "../../src/domain/store.ts";
import { openStore } from "../../src/store/engine/create-store.ts";
import { letterTo } from "../email/mailbox.ts";
import { DAY, MINUTE } from "../identity/clock.ts";
import { createDatabase } from "../mariadb.ts";
import { agree, redeem, refresh, register, type Registered, send } from "../oauth/flow.ts";
import { dpopProof, newKey, seconds } from "../oauth/proofs/keys.ts";
import { startServer, type TestServer } from "../server.ts";
import { type Api, apiOf, unique } from "../use-server.ts";
import { Agent } from "../web/agent.ts";

/** How far the machines are from the database. */
const APART = { ahead: 5 * MINUTE, behind: -5 * MINUTE };

interface Process {
  readonly server: TestServer;
  readonly clock: DatabaseClock;
}

let url: string;
let store: Store;
let [ahead, behind]: Process[] = [];
let passed = 0;

/** A machine's clock. */
const wall = (by: number): Clock => ({ ...systemClock, now: () => systemClock.now() + by });

async function start(by: number): Promise<Process> {
  const source = {
    time: async () => {
      const measured = (await store.time())!;
      return { ...measured, time: measured.time + passed };
    },
  };
  const clock = new DatabaseClock(source, wall(by));
  await clock.measure();
  return { server: await startServer({ kind: "mysql", url }, {}, clock), clock };
}

/** Lets time pass at the database, until both processes have measured it again. */
async function pass(milliseconds: number): Promise<void> {
  passed += milliseconds;
  await Promise.all([ahead!.clock.measure(), behind!.clock.measure()]);
}

beforeAll(async () => {
  url = await createDatabase();
  store = await openStore({ kind: "mysql", url });
  ahead = await start(APART.ahead);
  behind = await start(APART.behind);
});
afterAll(async () => {
  await ahead!.server.stop();
  await behind!.server.stop();
  await store.close();
});

const api = ({ server }: Process, token?: string): Api =>
  apiOf(createConnectTransport({ baseUrl: server.url, httpVersion: "1.1" }), token);

/** A user who signs in at a process, and a client that the user may agree to. */
async function enter(at: Process) {
  const administrator = api(at, await at.server.administratorToken());
  const [email, password] = [`${unique()}@example.com`, unique("password ")];
  const { user } = await administrator.users.createUser({ email, password });
  const signedIn = await api(at).users.signIn({
    identifier: { case: "email", value: email },
    password,
  });
  const token = signedIn.accessToken;
  const client: Registered = await register(administrator);
  return { id: user!.id, email, password, token, client, user: api(at, token), administrator };
}

/** Both ways: what one process issues is used at the other. */
const WAYS = [
  ["from ahead to behind", () => [ahead!, behind!] as const],
  ["from behind to ahead", () => [behind!, ahead!] as const],
] as const;

describe.each(WAYS)("%s", (_, way) => {
  test("a code is good for 60 seconds", async () => {
    const [issuer, other] = way();
    const { client, user } = await enter(issuer);
    const [early, late] = [await agree(user, client), await agree(user, client)];
    await pass(50_000);
    expect((await redeem(other.server.url, client, early)).status).toBe(200);
    await pass(10_001);
    expect(await redeem(other.server.url, client, late)).toMatchObject({
      status: 400,
      json: { error: "invalid_grant" },
    });
  });

  test("access and refresh tokens expire once for both", async () => {
    const [issuer, other] = way();
    const { client, user } = await enter(issuer);
    const { json } = await redeem(issuer.server.url, client, await agree(user, client));
    const isSelf = async () =>
      (
        await fetch(`${other.server.url}/v1/users/me`, {
          headers: { authorization: `Bearer ${String(json["access_token"])}` },
        })
      ).status;
    await pass(60 * MINUTE - 30_000);
    expect(await isSelf()).toBe(200);
    await pass(30_001);
    expect(await isSelf()).toBe(401);
    await pass(14 * DAY - 61 * MINUTE);
    const next = await refresh(other.server.url, client, json["refresh_token"]);
    expect(next.status).toBe(200);
    await pass(14 * DAY + 1);
    expect((await refresh(issuer.server.url, client, next.json["refresh_token"])).status).toBe(400);
  });

  test("a session ends once for both", async () => {
    const [issuer, other] = way();
    const { token } = await enter(issuer);
    const self = () => api(other, token).users.getUser({ userId: "me" });
    await pass(14 * DAY - MINUTE);
    expect((await self()).user).toBeDefined();
    await pass(14 * DAY + MINUTE);
    await expect(self()).rejects.toThrow();
  });

  test("a link in an e-mail works for 15 minutes", async () => {
    const [issuer, other] = way();
    const { id, email, administrator } = await enter(issuer);
    await administrator.users.sendPasswordReset({ userId: id });
    const { pathname, search } = new URL((await letterTo(issuer.server.mailFolder, email)).link);
    const open = async () => (await new Agent(other.server.url).get(pathname + search)).status;
    await pass(15 * MINUTE - 30_000);
    expect(await open()).toBe(200);
    await pass(30_001);
    expect(await open()).toBe(410);
  });

  test("a limit is one for both, and ends with its window", async () => {
    const [counting, other] = way();
    const { email, password } = await enter(counting);
    const signIn = async (at: Process, word: string): Promise<Response> =>
      fetch(`${at.server.url}/v1/sessions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email, password: word }),
      });
    for (let tries = 0; tries < 10; tries++) await signIn(counting, "wrong");
    const refused = await signIn(other, password);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(5 * 60);
    await pass(5 * MINUTE + 1);
    expect((await signIn(other, password)).status).toBe(200);
  });

  test("a proof is of now by the time of the database", async () => {
    const [issuer, other] = way();
    const { client, user } = await enter(issuer);
    const key = await newKey();
    const tokenUrl = `${other.server.url}/oauth2/token`;
    const redeemAt = async (iat: number) => {
      const { code, verifier } = await agree(user, client);
      return send(tokenUrl, {
        form: {
          grant_type: "authorization_code",
          code,
          code_verifier: verifier,
          redirect_uri: "https://client.example.com/callback",
        },
        client,
        headers: {
          dpop: await dpopProof(key, { method: "POST", url: tokenUrl }, { claims: { iat } }),
        },
      });
    };
    const now = seconds() + Math.floor(passed / 1000);
    expect((await redeemAt(now)).status).toBe(200);
    expect((await redeemAt(now - 6 * 60)).json).toMatchObject({ error: "invalid_dpop_proof" });
    expect((await redeemAt(now + 3 * 60)).json).toMatchObject({ error: "invalid_dpop_proof" });
  });
});

describe("a machine whose clock is far off", () => {
  const readiness = async ({ server }: Process) => {
    const response = await fetch(`${server.url}/readyz`);
    return [response.status, await response.json()];
  };
  const TEXTS = { ahead: "300 s ahead of", behind: "300 s behind" };

  test("is ready, and says so", async () => {
    await pass(-passed);
    for (const [name, process] of [
      ["ahead", ahead!],
      ["behind", behind!],
    ] as const) {
      const detail = `this machine's clock is ${TEXTS[name]} the database's`;
      expect(await readiness(process)).toEqual([200, { status: "ok", detail }]);
      const metric = (await process.server.metrics()).get("latchkey_clock_ahead_seconds")!;
      expect(Math.abs(metric - APART[name] / 1000)).toBeLessThan(5);
    }
  });

  test("is found by doctor", async () => {
    const now = vi.spyOn(systemClock, "now");
    const finding = async (by: number) => {
      now.mockImplementation(() => Date.now() + by);
      const found = await database(readConfig({ DATABASE_URL: url, LATCHKEY_SECRET: newSecret() }));
      return found.find(({ subject }) => subject === "clock");
    };
    expect(await finding(5 * MINUTE)).toMatchObject({
      level: "fail",
      text: expect.stringMatching(/this machine's clock is (299|300) s ahead of the database's/),
    });
    expect(await finding(-5 * MINUTE)).toMatchObject({ level: "fail" });
    expect(await finding(30_000)).toMatchObject({ level: "warn" });
    now.mockRestore();
  });
});
