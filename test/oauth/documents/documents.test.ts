// Clients that describe themselves (draft-ietf-oauth-client-id-metadata-document-03), over HTTP and
// on both stores: from the document on a foreign host to tokens.
import { beforeEach, describe, expect, test } from "vitest";
import { movableClock, MINUTE } from "../../identity/clock.ts";
import { stores } from "../../mariadb.ts";
import { unique, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { post } from "../flow.ts";
import {
  agreeTo,
  ASKED,
  authorizePath,
  documentOf,
  LISTED,
  redeemAt,
  signedInAgent,
} from "./asking.ts";
import { json, useDocumentHost } from "./document-host.ts";

const host = useDocumentHost();

/** A client_id that no other test has. */
const newId = (): string => `${host.origin}/${unique("client-")}.json`;

describe.each(stores)("on $engine", ({ engine }) => {
  const clock = movableClock();
  const used = useServer({ engine, clock });
  // Tests let hours pass.
  beforeEach(() => used.renew());

  test("a user signs in to a client that is registered nowhere", async () => {
    const id = newId();
    host.answer(json(documentOf(id)));
    const agent = await signedInAgent(used);
    await expect(used.administrator.oauth.getClient({ clientId: id })).rejects.toThrow();

    const location = await agreeTo(agent, id);
    expect(`${location.origin}${location.pathname}`).toBe(ASKED);
    expect(location.searchParams.get("iss")).toBe(used.url);
    const { status, json: tokens } = await redeemAt(used.url, id, location);
    expect([status, tokens["scope"]]).toEqual([200, "profile"]);
    expect(tokens["refresh_token"]).toBeTypeOf("string");
    expect(host.requested).toEqual([new URL(id).pathname]);

    // The token is one of this client, under its own id.
    const { administrator } = used.server;
    const introspected = await post(
      used.url,
      "introspect",
      { token: String(tokens["access_token"]) },
      { id: administrator.clientId, secret: administrator.clientSecret },
    );
    expect(introspected.json).toMatchObject({ active: true, client_id: id, scope: "profile" });
    const { client } = await used.administrator.oauth.getClient({ clientId: id });
    expect(client).toMatchObject({ id, name: "Editor", verified: false, ownerId: "" });
    const byPath = await fetch(`${used.url}/v1/clients/${encodeURIComponent(id)}`, {
      headers: { authorization: `Bearer ${await used.server.administratorToken()}` },
    });
    expect(await byPath.json()).toMatchObject({ client: { id } });
    const { auditEvents: events } = await used.administrator.audit.listAuditEvents({
      clientId: id,
    });
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["client.create"]));

    // A refresh needs no document.
    const refreshed = await post(used.url, "token", {
      grant_type: "refresh_token",
      client_id: id,
      refresh_token: String(tokens["refresh_token"]),
    });
    expect([refreshed.status, host.requested.length]).toEqual([200, 1]);
  });

  test("the code stays bound to the very URI that was asked for", async () => {
    const id = newId();
    host.answer(json(documentOf(id)));
    const agent = await signedInAgent(used);
    for (const other of [LISTED, "http://localhost:58136/callback", "http://127.0.0.1/callback"]) {
      const location = await agreeTo(agent, id, { prompt: "consent" });
      expect((await redeemAt(used.url, id, location, other)).json).toMatchObject({
        error: "invalid_grant",
      });
    }
    const refused = await agent.get(
      authorizePath(id, { redirect_uri: "http://127.0.0.1/callback" }),
    );
    expect([refused.status, refused.headers.get("location")]).toEqual([400, null]);
  });

  test("a document is kept as long as its headers say, from a minute to a day", async () => {
    const agent = new Agent(used.url);
    const requests = async (header: string, waits: readonly number[]): Promise<number[]> => {
      const id = newId();
      host.answer(json(documentOf(id), header === "" ? {} : { "cache-control": header }));
      const before = host.requested.length;
      const counts: number[] = [];
      for (const wait of waits) {
        clock.pass(wait);
        expect((await agent.get(authorizePath(id))).status).toBeLessThan(400);
        counts.push(host.requested.length - before);
      }
      return counts;
    };
    expect(await requests("max-age=600", [0, 9 * MINUTE, 2 * MINUTE])).toEqual([1, 1, 2]);
    expect(await requests("no-store", [0, 50_000, 11_000])).toEqual([1, 1, 2]);
    expect(await requests("", [0, 4 * MINUTE, 2 * MINUTE])).toEqual([1, 1, 2]);
    const day = 24 * 60 * MINUTE;
    expect(await requests("max-age=31536000", [0, day - MINUTE, 2 * MINUTE])).toEqual([1, 1, 2]);
  });

  test("a redirect URI that the kept document lacks is looked for once more", async () => {
    const id = newId();
    const added = "https://editor.example/new";
    const agent = await signedInAgent(used);
    host.answer(json(documentOf(id), { "cache-control": "max-age=3600" }));
    await agreeTo(agent, id);
    const ask = async (uri: string): Promise<number> =>
      (await agent.get(authorizePath(id, { redirect_uri: uri, prompt: "consent" }))).status;
    // A document that was just read is not read again.
    expect([await ask(added), host.requested.length]).toEqual([400, 1]);
    clock.pass(11_000);
    expect([await ask(added), host.requested.length]).toEqual([400, 2]);
    expect([await ask(added), host.requested.length]).toEqual([400, 2]);
    host.answer(json(documentOf(id, { redirect_uris: [LISTED, added], client_name: "New" })));
    clock.pass(11_000);
    expect([await ask(added), host.requested.length]).toEqual([200, 3]);
    const location = await agreeTo(agent, id, { redirect_uri: added, prompt: "consent" });
    expect((await redeemAt(used.url, id, location, added)).status).toBe(200);
    const { client } = await used.administrator.oauth.getClient({ clientId: id });
    expect(client).toMatchObject({ name: "New", redirectUris: [LISTED, added] });
  });

  test("administrators verify and switch off, and only the document changes it", async () => {
    const id = newId();
    host.answer(json(documentOf(id)));
    const agent = await signedInAgent(used);
    await agreeTo(agent, id);
    const { oauth } = used.administrator;
    await oauth.verifyClient({ clientId: id });
    await agent.get(authorizePath(id, { prompt: "consent" }));
    expect(agent.page).toContain("Verified by");
    const change = { id, name: "Mine", redirectUris: ["https://evil.example/"] };
    await expect(
      oauth.updateClient({ client: change, updateMask: { paths: ["name", "redirect_uris"] } }),
    ).rejects.toThrow(/the document there describes the client/);
    await expect(oauth.rotateClientSecret({ clientId: id })).rejects.toThrow(/document/);

    // Another name is one that no administrator has seen.
    host.answer(json(documentOf(id, { client_name: "Your bank" })));
    clock.pass(10 * MINUTE);
    await agent.get(authorizePath(id, { prompt: "consent" }));
    expect(agent.page).toContain("Your bank");
    expect(agent.page).not.toContain("Verified by");

    const before = host.requested.length;
    await oauth.disableClient({ clientId: id, reason: "abuse" });
    clock.pass(10 * MINUTE);
    const refused = await agent.get(authorizePath(id));
    expect([refused.status, host.requested.length]).toEqual([403, before]);
  });

  test.each([
    ["page", { client_uri: "https://editor.example/other" }],
    ["policy", { policy_uri: "https://editor.example/policy" }],
    ["terms", { tos_uri: "https://editor.example/terms" }],
    ["redirect URI", { redirect_uris: [LISTED, "https://other.example/callback"] }],
  ])("another %s is one that no administrator has seen", async (_, change) => {
    const id = newId();
    host.answer(json(documentOf(id, { client_uri: "https://editor.example/" })));
    const agent = await signedInAgent(used);
    await agreeTo(agent, id);
    const { oauth } = used.administrator;
    await oauth.verifyClient({ clientId: id });
    host.answer(json(documentOf(id, { client_uri: "https://editor.example/", ...change })));
    clock.pass(10 * MINUTE);
    await agent.get(authorizePath(id, { prompt: "consent" }));
    expect(agent.page).not.toContain("Verified by");
    await agreeTo(agent, id, { prompt: "consent" });
    const { client } = await oauth.getClient({ clientId: id });
    expect(client?.verified).toBe(false);
  });

  test("a client_id may have 128 characters, also where the session remembers it", async () => {
    const id = `${host.origin}/${unique("client-")}.`.padEnd(128, "x");
    host.answer(json(documentOf(id, { scope: "openid profile" })));
    const location = await agreeTo(await signedInAgent(used), id, { scope: "openid profile" });
    const { status, json: tokens } = await redeemAt(used.url, id, location);
    expect([status, tokens["scope"]]).toEqual([200, "openid profile"]);
    const [, claims = ""] = String(tokens["id_token"]).split(".");
    const { aud } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { aud: string };
    expect([aud, id.length]).toEqual([id, 128]);
  });

  test("many who ask at once wait for one request", async () => {
    const id = newId();
    host.answer(json(documentOf(id)));
    const asked = await Promise.all(
      Array.from({ length: 10 }, () => new Agent(used.url).get(authorizePath(id))),
    );
    expect(new Set(asked.map(({ status }) => status)).size).toBe(1);
    expect(host.requested).toHaveLength(1);
  });

  test("consents that meet make one client", async () => {
    const id = newId();
    host.answer(json(documentOf(id)));
    const agents = await Promise.all(Array.from({ length: 4 }, () => signedInAgent(used)));
    const locations = await Promise.all(agents.map((agent) => agreeTo(agent, id)));
    const redeemed = await Promise.all(
      locations.map((location) => redeemAt(used.url, id, location)),
    );
    expect(redeemed.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { auditEvents: events } = await used.administrator.audit.listAuditEvents({
      clientId: id,
    });
    expect(events.filter(({ type }) => type === "client.create")).toHaveLength(1);
  });
});
