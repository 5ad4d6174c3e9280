// A client that an administrator has switched off: what is refused everywhere, at once, and what
// works again.
import { beforeAll, describe, expect, test } from "vitest";
import { refusalOf } from "../clients/refusal.ts";
import { call } from "../legacy/call.ts";
import { stores } from "../mariadb.ts";
import { startServer, type TestServer } from "../server.ts";
import { type SignedIn, unique, useServer } from "../use-server.ts";
import { Agent } from "../web/agent.ts";
import {
  agree,
  clientToken,
  type FormAnswer,
  isActive,
  newPkce,
  post,
  redeem,
  REDIRECT_URI,
  refresh,
  register,
  type Registered,
} from "./flow.ts";

const engines = stores.map(({ engine }) => engine);

describe.each(engines)("a disabled client on %s", (engine) => {
  const used = useServer({ engine });
  let user: SignedIn;
  beforeAll(async () => {
    user = await used.signUp();
  });

  const disable = ({ id }: Pick<Registered, "id">) =>
    used.administrator.oauth.disableClient({ clientId: id, reason: "It is a fraud." });
  const enable = ({ id }: Pick<Registered, "id">) =>
    used.administrator.oauth.enableClient({ clientId: id });
  const reasonOf = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => "done",
      (error: unknown) => refusalOf(error).reason,
    );
  const authorizePath = ({ id }: Pick<Registered, "id">): string =>
    `/oauth2/authorize?${new URLSearchParams({
      client_id: id,
      redirect_uri: REDIRECT_URI,
      response_type: "code",
      code_challenge: newPkce().challenge,
      code_challenge_method: "S256",
    })}`;

  test("is refused everywhere, with its codes and tokens, until it is on", async () => {
    const client = await register(used.administrator, {
      grantTypes: ["authorization_code", "refresh_token", "client_credentials"],
      scopes: ["profile", "users.read"],
    });
    const [first, second] = [await agree(user, client), await agree(user, client)];
    const { json } = await redeem(used.url, client, first);
    const [access, renewal] = [String(json["access_token"]), String(json["refresh_token"])];
    const own = await clientToken(used.url, client);
    const agent = new Agent(used.url);
    await agent.signIn(user);
    // A page that was shown before.
    await agent.get(authorizePath({ id: (await register(used.administrator)).id }));
    const shown = await register(used.administrator);
    await agent.get(authorizePath(shown));
    await disable(shown);
    const answered = await agent.post("/consent", {
      decision: agent.hidden("decision"),
      answer: "allow",
    });
    expect([answered.status, answered.headers.get("location")]).toEqual([403, null]);
    expect(agent.page).toContain("Application switched off");

    const isRefused = ({ status, json: body }: FormAnswer): unknown[] => [status, body["error"]];
    const endpoints = (): Promise<FormAnswer>[] => [
      redeem(used.url, client, second),
      refresh(used.url, client, renewal),
      post(used.url, "token", { grant_type: "client_credentials" }, client),
      post(used.url, "introspect", { token: access }, client),
      post(used.url, "revoke", { token: access }, client),
    ];
    const { client: off } = await disable(client);
    expect(off).toMatchObject({ disabled: true, disableReason: "It is a fraud." });
    const answers = await Promise.all(endpoints());
    expect(answers.map(isRefused)).toEqual(
      Array.from({ length: 5 }, () => [401, "invalid_client"]),
    );
    expect(answers[0]?.json).toEqual(
      (
        await post(
          used.url,
          "token",
          { grant_type: "client_credentials" },
          { id: "no", secret: "x" },
        )
      ).json,
    );
    expect([
      await reasonOf(used.as(access).users.getUser({ userId: "me" })),
      await reasonOf(used.as(own).users.listUsers({})),
      await reasonOf(agree(user, client)),
    ]).toEqual(["TOKEN_INVALID", "TOKEN_INVALID", "CLIENT_UNAUTHORIZED"]);
    const { clientId: id, clientSecret: secret } = used.server.administrator;
    for (const token of [access, renewal, own])
      expect(await isActive(used.url, { id, secret }, token)).toBe(false);
    for (const [language, text] of [
      ["en", "Application switched off"],
      ["ru", "Приложение отключено"],
      ["zh", "应用已停用"],
    ] as const) {
      const page = await agent.get(`${authorizePath(client)}&lang=${language}`);
      expect([page.status, page.headers.get("location")]).toEqual([403, null]);
      expect(agent.page).toContain(text);
      expect(agent.page).not.toContain(REDIRECT_URI);
    }

    expect((await enable(client)).client).toMatchObject({ disabled: false, disableReason: "" });
    for (const token of [access, renewal, own])
      expect(await isActive(used.url, { id, secret }, token)).toBe(true);
    expect((await used.as(access).users.getUser({ userId: "me" })).user?.id).toBe(user.id);
    expect((await used.as(own).users.listUsers({ pageSize: 1 })).users).toHaveLength(1);
    expect((await redeem(used.url, client, second)).status).toBe(200);
    expect((await refresh(used.url, client, renewal)).status).toBe(200);
  });

  test("without a secret is refused too", async () => {
    const client = await register(used.administrator, { public: true });
    const agreed = await agree(user, client);
    await disable(client);
    const { status, json } = await redeem(used.url, client, agreed);
    expect([status, json["error"]]).toEqual([401, "invalid_client"]);
    await enable(client);
    expect((await redeem(used.url, client, agreed)).status).toBe(200);
  });

  test("of senler gets what an unknown one gets, and its keys end for a while", async () => {
    const { id: ownerId } = user;
    const { group } = await used.administrator.users.createGroup({ name: "Tea", ownerId });
    const client = await register(used.administrator, { apis: ["senler"], scopes: ["groups"] });
    const codes: string[] = [];
    for (let count = 0; count < 2; count++) {
      const { code } = await user.oauth.authorize({ clientId: client.id, groupId: group!.id });
      codes.push(code);
    }
    const exchange = (code: string, { id, secret }: Registered) =>
      call(
        `${used.url}/ajax/cabinet/OAuth2token?${new URLSearchParams({
          client_id: id,
          client_secret: secret,
          redirect_uri: REDIRECT_URI,
          code,
        })}`,
        "GET",
      );
    const key = (JSON.parse((await exchange(codes[0]!, client)).text) as { access_token: string })
      .access_token;
    const { clientId: id, clientSecret: secret } = used.server.administrator;
    expect(await isActive(used.url, { id, secret }, key)).toBe(true);
    await disable(client);
    const refused = await exchange(codes[1]!, client);
    const unknown = await exchange(codes[1]!, { ...client, id: "unknown" });
    expect([refused.status, refused.text]).toEqual([unknown.status, unknown.text]);
    expect(refused.text).toContain('"success":false');
    expect(await isActive(used.url, { id, secret }, key)).toBe(false);
    const page = await call(
      `${used.url}/cabinet/OAuth2authorize?${new URLSearchParams({
        client_id: client.id,
        redirect_uri: REDIRECT_URI,
      })}`,
      "GET",
    );
    expect([page.status, page.headers.get("location")]).toEqual([403, null]);
    expect(page.text).toContain("Application switched off");
    await enable(client);
    expect(await isActive(used.url, { id, secret }, key)).toBe(true);
    expect((await exchange(codes[1]!, client)).text).toContain("access_token");
  });

  test("of zimoxy gets what a wrong key gets", async () => {
    const client = await register(used.administrator, { apis: ["zimoxy"], scopes: [] });
    const form = { login: unique(), password: unique(), ip: "192.0.2.1" };
    const registerUser = (key: string) =>
      call(
        `${used.url}/oauth2/register`,
        "POST",
        { ...form, email: `${form.login}@example.com` },
        { authorization: key },
      );
    const login = (key: string) =>
      call(`${used.url}/oauth2/login`, "POST", form, { authorization: key });
    expect((await registerUser(client.secret)).status).toBe(200);
    expect((await login(client.secret)).status).toBe(200);
    await disable(client);
    for (const ask of [registerUser, login]) {
      const [refused, wrong] = [await ask(client.secret), await ask("wrong")];
      expect([refused.status, refused.text]).toEqual([wrong.status, wrong.text]);
    }
    await enable(client);
    expect((await login(client.secret)).status).toBe(200);
  });

  test("with a secret pair gets what an unknown one gets", async () => {
    const [username, password] = [unique(), unique()];
    const account = { username, email: `${unique()}@example.com`, password };
    const data = async <Data>(answer: Promise<{ text: string }>): Promise<Data> =>
      (JSON.parse((await answer).text) as { data: Data }).data;
    const { token } = await data<{ token: string }>(call(`${used.url}/register/`, "POST", account));
    const { secret_id: id, secret_value: secret } = await data<
      Record<"secret_id" | "secret_value", string>
    >(call(`${used.url}/auth/`, "PATCH", { is_developer: "true" }, { authorization: token }));
    const place = (secretId: string): string =>
      `?${new URLSearchParams({ secret_id: secretId, redirect_uri: "http://example.com" })}`;
    const signIn = (secretId: string) =>
      call(`${used.url}/login/${place(secretId)}`, "POST", { username, password });
    const redeemPair = (secretId: string, code: string) =>
      call(`${used.url}/oauth/`, "POST", {
        secret_id: secretId,
        secret_value: secret,
        authorization_code: code,
      });
    const { authorization_code: code } = await data<{ authorization_code: string }>(signIn(id));
    await disable({ id });
    const asked = [
      [await signIn(id), await signIn("unknown")],
      [await redeemPair(id, code), await redeemPair("unknown", code)],
    ] as const;
    for (const [refused, unknown] of asked)
      expect([refused.status, refused.text]).toEqual([unknown.status, unknown.text]);
    const page = await call(`${used.url}/oauth/${place(id)}`, "GET");
    expect([page.status, page.headers.get("location")]).toEqual([403, null]);
    expect(page.text).toContain("Application switched off");
    await enable({ id });
    expect((await redeemPair(id, code)).status).toBe(200);
  });

  test("is refused by another server on the same database at once", async () => {
    const database = await stores.find((store) => store.engine === engine)!.empty();
    const servers = [await startServer(database.options), await startServer(database.options)];
    try {
      const [first, second] = servers as [TestServer, TestServer];
      const authorization = `Bearer ${await first.administratorToken()}`;
      const { clientId: id, clientSecret: secret } = second.administrator;
      const ask = (to: TestServer) =>
        post(to.url, "token", { grant_type: "client_credentials" }, { id, secret });
      const change = async (act: string) => {
        const { status } = await fetch(`${first.url}/v1/clients/${id}:${act}`, {
          method: "POST",
          headers: { authorization, "content-type": "application/json" },
          body: JSON.stringify(act === "disable" ? { reason: "x" } : {}),
        });
        expect(status).toBe(200);
      };
      for (let times = 0; times < 5; times++) {
        expect((await ask(second)).status).toBe(200);
        await change("disable");
        expect((await ask(second)).status).toBe(401);
        await change("enable");
      }
    } finally {
      for (const server of servers) await server.stop();
      await database.remove();
    }
  });
});
