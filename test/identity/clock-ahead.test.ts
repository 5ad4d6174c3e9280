// What clients see after a clock that was a day ahead is put right.
import { describe, expect, test } from "vitest";
import { stores } from "../mariadb.ts";
import {
  agree,
  isActive,
  newPkce,
  post,
  redeem,
  REDIRECT_URI,
  refresh,
  register,
  send,
} from "../oauth/flow.ts";
import { dpopProof, newKey } from "../oauth/proofs/keys.ts";
import { unique, useServer } from "../use-server.ts";
import { Agent } from "../web/agent.ts";
import { DAY, MINUTE, movableClock } from "./clock.ts";

const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

describe.each(stores.map(({ engine }) => engine))("on %s", (engine) => {
  const clock = movableClock();
  const used = useServer({ engine: engine, clock });
  const signIn = (username: string, password: string): Promise<Response> =>
    fetch(`${used.url}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password }),
    });

  test("a lock-out of an account ends", async () => {
    const { username, password } = await used.signUp();
    clock.pass(DAY);
    for (let tries = 0; tries < 10; tries++)
      expect((await signIn(username, "wrong")).status).not.toBe(429);
    expect((await signIn(username, password)).status).toBe(429);
    clock.pass(-DAY);
    expect((await signIn(username, password)).status).toBe(200);
    for (let tries = 0; tries < 10; tries++) await signIn(username, "wrong");
    const refused = await signIn(username, password);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(5 * 60);
    clock.pass(5 * MINUTE);
    expect((await signIn(username, password)).status).toBe(200);
  });

  test("a lock-out of a network ends, also in the memory of the process", async () => {
    clock.pass(DAY);
    const statuses: number[] = [];
    for (let tries = 0; tries < 302; tries++)
      statuses.push((await signIn(unique(), "wrong")).status);
    expect(statuses.slice(-1)).toEqual([429]);
    clock.pass(-DAY);
    expect((await signIn(unique(), "wrong")).status).toBe(401);
  });

  test("a proof that was used stays used", async () => {
    const grantTypes = ["client_credentials"];
    const client = await register(used.administrator, { grantTypes, scopes: ["users.read"] });
    const url = `${used.url}/oauth2/token`;
    const claims = { iat: Math.floor(clock.now() / 1_000) };
    const dpop = await dpopProof(await newKey(), { method: "POST", url }, { claims });
    const form = { grant_type: "client_credentials" };
    const use = async () => (await send(url, { form, client, headers: { dpop } })).status;
    expect([await use(), await use()]).toEqual([200, 400]);
    // By so much a proof may be ahead, and by more than the skew of the clocks.
    clock.pass(-50_000);
    expect(await use()).toBe(400);
    clock.pass(50_000);
  });

  test("a secret that was replaced at once doesn't come back", async () => {
    const client = await register(used.administrator);
    clock.pass(30 * MINUTE);
    await used.administrator.oauth.rotateClientSecret({ clientId: client.id });
    clock.pass(-30 * MINUTE);
    const { status, json } = await post(used.url, "revoke", { token: "x" }, client);
    expect([status, json["error"]]).toEqual([401, "invalid_client"]);
  });

  test("an answer to a page that was shown ahead of now is too late", async () => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const agent = new Agent(used.url);
    await agent.signIn(user);
    const ask = async () => {
      const { challenge } = newPkce();
      const asked = {
        response_type: "code",
        client_id: client.id,
        redirect_uri: REDIRECT_URI,
        code_challenge: challenge,
        code_challenge_method: "S256",
      };
      await agent.get(`/oauth2/authorize?${new URLSearchParams(asked)}`);
      return agent.hidden("decision");
    };
    const answer = async (decision: string) =>
      (await agent.post("/consent", { decision, answer: "allow" })).headers.get("location");
    clock.pass(30 * MINUTE);
    const [early, late] = [await ask(), await ask()];
    expect(await answer(early)).toContain("code=");
    clock.pass(-30 * MINUTE);
    expect([await answer(early), await answer(late)]).toEqual([null, null]);
  });

  test("a device isn't slowed down for longer than its interval", async () => {
    const client = await register(used.administrator, { grantTypes: [DEVICE_CODE] });
    const { json } = await send(`${used.url}/oauth2/device_authorization`, { form: {}, client });
    const form = { grant_type: DEVICE_CODE, device_code: String(json["device_code"]) };
    const poll = async () => (await post(used.url, "token", form, client)).json["error"];
    clock.pass(5 * MINUTE);
    expect(await poll()).toBe("authorization_pending");
    clock.pass(-5 * MINUTE);
    expect(await poll()).toBe("authorization_pending");
    expect(await poll()).toBe("slow_down");
  });

  test.each([
    ["lives on when the clock is put back by 20 s", -20_000, true],
    ["has ended when the clock is put back by an hour", -60 * MINUTE, false],
  ])("what is short-lived %s", async (_, passed, alive) => {
    const user = await used.signUp();
    const grantTypes = ["authorization_code", "refresh_token", DEVICE_CODE];
    const client = await register(used.administrator, { grantTypes });
    const [early, late] = [await agree(user, client), await agree(user, client)];
    const { json } = await redeem(used.url, client, early);
    const device = await fetch(`${used.url}/oauth2/device_authorization`, {
      method: "POST",
      body: new URLSearchParams({ client_id: client.id, client_secret: client.secret }),
    });
    const { device_code = "" } = (await device.json()) as Record<string, string>;
    clock.pass(passed);
    expect(await isActive(used.url, client, json["access_token"])).toBe(alive);
    expect((await redeem(used.url, client, late)).json["error"]).toBe(
      alive ? undefined : "invalid_grant",
    );
    const form = { grant_type: DEVICE_CODE, device_code };
    expect((await post(used.url, "token", form, client)).json["error"]).toBe(
      alive ? "authorization_pending" : "expired_token",
    );
    // The client goes on by itself.
    const renewed = await refresh(used.url, client, json["refresh_token"]);
    expect(renewed.status).toBe(200);
    expect(await isActive(used.url, client, renewed.json["access_token"])).toBe(true);
    clock.pass(-passed);
  });
});
