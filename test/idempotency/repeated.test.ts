// A call that is repeated with its key has the answer of the first, and no other effect.
import { randomUUID } from "node:crypto";
import type { JsonObject } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { DAY, movableClock } from "../identity/clock.ts";
import { isActive, redeem, refresh, register, agree, send } from "../oauth/flow.ts";
import { newKey } from "../oauth/proofs/keys.ts";
import { useServer } from "../use-server.ts";
import { type Came, KINDS, type Parts, WAYS } from "./calls.ts";

const CASES = Object.keys(KINDS).flatMap((kind) => Object.keys(WAYS).map((way) => ({ kind, way })));
const REFUSED = {
  rest: 422,
  "rest with a field": 422,
  connect: 400,
  grpc: "FailedPrecondition",
} as const;

const isDone = ({ status }: Came): boolean => status === 200 || status === "OK";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const clock = movableClock();
  const used = useServer({ engine, clock });
  const prepare = async (): Promise<Parts> => ({
    used,
    token: await used.server.administratorToken(),
    user: await used.signUp(),
  });
  const prepared = async ({ kind, way }: { kind: string; way: string }) => {
    const parts = await prepare();
    return WAYS[way]!(parts, await KINDS[kind]!(parts));
  };

  test.each(CASES)("$kind by $way: the same answer, once", async (given) => {
    const sending = await prepared(given);
    const key = randomUUID();
    const first = await sending(key);
    expect([isDone(first), first]).toEqual([true, first]);
    for (let time = 0; time < 2; time++) expect(await sending(key)).toEqual(first);
    const refused = await sending(key, true);
    expect(refused.status).toBe(REFUSED[given.way as keyof typeof REFUSED]);
    expect(refused.text).toMatch(/belongs to another request/);
    expect(await sending(key)).toEqual(first);
    const other = await sending(randomUUID());
    expect(other).not.toEqual(first);
  });

  test.each(CASES)("$kind by $way: 20 at once have one effect", async (given) => {
    const sending = await prepared(given);
    const key = randomUUID();
    const came = await Promise.all(Array.from({ length: 20 }, () => sending(key)));
    expect(came.filter(isDone)).toHaveLength(20);
    expect(new Set(came.map(({ text }) => text)).size).toBe(1);
  });

  test("a repeated redemption ends no tokens, one without a key does", async () => {
    const { user } = await prepare();
    const client = await register(used.administrator);
    const agreed = await agree(user, client);
    const first = await keyed(client, () => codeForm(agreed));
    expect(await isActive(used.url, client, first["access_token"])).toBe(true);
    const form = { grant_type: "refresh_token", refresh_token: String(first["refresh_token"]) };
    const second = await keyed(client, () => form);
    expect(await isActive(used.url, client, second["access_token"])).toBe(true);
    const { status } = await refresh(used.url, client, first["refresh_token"]);
    expect(status).toBe(400);
    expect(await isActive(used.url, client, second["access_token"])).toBe(false);
  });

  const codeForm = ({ code, verifier }: { code: string; verifier: string }) => ({
    grant_type: "authorization_code",
    code,
    code_verifier: verifier,
    redirect_uri: "https://client.example.com/callback",
  });

  /** Sends a form twice with one key. */
  async function keyed(
    client: { id: string; secret: string },
    formOf: () => Record<string, string>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const headers = { "idempotency-key": `"${randomUUID()}"` };
    const [url, form] = [`${used.url}/oauth2/token`, formOf()];
    const first = await send(url, { form, client, headers });
    const second = await send(url, { form, client, headers });
    expect([first.status, second.status, second.json]).toEqual([200, 200, first.json]);
    return first.json;
  }

  test("a wrong secret, or another client, gets no kept answer", async () => {
    const { user } = await prepare();
    const [client, other] = [
      await register(used.administrator),
      await register(used.administrator),
    ];
    const [form, key] = [codeForm(await agree(user, client)), randomUUID()];
    const headers = { "idempotency-key": key };
    const url = `${used.url}/oauth2/token`;
    const first = await send(url, { form, client, headers });
    expect(first.status).toBe(200);
    const wrong = await send(url, { form, client: { ...client, secret: "wrong" }, headers });
    expect([wrong.status, wrong.json["error"]]).toEqual([401, "invalid_client"]);
    const stranger = await send(url, { form, client: other, headers });
    expect([stranger.status, stranger.json["error"]]).toEqual([400, "invalid_grant"]);
    const own = await redeem(used.url, other, await agree(user, other));
    expect(own.status).toBe(200);
    // The stranger is no second redemption of the client.
    expect(await isActive(used.url, client, first.json["access_token"])).toBe(true);
    expect((await send(url, { form, client, headers })).json).toEqual(first.json);
  });

  test("the same key of two callers is two keys", async () => {
    const parts = await prepare();
    const ways = await Promise.all([1, 2].map(async () => prepareClient(parts)));
    const key = randomUUID();
    const [first, second] = await Promise.all(ways.map((sending) => sending(key)));
    expect([first!.status, second!.status]).toEqual([200, 200]);
    expect(first!.text).not.toBe(second!.text);
  });

  /** A request that a client of its own sends. */
  async function prepareClient(parts: Parts) {
    const client = await register(used.administrator, {
      grantTypes: ["client_credentials"],
      scopes: ["clients.write"],
    });
    const { json } = await send(`${used.url}/oauth2/token`, {
      form: { grant_type: "client_credentials" },
      client,
    });
    const own = { ...parts, token: String(json["access_token"]) };
    return WAYS["rest"]!(own, await KINDS["CreateClient"]!(own));
  }

  test("after 24 hours a key is a new one", async () => {
    const parts = await prepare();
    const request = await KINDS["CreateClient"]!(parts);
    const key = randomUUID();
    const first = await WAYS["rest"]!(parts, request)(key);
    clock.pass(DAY - 60_000);
    await used.renew();
    const later = { ...parts, token: await used.server.administratorToken() };
    expect(await WAYS["rest"]!(later, request)(key)).toEqual(first);
    clock.pass(61_000);
    const again = await WAYS["rest"]!(later, request)(key);
    expect(isDone(again)).toBe(true);
    expect(again.text).not.toBe(first.text);
    expect(await WAYS["rest"]!(later, request)(key)).toEqual(again);
  });

  test("a failure is not kept", async () => {
    const parts = await prepare();
    const { message, ...request } = await KINDS["CreateUser"]!(parts);
    const key = randomUUID();
    const wrong = { ...request, message: { ...message, password: "short" } };
    const sending = WAYS["rest"]!(parts, wrong);
    expect((await sending(key)).text).toContain("PASSWORD_UNACCEPTABLE");
    expect(isDone(await WAYS["rest"]!(parts, { ...request, message })(key))).toBe(true);
    expect((await sending(key)).status).toBe(422);
  });

  test.each(["", '""', '"a', "a b", '"a";b=1', '"a", "b"', "ключ", `"${"a".repeat(256)}"`])(
    "a header that is no key is refused: %s",
    async (key) => {
      const parts = await prepare();
      const headers = { "idempotency-key": Buffer.from(key).toString("latin1") };
      const form = { grant_type: "client_credentials" };
      const client = await register(used.administrator);
      const { status, json } = await send(`${used.url}/oauth2/token`, { form, client, headers });
      expect([status, json["error"]]).toEqual([400, "invalid_request"]);
      const response = await fetch(`${used.url}/v1/users`, {
        method: "POST",
        headers: {
          ...headers,
          authorization: `Bearer ${parts.token}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ email: "a@example.com", password: "a long password" }),
      });
      expect([response.status, await response.text()]).toEqual([
        400,
        expect.stringContaining("FIELD_INVALID"),
      ]);
    },
  );

  test("the members of a JSON object may come in another order", async () => {
    const { jwk } = await newKey();
    const create = (key: object) =>
      used.administrator.oauth.createClient({
        client: {
          name: "x",
          redirectUris: ["https://a.example/"],
          settings: {
            tokenEndpointAuthMethod: "private_key_jwt",
            jwks: JSON.parse(JSON.stringify({ keys: [key] })) as JsonObject,
          },
        },
        requestId,
      });
    const requestId = randomUUID();
    const first = await create({ ...jwk, alg: "ES256" });
    const turned = Object.fromEntries(Object.entries(jwk).toReversed());
    expect(await create({ alg: "ES256", ...turned })).toEqual(first);
    await expect(create(jwk)).rejects.toThrow(/belongs to another request/);
  });

  test("a header and a field that differ are refused", async () => {
    const { administrator } = used;
    const [key, request] = [randomUUID(), { client: { name: "x", scopes: ["profile"] } }];
    const headers = { "idempotency-key": `"${key.toUpperCase()}"` };
    const other = { ...request, requestId: randomUUID() };
    await expect(administrator.oauth.createClient(other, { headers })).rejects.toThrow(
      /request_id is another key/,
    );
    const same = { client: { ...request.client, redirectUris: ["https://a.example/"] } };
    const first = await administrator.oauth.createClient({ ...same, requestId: key }, { headers });
    expect(await administrator.oauth.createClient(same, { headers })).toEqual(first);
  });
});
