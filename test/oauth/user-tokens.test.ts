// Global Token Revocation (draft-parecki-oauth-global-token-revocation-06): who may end the access
// of which user, and what is left of it.
import { describe, expect, test } from "vitest";
import type { SignedIn } from "../use-server.ts";
import { agree, clientToken, post, redeem, refresh, register } from "./flow.ts";
import { dpopProof, newKey } from "./proofs/keys.ts";
import { apisOf, useRealms } from "./use-realms.ts";

const PATH = "/oauth2/global-token-revocation";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const { used, clients, users } = useRealms(engine);
  const tool = (scopes = ["users.revoke"], apis: string[] = []) =>
    register(used.administrator, { grantTypes: ["client_credentials"], scopes, apis });
  const send = async (
    authorization: string | undefined,
    body: unknown,
    more: Readonly<Record<string, string>> = {},
  ) => {
    const response = await fetch(used.url + PATH, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(authorization !== undefined && { authorization }),
        ...more,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      challenge: response.headers.get("www-authenticate"),
      json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  };
  const bearer = async (scopes?: string[], apis?: string[]) =>
    `Bearer ${await clientToken(used.url, await tool(scopes, apis))}`;
  const events = (userId: string) =>
    used.server.store.audit.list({ type: "user.sign_out", userId }, { limit: 5 });

  test.each([
    ["opaque", (user: SignedIn) => ({ id: user.id })],
    ["opaque", (user: SignedIn) => ({ id: user.id.toUpperCase() })],
    ["iss_sub", (user: SignedIn) => ({ iss: used.url, sub: user.id })],
    ["email", (user: SignedIn) => ({ email: user.email.toUpperCase() })],
  ])("a user named by %s loses every session, code and token at once", async (format, name) => {
    const [user, other, authorization] = [await used.signUp(), await used.signUp(), await bearer()];
    const client = clients.get("default")!;
    const { json } = await redeem(used.url, client, await agree(user, client));
    const pending = await agree(user, client);
    const kept = await redeem(used.url, client, await agree(other, client));
    const body = { sub_id: { format, ...name(user) } };
    expect(await send(authorization, body)).toEqual({ status: 204, challenge: null, json: {} });
    const self = async (token: unknown): Promise<number> =>
      (
        await fetch(`${used.url}/v1/users/me`, {
          headers: { authorization: `Bearer ${String(token)}` },
        })
      ).status;
    expect([await self(user.token), await self(json["access_token"])]).toEqual([401, 401]);
    expect((await refresh(used.url, client, json["refresh_token"])).json["error"]).toBe(
      "invalid_grant",
    );
    expect((await redeem(used.url, client, pending)).json["error"]).toBe("invalid_grant");
    expect([await self(other.token), await self(kept.json["access_token"])]).toEqual([200, 200]);
    // The user signs in again, and another request ends that access too.
    const signIn = () =>
      used.as().users.signIn({
        identifier: { case: "email", value: user.email },
        password: user.password,
      });
    const { accessToken } = await signIn();
    expect(await self(accessToken)).toBe(200);
    expect((await send(authorization, body)).status).toBe(204);
    expect((await send(authorization, body)).status).toBe(204);
    expect(await self(accessToken)).toBe(401);
    const trail = await events(user.id);
    expect(trail).toHaveLength(3);
    for (const event of trail)
      expect(event).toMatchObject({ details: { all: "true" }, succeeded: true });
    expect(await self((await signIn()).accessToken)).toBe(200);
  });

  test("is refused to callers without the scope of its own", async () => {
    const [user, client] = [await used.signUp(), clients.get("default")!];
    const { json } = await redeem(used.url, client, await agree(user, client));
    const body = { sub_id: { format: "opaque", id: user.id } };
    const challenge = 'Bearer error="insufficient_scope", scope="users.revoke"';
    for (const authorization of [
      await bearer(["users.read", "users.write"]),
      `Bearer ${user.token}`,
      `Bearer ${String(json["access_token"])}`,
    ])
      expect(await send(authorization, body)).toMatchObject({
        status: 403,
        challenge,
        json: { error: "insufficient_scope" },
      });
    expect(await send(undefined, body)).toMatchObject({ status: 401, challenge: "Bearer" });
    expect(await send("Bearer lka_unknown", body)).toMatchObject({
      status: 401,
      challenge: 'Bearer error="invalid_token"',
      json: { error: "invalid_token" },
    });
    expect(await events(user.id)).toEqual([]);
    expect((await send(await bearer(["admin"]), body)).status).toBe(204);
  });

  test("an identifier that can't be read is 400, and an unknown user 404", async () => {
    const [user, authorization] = [await used.signUp(), await bearer()];
    const { id, email } = user;
    await used.administrator.users.deleteUser({ userId: (await used.signUp()).id });
    const wrong: readonly (readonly [unknown, number])[] = [
      ["{", 400],
      ["[]", 400],
      [{}, 400],
      [{ sub_id: null }, 400],
      [{ sub_id: "x" }, 400],
      [{ sub_id: {} }, 400],
      [{ sub_id: { id } }, 400],
      [{ sub_id: { format: "opaque" } }, 400],
      [{ sub_id: { format: "opaque", id: 7 } }, 400],
      [{ sub_id: { format: "opaque", id, email } }, 400],
      [{ sub_id: { format: "OPAQUE", id } }, 400],
      [{ sub_id: { format: "iss_sub", sub: id } }, 400],
      [{ sub_id: { format: "iss_sub", iss: used.url, sub: id, id } }, 400],
      [{ sub_id: { format: "phone_number", phone_number: "+12065550100" } }, 400],
      [{ sub_id: { format: "aliases", identifiers: [{ format: "email", email }] } }, 400],
      [{ sub_id: { format: "opaque", id: "x".repeat(65) } }, 400],
      [{ subject: { format: "opaque", id } }, 400],
      [{ sub_id: { format: "opaque", id: "unknown" } }, 404],
      [{ sub_id: { format: "opaque", id: email } }, 404],
      [{ sub_id: { format: "email", email: "nothing@example.com" } }, 404],
      [{ sub_id: { format: "email", email: "no address" } }, 404],
      [{ sub_id: { format: "iss_sub", iss: "https://else.example", sub: id } }, 404],
      [{ sub_id: { format: "iss_sub", iss: `${used.url}/`, sub: id } }, 404],
    ];
    let count = 0;
    for (const [body, status] of wrong) {
      const answer = await send(authorization, body);
      const error = status === 404 ? "user_not_found" : "invalid_request";
      expect([body, answer.status, answer.json["error"]]).toEqual([body, status, error]);
      count++;
    }
    expect(count).toBe(23);
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect((await send(authorization, `format=opaque&id=${id}`, form)).status).toBe(415);
    expect(await events(id)).toEqual([]);
  });

  test("a deleted user and a user of another realm are unknown", async () => {
    const gone = await used.signUp();
    await used.administrator.users.deleteUser({ userId: gone.id });
    const authorization = await bearer();
    const kids = users.get("kids")!;
    for (const sub_id of [
      { format: "opaque", id: gone.id },
      { format: "email", email: gone.email },
      { format: "opaque", id: kids.id },
      { format: "iss_sub", iss: used.url, sub: kids.id },
      { format: "email", email: kids.email },
    ])
      expect([sub_id, (await send(authorization, { sub_id })).status]).toEqual([sub_id, 404]);
    expect(await events(kids.id)).toEqual([]);
    const theirs = await bearer(undefined, apisOf("kids"));
    const body = { sub_id: { format: "email", email: kids.email } };
    expect((await send(theirs, body)).status).toBe(204);
    expect(await events(kids.id)).toHaveLength(1);
  });

  test("a caller may have a token that is bound to a key", async () => {
    const [user, client, key] = [await used.signUp(), await tool(), await newKey()];
    const proof = await dpopProof(key, { method: "POST", url: `${used.url}/oauth2/token` });
    const response = await fetch(`${used.url}/oauth2/token`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`,
        dpop: proof,
      },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    const body = { sub_id: { format: "opaque", id: user.id } };
    expect((await send(`Bearer ${token}`, body)).status).toBe(401);
    const used_ = { method: "POST", url: used.url + PATH, token };
    expect((await send(`DPoP ${token}`, body)).status).toBe(401);
    expect((await send(`DPoP ${token}`, body, { dpop: await dpopProof(key, used_) })).status).toBe(
      204,
    );
  });

  test("20 requests beside 20 exchanges of codes leave no token that works", async () => {
    const [user, authorization] = [await used.signUp(), await bearer()];
    const client = clients.get("default")!;
    const codes = await Promise.all(Array.from({ length: 20 }, () => agree(user, client)));
    const body = { sub_id: { format: "opaque", id: user.id } };
    const [given, ended] = [
      codes.map((code) => redeem(used.url, client, code)),
      codes.map(() => send(authorization, body)),
    ];
    expect((await Promise.all(ended)).map(({ status }) => status)).toEqual(
      Array.from({ length: 20 }, () => 204),
    );
    let count = 0;
    for (const { json } of await Promise.all(given)) {
      if (json["access_token"] !== undefined)
        expect(
          (await post(used.url, "introspect", { token: String(json["access_token"]) }, client))
            .json,
        ).toEqual({ active: false });
      count++;
    }
    expect(count).toBe(20);
  });
});
