// Clients that describe themselves push requests (RFC 9126) and sign them (RFC 9101) before any
// user has agreed, so before the store has them.
import { SignJWT } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { stores } from "../../mariadb.ts";
import { unique, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { type FormAnswer, newPkce, post, send } from "../flow.ts";
import { assertionOf, type ClientKey, newKey } from "../proofs/keys.ts";
import { ASKED, documentOf, redeemAt, signedInAgent, VERIFIER } from "./asking.ts";
import { json, useDocumentHost } from "./document-host.ts";

const host = useDocumentHost();
const CALLBACK = "https://chat.example/callback";
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const newId = (): string => `${host.origin}/${unique("client-")}.json`;
const published = ({ jwk, thumbprint }: ClientKey) => ({ ...jwk, kid: thumbprint });

const request = (redirectUri: string): Record<string, string> => ({
  response_type: "code",
  redirect_uri: redirectUri,
  scope: "profile",
  state: "s",
  code_challenge: newPkce(VERIFIER).challenge,
  code_challenge_method: "S256",
});

/** The document of a client that signs; its keys are in it, or at /keys of the host. */
const signing = (id: string, keys: readonly ClientKey[], member = "jwks") =>
  documentOf(id, {
    redirect_uris: [CALLBACK],
    token_endpoint_auth_method: "private_key_jwt",
    ...(member === "jwks"
      ? { jwks: { keys: keys.map(published) } }
      : { jwks_uri: `${host.origin}/keys` }),
  });

const answerWith = (document: unknown, ...keys: readonly ClientKey[]): void =>
  host.answer((response, path) =>
    json(path === "/keys" ? { keys: keys.map(published) } : document)(response, path),
  );

describe.each(stores)("on $engine", ({ engine }) => {
  const clock = movableClock();
  const used = useServer({ engine, clock });
  beforeEach(() => used.renew());

  const par = (form: Readonly<Record<string, string>>): Promise<FormAnswer> =>
    send(`${used.url}/oauth2/par`, { form });
  const now = (): number => Math.floor(clock.now() / 1000);
  const signedBy = async (key: ClientKey, id: string) => ({
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await assertionOf(
      key,
      { clientId: id, issuer: used.url },
      { iat: now(), exp: now() + 60 },
    ),
  });
  const agreeAt = async (agent: Agent, parameters: Readonly<Record<string, string>>) => {
    const asked = await agent.get(`/oauth2/authorize?${new URLSearchParams(parameters)}`);
    expect(asked.status).toBe(200);
    const answered = await agent.post("/consent", {
      decision: agent.hidden("decision"),
      answer: "allow",
    });
    return new URL(answered.headers.get("location")!);
  };
  const isStored = (clientId: string): Promise<boolean> =>
    used.administrator.oauth.getClient({ clientId }).then(
      () => true,
      () => false,
    );

  test("a public client pushes before its first consent, and nothing of it is stored", async () => {
    const id = newId();
    host.answer(json(documentOf(id)));
    const pushed = await par({ client_id: id, ...request(ASKED) });
    expect(pushed).toMatchObject({ status: 201, json: { expires_in: 60 } });
    expect([await isStored(id), host.requested.length]).toEqual([false, 1]);
    const location = await agreeAt(await signedInAgent(used), {
      client_id: id,
      request_uri: String(pushed.json["request_uri"]),
    });
    expect((await redeemAt(used.url, id, location)).status).toBe(200);
    expect([await isStored(id), host.requested.length]).toEqual([true, 1]);
  });

  test.each(["jwks", "jwks_uri"])("a client with %s pushes by its key alone", async (member) => {
    const [key, other] = await Promise.all([newKey(), newKey()]);
    const id = newId();
    answerWith(signing(id, [key], member), key);
    const push = async (proof: Readonly<Record<string, string>>) =>
      par({ client_id: id, ...request(CALLBACK), ...proof });
    const bad: Readonly<Record<string, string>>[] = [{}, { client_secret: "x" }];
    for (const proof of [...bad, await signedBy(other, id)])
      expect(await push(proof)).toMatchObject({ status: 401, json: { error: "invalid_client" } });
    const pushed = await push(await signedBy(key, id));
    expect(pushed.status).toBe(201);
    expect(host.requested.filter((path) => path !== "/keys")).toHaveLength(1);
    const location = await agreeAt(await signedInAgent(used), {
      client_id: id,
      request_uri: String(pushed.json["request_uri"]),
    });
    expect(`${location.origin}${location.pathname}`).toBe(CALLBACK);
  });

  test("a request object is that of the keys in the document", async () => {
    const [key, other] = await Promise.all([newKey(), newKey()]);
    const id = newId();
    answerWith(signing(id, [key]));
    const objectBy = (signer: ClientKey): Promise<string> =>
      new SignJWT({ iss: id, aud: used.url, client_id: id, ...request(CALLBACK) })
        .setProtectedHeader({ alg: "ES256", kid: key.thumbprint, typ: "oauth-authz-req+jwt" })
        .setExpirationTime(now() + 300)
        .sign(signer.privateKey);
    const agent = await signedInAgent(used);
    const wrong = { client_id: id, request: await objectBy(other) };
    expect((await agent.get(`/oauth2/authorize?${new URLSearchParams(wrong)}`)).status).toBe(400);
    const pushed = await par({
      client_id: id,
      request: await objectBy(key),
      ...(await signedBy(key, id)),
    });
    expect(pushed.status).toBe(201);
    const location = await agreeAt(agent, { client_id: id, request: await objectBy(key) });
    expect(location.searchParams.get("code")).toBeTruthy();
    expect(host.requested).toHaveLength(1);
  });

  test("a wrong document is invalid_client, and a redirect of its own is not listed", async () => {
    const id = newId();
    host.answer(json(documentOf(`${id}x`)));
    const answer = await par({ client_id: id, ...request(ASKED) });
    expect(answer).toMatchObject({ status: 401, json: { error: "invalid_client" } });
    expect(answer.json["error_description"]).toMatch(/another client_id/);
    expect(await par({ client_id: `${host.origin}/`, ...request(ASKED) })).toMatchObject({
      status: 401,
    });
    const object = { client_id: id, request: "x.y.z" };
    const agent = new Agent(used.url);
    expect((await agent.get(`/oauth2/authorize?${new URLSearchParams(object)}`)).status).toBe(400);
    const listed = newId();
    host.answer(json(documentOf(listed)));
    expect(await par({ client_id: listed, ...request("https://evil.example/") })).toMatchObject({
      status: 400,
      json: { error: "invalid_request" },
    });
  });

  test("a network makes the server request so many documents and no more", async () => {
    host.answer((response) => response.writeHead(404).end());
    // The tests before have counted too.
    clock.pass(2 * MINUTE);
    const statuses: number[] = [];
    for (let index = 0; index < 63; index++)
      statuses.push((await par({ client_id: newId(), ...request(ASKED) })).status);
    expect(statuses.slice(-3)).toEqual([429, 429, 429]);
    expect(host.requested).toHaveLength(60);
    clock.pass(2 * MINUTE);
  });

  test("a new key in the document is seen at the token endpoint, once a minute", async () => {
    const [first, second, third] = await Promise.all([newKey(), newKey(), newKey()]);
    const id = newId();
    const day = { "cache-control": "max-age=86400" };
    host.answer(json(signing(id, [first]), day));
    const pushed = await par({
      client_id: id,
      ...request(CALLBACK),
      ...(await signedBy(first, id)),
    });
    const location = await agreeAt(await signedInAgent(used), {
      client_id: id,
      request_uri: String(pushed.json["request_uri"]),
    });
    const tokens = await post(used.url, "token", {
      grant_type: "authorization_code",
      code: location.searchParams.get("code") ?? "",
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
      ...(await signedBy(first, id)),
    });
    expect(tokens.status).toBe(200);
    let refreshToken = String(tokens.json["refresh_token"]);
    const refreshBy = async (key: ClientKey): Promise<number> => {
      const form = { grant_type: "refresh_token", refresh_token: refreshToken };
      const { status, json: answer } = await post(used.url, "token", {
        ...form,
        ...(await signedBy(key, id)),
      });
      if (status === 200) refreshToken = String(answer["refresh_token"]);
      return status;
    };
    host.answer(json(signing(id, [second]), day));
    // A document that was just read is not read again.
    expect([await refreshBy(second), host.requested.length]).toEqual([401, 1]);
    clock.pass(MINUTE + 1);
    // A known key needs no document.
    expect([await refreshBy(first), host.requested.length]).toEqual([200, 1]);
    const [a, b] = await Promise.all([refreshBy(third), refreshBy(third)]);
    expect([a, b, host.requested.length]).toEqual([401, 401, 2]);
    expect([await refreshBy(second), host.requested.length]).toEqual([200, 2]);
    // The first key is not in the document any more.
    expect([await refreshBy(first), host.requested.length]).toEqual([401, 2]);
    host.answer((response) => response.writeHead(500).end());
    clock.pass(MINUTE + 1);
    // A document that can't be had leaves the keys that are known, and is asked for once.
    expect([await refreshBy(third), await refreshBy(third)]).toEqual([401, 401]);
    expect([await refreshBy(second), host.requested.length]).toEqual([200, 3]);
    // After a day the document is needed.
    clock.pass(24 * 60 * MINUTE);
    expect([await refreshBy(second), host.requested.length]).toEqual([401, 4]);
    host.answer(json(signing(id, [second])));
    clock.pass(MINUTE + 1);
    expect([await refreshBy(second), host.requested.length]).toEqual([200, 5]);
  });
});
