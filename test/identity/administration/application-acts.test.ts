// What administrators do to applications: a page and a call are refused and allowed in the same
// cases, and leave the same behind.
import { beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../../src/domain/model.ts";
import { refusalOf } from "../../clients/refusal.ts";
import { clientToken, delegate, register } from "../../oauth/flow.ts";
import { aClient, anAccessToken, NOW } from "../../store/samples.ts";
import { type Api, type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";

const used = useServer();
let admin: Agent;
let developer: SignedIn;

beforeAll(async () => {
  const administrator = await used.signUp();
  await used.server.store.users.setAdministrator(administrator.id, true, Date.now());
  admin = new Agent(used.url);
  await admin.signIn(administrator);
  developer = await used.signUp();
  await used.administrator.users.updateUser({ user: { id: developer.id, developer: true } });
});

const insert = async (given: Partial<Client> = {}): Promise<Client> => {
  const client = aClient({
    ownerId: developer.id,
    grantTypes: ["client_credentials"],
    apis: [],
    ...given,
  });
  await used.server.store.clients.insert(client, undefined);
  return client;
};
const stored = (id: string) => used.server.store.clients.find(id);
const eventsOf = (clientId: string) => used.server.store.audit.list({ clientId }, { limit: 9 });
const scopeFields = (scopes: readonly string[]) =>
  Object.fromEntries(scopes.map((scope) => [`scope_${scope}`, "yes"]));

/** An act: by a form of a page, and by a call. */
interface ComparedAct {
  readonly form: (client: Client) => Record<string, string>;
  readonly call: (api: Api, id: string) => Promise<unknown>;
}
const NEW_SCOPES = ["users.read", "introspect"];
const ACTS: Readonly<Record<string, ComparedAct>> = {
  verify: {
    form: ({ updatedAt }) => ({ version: String(updatedAt) }),
    call: ({ oauth }, clientId) => oauth.verifyClient({ clientId }),
  },
  unverify: {
    form: () => ({}),
    call: ({ oauth }, clientId) => oauth.unverifyClient({ clientId }),
  },
  disable: {
    form: () => ({ reason: "spam" }),
    call: ({ oauth }, clientId) => oauth.disableClient({ clientId, reason: "spam" }),
  },
  enable: {
    form: () => ({}),
    call: ({ oauth }, clientId) => oauth.enableClient({ clientId }),
  },
  "end-tokens": {
    form: () => ({}),
    call: ({ oauth }, clientId) => oauth.endClientTokens({ clientId }),
  },
  scopes: {
    form: () => scopeFields(NEW_SCOPES),
    call: ({ oauth }, id) =>
      oauth.updateClient({
        client: { id, scopes: ["profile", ...NEW_SCOPES] },
        updateMask: { paths: ["scopes"] },
      }),
  },
  delete: {
    form: () => ({}),
    call: ({ oauth }, clientId) => oauth.deleteClient({ clientId }),
  },
};
const TARGETS: Readonly<Record<string, Partial<Client> | "unknown">> = {
  "a plain one": {},
  "one of the server": { ownerId: undefined },
  "a public one": { public: true, grantTypes: ["authorization_code"] },
  "one with all scopes": { scopes: ["profile", "admin"] },
  "one of zimoxy": { apis: ["zimoxy"] },
  "a verified one": { verifiedAt: NOW },
  "a disabled one": { disabledAt: NOW, disableReason: "fraud" },
  "an unknown one": "unknown",
};

const CASES = Object.keys(ACTS).flatMap((act) => Object.keys(TARGETS).map((on) => [act, on]));

/** What an act left behind, without what differs from client to client. */
async function left(before: Client, token: string): Promise<unknown> {
  const client = await stored(before.id);
  const events = await eventsOf(before.id);
  return {
    client: client && {
      ...client,
      id: "",
      updatedAt: client.updatedAt > NOW,
      verifiedAt: client.verifiedAt !== undefined,
      disabledAt: client.disabledAt !== undefined,
    },
    events: events.map(({ type, succeeded, details }) => ({ type, succeeded, details })),
    hasToken: (await used.server.store.tokens.findAccess(token)) !== undefined,
  };
}

test("there are as many cases as acts and applications", () => {
  expect(CASES).toHaveLength(7 * 8);
});

let done = 0;
test.each(CASES)("%s on %s: a page does what a call does", async (name, on) => {
  const { form, call } = ACTS[name!]!;
  const given = TARGETS[on!]!;
  const made = async (): Promise<[Client, string]> => {
    if (given === "unknown") return [aClient(), "none"];
    const client = await insert(given);
    const token = anAccessToken({ clientId: client.id });
    await used.server.store.tokens.insertAccess(token);
    return [client, token.hash];
  };
  const [[byPage, pageToken], [byCall, callToken]] = [await made(), await made()];
  await admin.get("/administration");
  const response = await admin.post(`/administration/application/${name}`, {
    id: byPage.id,
    ...form(byPage),
  });
  const reason = await call(used.administrator, byCall.id).then(
    () => "",
    (error: unknown) => refusalOf(error).reason,
  );
  const location = response.headers.get("location") ?? "";
  const isRefused = response.status >= 400 || location.endsWith("notice=refused");
  expect([isRefused, reason !== ""], `${response.status} ${location} ${reason}`).toEqual(
    given === "unknown"
      ? [true, true]
      : [given.public === true && name === "scopes", given.public === true && name === "scopes"],
  );
  if (given === "unknown") expect([response.status, reason]).toEqual([404, "CLIENT_NOT_FOUND"]);
  const [page, rpc] = [await left(byPage, pageToken), await left(byCall, callToken)];
  expect(page).toEqual(rpc);
  if (!isRefused && location.includes("&notice=")) {
    await admin.get(location);
    expect(admin.page).toContain('role="status"');
  }
  done++;
});

test("all cases were compared", () => {
  expect(done).toBe(CASES.length);
});

describe("who administers no application", () => {
  const ADMINISTERING = ["verify", "unverify", "disable", "enable"] as const;
  const callers: Readonly<
    Record<string, (client: { id: string; secret: string }) => Promise<Api>>
  > = {
    "a caller without a credential": async () => used.as(),
    "its owner": async () => developer,
    "another user": () => used.signUp(),
    "an application for its owner": async () =>
      used.as((await delegate(used.url, used.administrator, developer)).accessToken),
    "a client with clients.read": async () =>
      used.as(
        await clientToken(
          used.url,
          await register(used.administrator, {
            grantTypes: ["client_credentials"],
            scopes: ["clients.read"],
          }),
        ),
      ),
    "a client with clients.write that has less": async () =>
      used.as(
        await clientToken(
          used.url,
          await register(used.administrator, {
            grantTypes: ["client_credentials"],
            scopes: ["clients.write"],
          }),
        ),
      ),
    "the client itself": async (client) => used.as(await clientToken(used.url, client)),
  };

  test.each(Object.entries(callers))("%s", async (_, callerOf) => {
    const client = await register(used.administrator, {
      grantTypes: ["client_credentials"],
      scopes: ["clients.write", "users.read"],
    });
    const api = await callerOf(client);
    const before = await stored(client.id);
    let refused = 0;
    for (const name of ADMINISTERING) {
      const { reason } = refusalOf(
        await ACTS[name]!.call(api, client.id).catch((error: unknown) => error),
      );
      expect(["PERMISSION_DENIED", "CREDENTIAL_MISSING"], name).toContain(reason);
      refused++;
    }
    expect(refused).toBe(4);
    expect(await stored(client.id)).toEqual(before);
  });

  test("the owner, on the pages: they are not there", async () => {
    const client = await insert();
    const owner = new Agent(used.url);
    await owner.signIn(developer);
    let refused = 0;
    for (const name of Object.keys(ACTS)) {
      await owner.get("/developer");
      const fields = { id: client.id, ...ACTS[name]!.form(client) };
      const response = await owner.post(`/administration/application/${name}`, fields);
      expect(response.status, name).toBe(404);
      refused++;
    }
    expect(refused).toBe(7);
    expect(await stored(client.id)).toEqual(client);
  });
});

describe("a verification", () => {
  const change = (api: Api, id: string, client: { name?: string; redirectUris?: string[] }) =>
    api.oauth.updateClient({ client: { id, ...client } });

  test("ends with what no administrator has seen, and says so", async () => {
    const uris = ["https://app.example.org/callback"];
    const changes: readonly (readonly [object, boolean])[] = [
      [{ name: "Another app" }, true],
      [{ redirectUris: [...uris, "https://other.example.org/"] }, true],
      [{ redirectUris: ["https://other.example.org/"] }, true],
      [{ name: "An app", redirectUris: uris }, false],
      [{ allowedOrigins: ["https://app.example.org"] }, false],
    ];
    for (const [what, ends] of changes) {
      const [own, given] = [await insert({ verifiedAt: NOW }), await insert({ verifiedAt: NOW })];
      await change(developer, own.id, what);
      await change(used.administrator, given.id, what);
      expect((await stored(own.id))?.verifiedAt, JSON.stringify(what)).toBe(ends ? undefined : NOW);
      expect((await stored(given.id))?.verifiedAt).toBe(NOW);
      const [event] = await eventsOf(own.id);
      expect(event?.details["verified"]).toBe(ends ? "false" : undefined);
    }
  });

  test("is refused for a client that has changed since it was shown", async () => {
    const client = await insert();
    await admin.get(`/administration/application?id=${client.id}`);
    const version = admin.hidden("version");
    expect(version).toBe(String(NOW));
    const { client: seen } = await developer.oauth.getClient({ clientId: client.id });
    await change(developer, client.id, { name: "Bank of Everything" });
    const fields = { id: client.id, version };
    const { headers } = await admin.post("/administration/application/verify", fields);
    expect(headers.get("location")).toMatch(/&notice=changed$/);
    await admin.get(headers.get("location")!);
    expect(admin.page).toContain("has changed since this page was shown");
    const error: unknown = await used.administrator.oauth
      .verifyClient({ clientId: client.id, clientUpdateTime: seen!.updateTime! })
      .catch((reason: unknown) => reason);
    expect(refusalOf(error)).toMatchObject({
      reason: "FIELD_INVALID",
      fields: ["client_update_time"],
    });
    expect((await stored(client.id))?.verifiedAt).toBeUndefined();
  });
});

test("a disabled application can't be deleted by its owner, who reads the reason", async () => {
  const client = await insert();
  await used.administrator.oauth.disableClient({ clientId: client.id, reason: "<b>fraud</b>" });
  const remove = () => developer.oauth.deleteClient({ clientId: client.id });
  await expect(remove()).rejects.toThrow("disabled");
  const owner = new Agent(used.url);
  await owner.signIn(developer);
  await owner.get(`/developer/application?id=${client.id}`);
  expect(owner.page).toContain("&lt;b&gt;fraud&lt;/b&gt;");
  await owner.get(`/developer/application/delete?id=${client.id}`);
  const { status } = await owner.post("/developer/application/delete", {
    id: client.id,
    name: client.name,
  });
  expect(status).toBe(403);
  expect(await stored(client.id)).toBeDefined();
  await used.administrator.oauth.enableClient({ clientId: client.id });
  await remove();
  expect(await stored(client.id)).toBeUndefined();
});

test("the scope admin takes the name of the application", async () => {
  const client = await insert({ name: "Backup" });
  const send = async (name: string) => {
    await admin.get(`/administration/application/scopes?id=${client.id}`);
    const fields = { id: client.id, name, ...scopeFields(["admin"]) };
    return (await admin.post("/administration/application/scopes", fields)).status;
  };
  expect([await send(""), await send("backup")]).toEqual([422, 422]);
  expect(admin.page).toContain("The name does not match.");
  expect((await stored(client.id))?.scopes).toEqual(["profile"]);
  expect(await send("Backup")).toBe(303);
  expect((await stored(client.id))?.scopes).toEqual(["profile", "admin"]);
  const [event] = await eventsOf(client.id);
  expect(event).toMatchObject({ type: "client.update", details: { scopes: "profile admin" } });
});
