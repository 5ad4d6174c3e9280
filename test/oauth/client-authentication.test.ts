// How clients prove who they are, and what every token endpoint makes of requests that are not as
// they should be.
import { describe, expect, test } from "vitest";
import { useServer } from "../use-server.ts";
import {
  agree,
  basic,
  clientToken,
  type Form,
  type FormAnswer,
  post,
  send,
  redeem,
  register,
  type Registered,
} from "./flow.ts";

const used = useServer();
const GRANT = { grant_type: "client_credentials" };
const confidential = (scopes = ["users.read"]): Promise<Registered> =>
  register(used.administrator, { grantTypes: ["client_credentials"], scopes });
const token = (
  form: Form,
  client?: Registered,
  headers?: Record<string, string>,
): Promise<FormAnswer> => send(`${used.url}/oauth2/token`, { form, client, headers });

describe("is made", () => {
  test("by Basic, by post, and the two halves may be form-encoded", async () => {
    const client = await confidential();
    const { id, secret } = client;
    const encoded = (text: string): string =>
      [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");
    const raw = (text: string): Record<string, string> => ({
      authorization: `Basic ${Buffer.from(text).toString("base64")}`,
    });
    for (const headers of [
      raw(`${id}:${secret}`),
      raw(`${encoded(id)}:${encoded(secret)}`),
      { authorization: basic(client).replace("Basic", "bASIC  ") },
    ]) {
      expect((await token(GRANT, undefined, headers)).status).toBe(200);
    }
    expect((await token({ ...GRANT, client_id: id, client_secret: secret })).status).toBe(200);
    expect((await token({ ...GRANT, client_id: id }, client)).status).toBe(200);
  });

  test("by a public client with its name alone, in either way", async () => {
    const client = await register(used.administrator, { public: true });
    const user = await used.signUp();
    expect((await redeem(used.url, client, await agree(user, client))).status).toBe(200);
    expect(
      (await redeem(used.url, undefined, await agree(user, client), { client_id: client.id }))
        .status,
    ).toBe(200);
    expect((await redeem(used.url, undefined, await agree(user, client))).json["error"]).toBe(
      "invalid_client",
    );
  });
});

describe("fails", () => {
  const assertRefused = ({ status, headers, json }: FormAnswer): void => {
    expect([status, json["error"]]).toEqual([401, "invalid_client"]);
    expect(headers.get("www-authenticate")).toMatch(/^Basic realm=/);
    expect(headers.get("cache-control")).toBe("no-store");
  };

  test.each(["token", "revoke", "introspect"] as const)(
    "at %s, alike for an unknown client and a wrong secret",
    async (endpoint) => {
      const { id } = await confidential();
      const form = endpoint === "token" ? GRANT : { token: "lka_x" };
      const answers = await Promise.all(
        [
          { id, secret: "lkcs_wrong" },
          { id: "unknown", secret: "lkcs_wrong" },
        ].map((client) => post(used.url, endpoint, form, client)),
      );
      answers.forEach(assertRefused);
      expect(answers[0]!.json).toEqual(answers[1]!.json);
      assertRefused(await post(used.url, endpoint, form));
      assertRefused(await post(used.url, endpoint, { ...form, client_id: id }));
    },
  );

  test.each([
    "",
    "Basic",
    "Basic ",
    "Basic !!!!",
    "Basic YWJj",
    "Basic Og==",
    "Basic OmFiYw==",
    `Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0x61]).toString("base64")}`,
    "Basic YTolJQ==",
    "Bearer",
    "Bearer x",
    "Digest a=b",
    "Negotiate",
    "Basic YTpi YTpi",
    `Basic ${"QQ".repeat(6000)}`,
  ])("with the header %j", async (authorization) => {
    const answer = await token(GRANT, undefined, { authorization });
    assertRefused(answer);
  });

  test("with two secrets, or two clients, in one request", async () => {
    const [client, other] = [await confidential(), await confidential()];
    for (const form of [
      { ...GRANT, client_id: client.id, client_secret: client.secret },
      { ...GRANT, client_secret: client.secret },
      { ...GRANT, client_id: other.id },
    ]) {
      const { status, json } = await token(form, client);
      expect([status, json["error"]]).toEqual([400, "invalid_request"]);
    }
  });

  test("for a public client where it takes a secret", async () => {
    const client = await register(used.administrator, { public: true });
    assertRefused(await token({ ...GRANT, client_id: client.id, client_secret: "x" }));
    expect((await token(GRANT, client)).json["error"]).toBe("unauthorized_client");
    assertRefused(await post(used.url, "introspect", { token: "lka_x" }, client));
  });

  test("after 100 wrong secrets in a minute, but not for another client", async () => {
    const [client, other] = [await confidential(), await confidential()];
    const wrong = await Promise.all(
      Array.from({ length: 101 }, () => token(GRANT, { id: client.id, secret: "lkcs_wrong" })),
    );
    expect(wrong.filter(({ status }) => status === 401)).toHaveLength(100);
    const [limited] = wrong.filter(({ status }) => status === 429);
    expect([limited?.json["error"], Number(limited?.headers.get("retry-after")) > 0]).toEqual([
      "temporarily_unavailable",
      true,
    ]);
    expect((await token(GRANT, other)).status).toBe(200);
    expect((await token(GRANT, client)).status).toBe(200);
  });
});

describe("the token endpoint", () => {
  test.each(["GET", "PUT", "HEAD", "DELETE", "PATCH"])("doesn't answer %s", async (method) => {
    for (const endpoint of ["token", "revoke", "introspect"]) {
      const response = await fetch(`${used.url}/oauth2/${endpoint}`, { method });
      expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    }
  });

  test("takes nothing from the query", async () => {
    const { id, secret } = await confidential();
    const query = new URLSearchParams({ ...GRANT, client_id: id, client_secret: secret });
    for (const body of ["", "grant_type=client_credentials"]) {
      const response = await fetch(`${used.url}/oauth2/token?${query}`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body,
      });
      expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([
        400,
        "invalid_request",
      ]);
    }
  });

  test.each([
    "grant_type",
    "scope",
    "client_id",
    "client_secret",
    "code",
    "refresh_token",
    "redirect_uri",
    "code_verifier",
  ])("refuses %s twice, also when equal", async (name) => {
    const { id, secret } = await confidential();
    const form = Object.entries({ ...GRANT, client_id: id, client_secret: secret });
    const value = new Map(form).get(name) ?? "x";
    for (const second of [value, "another"]) {
      const { status, json } = await token([
        ...form.filter(([each]) => each !== name),
        [name, value],
        [name, second],
      ]);
      expect([status, json["error"]]).toEqual([400, "invalid_request"]);
    }
  });

  test.each([
    "password",
    "implicit",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "__proto__",
    "constructor",
    "toString",
    "AUTHORIZATION_CODE",
  ])("knows no grant %s", async (grant_type) => {
    const { json } = await token(
      { grant_type, username: "a", password: "b" },
      await confidential(),
    );
    expect(json["error"]).toBe("unsupported_grant_type");
  });

  test("wants a grant type, and one that the client may use", async () => {
    expect((await token({}, await confidential())).json["error"]).toBe("invalid_request");
    expect((await token({ grant_type: "" }, await confidential())).json["error"]).toBe(
      "invalid_request",
    );
    expect((await token(GRANT, await register(used.administrator))).json["error"]).toBe(
      "unauthorized_client",
    );
    for (const grant_type of ["authorization_code", "refresh_token"])
      expect((await token({ grant_type }, await confidential())).json["error"]).toBe(
        "unauthorized_client",
      );
  });

  test("reads forms only", async () => {
    const client = await confidential();
    for (const type of [
      "application/json",
      "text/plain",
      "multipart/form-data; boundary=x",
      "application/x-www-form-urlencoded; charset=utf-7",
      "",
    ]) {
      const response = await fetch(`${used.url}/oauth2/token`, {
        method: "POST",
        headers: { authorization: basic(client), "content-type": type },
        body: Buffer.from(JSON.stringify(GRANT)),
      });
      expect([type, response.status, ((await response.json()) as { error: string }).error]).toEqual(
        [type, 415, "invalid_request"],
      );
    }
  });

  test("gives a client the scopes that it has, or fewer", async () => {
    const client = await confidential(["users.read", "groups.read"]);
    expect((await token(GRANT, client)).json).toEqual({
      access_token: expect.stringMatching(/^lka_/),
      token_type: "Bearer",
      expires_in: 3600,
      scope: "users.read groups.read",
    });
    expect((await token({ ...GRANT, scope: "groups.read" }, client)).json["scope"]).toBe(
      "groups.read",
    );
    expect((await token({ ...GRANT, scope: "users.read admin" }, client)).json["scope"]).toBe(
      "users.read",
    );
    for (const scope of ["admin", "profile", 'users.read"', "x ".repeat(4000)])
      expect((await token({ ...GRANT, scope }, client)).json["error"], scope).toMatch(
        /^invalid_(scope|request)$/,
      );
  });
});

test("credentials of one kind are no credentials of another", async () => {
  const user = await used.signUp();
  const client = await register(used.administrator);
  const agreed = await agree(user, client);
  const { json } = await redeem(used.url, client, await agree(user, client));
  const kinds: Readonly<Record<string, string>> = {
    code: agreed.code,
    access: String(json["access_token"]),
    refresh: String(json["refresh_token"]),
    session: user.token,
    secret: client.secret,
    id: user.id,
  };
  for (const [kind, credential] of Object.entries(kinds)) {
    if (kind !== "code")
      expect(
        (await redeem(used.url, client, { ...agreed, code: credential })).json["error"],
        `${kind} as a code`,
      ).toBe("invalid_grant");
    if (kind !== "refresh")
      expect(
        (
          await post(
            used.url,
            "token",
            { grant_type: "refresh_token", refresh_token: credential },
            client,
          )
        ).json["error"],
        `${kind} as a refresh token`,
      ).toBe("invalid_grant");
    if (kind !== "secret")
      expect(
        (await token(GRANT, { id: client.id, secret: credential })).json["error"],
        `${kind} as a secret`,
      ).toBe("invalid_client");
    if (kind !== "access" && kind !== "session")
      await expect(
        used.as(credential).users.getUser({}),
        `${kind} as an access token`,
      ).rejects.toThrow(/token/i);
  }
  expect((await redeem(used.url, client, agreed)).status).toBe(200);
});

test("a client's secret is shown once, and an old one works for the overlap", async () => {
  const client = await confidential();
  const works = async (secret: string): Promise<boolean> =>
    (await token(GRANT, { id: client.id, secret })).status === 200;
  const rotate = async (seconds: bigint) =>
    (
      await used.administrator.oauth.rotateClientSecret({
        clientId: client.id,
        overlap: { seconds },
      })
    ).clientSecret;
  const second = await rotate(3600n);
  expect([await works(client.secret), await works(second)]).toEqual([true, true]);
  const third = await rotate(0n);
  expect([await works(client.secret), await works(second), await works(third)]).toEqual([
    false,
    false,
    true,
  ]);
  const { client: shown } = await used.administrator.oauth.getClient({ clientId: client.id });
  expect(
    JSON.stringify(shown, (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    ),
  ).not.toContain("lkcs_");
});

test("what a client is given ends with the client", async () => {
  const client = await confidential(["admin"]);
  const api = used.as(await clientToken(used.url, client));
  await api.users.listUsers({});
  await used.administrator.oauth.deleteClient({ clientId: client.id });
  await expect(api.users.listUsers({})).rejects.toThrow(/token/i);
});
