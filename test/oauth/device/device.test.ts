// Device authorization, RFC 8628: the device asks, the user answers on the page, and the tokens
// come once.
import { describe, expect, test } from "vitest";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { post, register, type Registered, send } from "../flow.ts";
import { addResource } from "../resources/use-resources.ts";

const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
const PAGES = {
  en: { go: "Connect a device", allowed: "go back to your device", warning: "sent you the code" },
  ru: { go: "Подключение", allowed: "вернуться к устройству", warning: "прислал другой человек" },
  zh: { go: "连接设备", allowed: "返回设备", warning: "他人发给您" },
} as const;

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const clock = movableClock();
  const used = useServer({ engine, clock });
  const television = (more: { readonly public?: boolean } = {}) =>
    register(used.administrator, {
      ...more,
      grantTypes: [DEVICE, "refresh_token"],
      redirectUris: [],
    });
  const start = async (client: Registered, form: Record<string, string> = {}) =>
    (await send(`${used.url}/oauth2/device_authorization`, { form, client })).json;
  const poll = (client: Registered, code: unknown, more: Record<string, string> = {}) =>
    post(used.url, "token", { grant_type: DEVICE, device_code: String(code), ...more }, client);
  const errorOf = async (client: Registered, code: unknown) =>
    (await poll(client, code)).json["error"];
  const visitor = async (language = "en") => {
    const user = await used.signUp();
    const agent = new Agent(used.url);
    await agent.signIn(user);
    await agent.get(`/device?lang=${language}`);
    return { user, agent };
  };
  const type = async (agent: Agent, code: unknown) => {
    await agent.get("/device");
    return agent.post("/device", { user_code: String(code) });
  };
  const answer = (agent: Agent, said: "allow" | "refuse") =>
    agent.post("/device/decide", { decision: agent.hidden("decision"), answer: said });
  const nameOf = async (token: unknown) =>
    (await used.as(String(token)).users.getUser({ userId: "me" })).user?.id;

  test.each(["en", "ru", "zh"] as const)("in %s a user connects a device", async (language) => {
    const client = await television({ public: language === "zh" });
    const started = await start(client, { scope: "profile" });
    expect(started).toEqual({
      device_code: expect.stringMatching(/^lkd_[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${used.url}/device`,
      verification_uri_complete: `${used.url}/device?user_code=${String(started["user_code"])}`,
      expires_in: 900,
      interval: 5,
    });
    const { device_code: code, user_code } = started;
    expect(await errorOf(client, code)).toBe("authorization_pending");
    const { user, agent } = await visitor(language);
    expect(agent.page).toContain(PAGES[language].go);
    // The link only fills the code in.
    await agent.get(String(started["verification_uri_complete"]));
    expect(agent.page).toContain(`value="${String(user_code)}"`);
    expect(agent.hidden("decision")).toBe("");
    await type(agent, String(user_code).toLowerCase().replace("-", " "));
    expect(agent.page).toContain(PAGES[language].warning);
    expect(agent.page).toContain("A client");
    const done = await (await answer(agent, "allow")).text();
    expect(done).toContain(PAGES[language].allowed);
    const { status, json } = await poll(client, code);
    expect([status, json["scope"]]).toEqual([200, "profile"]);
    expect(await nameOf(json["access_token"])).toBe(user.id);
    expect(json["refresh_token"]).toMatch(/^lkr_/);
    expect(await errorOf(client, code)).toBe("invalid_grant");
    const { grants } = await user.oauth.listGrants({ userId: "me" });
    expect(grants).toMatchObject([{ clientId: client.id, scopes: ["profile"] }]);
  });

  test("a device that asks too often is slowed down, and expires", async () => {
    const client = await television();
    const { device_code: code, user_code } = await start(client);
    expect(await errorOf(client, code)).toBe("authorization_pending");
    expect(await errorOf(client, code)).toBe("slow_down");
    clock.pass(6_000);
    expect(await errorOf(client, code)).toBe("slow_down");
    clock.pass(16_000);
    expect(await errorOf(client, code)).toBe("authorization_pending");
    const { agent } = await visitor();
    await type(agent, user_code);
    clock.pass(15 * MINUTE);
    expect((await answer(agent, "allow")).headers.get("location")).toBe("/device?notice=lost");
    expect((await type(agent, user_code)).status).toBe(422);
    expect(await errorOf(client, code)).toBe("expired_token");
  });

  test("a refusal is access_denied, and final", async () => {
    const client = await television();
    const { device_code: code, user_code } = await start(client);
    const { user, agent } = await visitor();
    await type(agent, user_code);
    const decision = agent.hidden("decision");
    await answer(agent, "refuse");
    expect(await errorOf(client, code)).toBe("access_denied");
    const again = await agent.post("/device/decide", { decision, answer: "allow" });
    expect(again.headers.get("location")).toBe("/device?notice=lost");
    expect(await errorOf(client, code)).toBe("access_denied");
    expect((await user.oauth.listGrants({ userId: "me" })).grants).toEqual([]);
  });

  test("is refused to other clients, and another session can't answer", async () => {
    const [client, other] = [await television(), await television()];
    const { device_code: code, user_code } = await start(client);
    expect(await errorOf(other, code)).toBe("invalid_grant");
    expect(await errorOf(client, "lkd_unknown")).toBe("invalid_grant");
    expect(await errorOf(client, "")).toBe("invalid_request");
    const plain = await register(used.administrator);
    expect((await start(plain))["error"]).toBe("unauthorized_client");
    expect((await poll(plain, code)).json["error"]).toBe("unauthorized_client");
    expect((await start({ id: client.id, secret: "wrong" }))["error"]).toBe("invalid_client");
    const [{ agent }, { agent: stranger }] = [await visitor(), await visitor()];
    await type(agent, user_code);
    const decision = agent.hidden("decision");
    const taken = await stranger.post("/device/decide", { decision, answer: "allow" });
    expect(taken.headers.get("location")).toBe("/device?notice=lost");
    expect((await agent.post("/device/decide", { decision, answer: "x" })).status).toBe(400);
    const guest = new Agent(used.url);
    const first = await guest.get(`/device?user_code=${String(user_code)}`);
    expect(first.headers.get("location")).toMatch(/^\/sign-in\?return=%2Fdevice%3Fuser_code%3D/);
  });

  test("tokens are for the resources that the device asks for", async () => {
    const client = await television();
    const resource = await addResource(used);
    const { device_code: code, user_code } = await start(client, {
      resource: resource.uri,
      scope: "orders:read",
    });
    const { agent } = await visitor();
    await type(agent, user_code);
    expect(agent.page).toContain("do orders:read");
    await answer(agent, "allow");
    const { json } = await poll(client, code);
    expect(json["scope"]).toBe("orders:read");
    const seen = await post(
      used.url,
      "introspect",
      { token: String(json["access_token"]) },
      client,
    );
    expect(seen.json).toMatchObject({ aud: resource.uri });
  });

  test("a consent that ends before the device asks gives nothing", async () => {
    const ends = [
      async (user: SignedIn) => {
        const { grants } = await user.oauth.listGrants({ userId: "me" });
        await user.oauth.revokeGrant({ grantId: grants[0]!.id });
      },
      (user: SignedIn) => used.administrator.users.endUserAccess({ userId: user.id }),
      (user: SignedIn) => used.administrator.users.lockUser({ userId: user.id, reason: "x" }),
    ];
    let count = 0;
    for (const end of ends) {
      const client = await television();
      const { device_code: code, user_code } = await start(client);
      const { user, agent } = await visitor();
      await type(agent, user_code);
      await answer(agent, "allow");
      await end(user);
      expect(await errorOf(client, code)).toBe("invalid_grant");
      count++;
    }
    expect(count).toBe(3);
  });

  test("20 requests at once get tokens once, and 20 answers count once", async () => {
    const client = await television();
    const { device_code: code, user_code } = await start(client);
    const { agent } = await visitor();
    await type(agent, user_code);
    const decision = agent.hidden("decision");
    const formToken = agent.hidden("form_token");
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        agent.post("/device/decide", {
          form_token: formToken,
          decision,
          answer: index % 2 === 0 ? "allow" : "refuse",
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const got = await Promise.all(Array.from({ length: 20 }, () => poll(client, code)));
    const tokens = got.filter(({ status }) => status === 200);
    const wasAllowed = answers.findIndex(({ status }) => status === 200) % 2 === 0;
    expect(tokens).toHaveLength(wasAllowed ? 1 : 0);
    const errors = new Set(got.map(({ json }) => json["error"]));
    errors.delete(undefined);
    expect([...errors]).toEqual([wasAllowed ? "invalid_grant" : "access_denied"]);
  });

  test("wrong codes are limited", async () => {
    const { agent } = await visitor();
    expect((await type(agent, "AEIO-UAEI")).status).toBe(422);
    const statuses: number[] = [];
    for (let tries = 0; tries < 21; tries++) statuses.push((await type(agent, "BCDF-GHJK")).status);
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 422), 429]);
  });

  test("metadata names the endpoint", async () => {
    const response = await fetch(`${used.url}/.well-known/oauth-authorization-server`);
    expect(await response.json()).toMatchObject({
      device_authorization_endpoint: `${used.url}/oauth2/device_authorization`,
      grant_types_supported: expect.arrayContaining([DEVICE]),
    });
  });
});
