// The key of a partner's backend: who gives it, how far it can guess, and what it leaves in the
// audit trail.
import { beforeAll, describe, expect, test } from "vitest";
import { refusalOf } from "../clients/refusal.ts";
import { type SignedIn, unique, useServer } from "../use-server.ts";
import { Agent } from "../web/agent.ts";
import { call } from "./call.ts";

const KEY = { name: "Partner", apis: ["zimoxy"] };
const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "",
    (error: unknown) => refusalOf(error).reason,
  );

describe.each(["sqlite", "mysql"] as const)("guesses with a key on %s", (engine) => {
  const LIMIT = 20;
  const used = useServer({
    engine,
    environment: { TRUSTED_PROXIES: "127.0.0.1", SIGN_IN_NETWORK_FAILURES: String(LIMIT) },
  });
  const partner = async () => {
    const { client, clientSecret } = await used.administrator.oauth.createClient({ client: KEY });
    return { id: client!.id, key: clientSecret };
  };
  let networks = 0;
  const network = (): string => `198.51.100.${++networks}`;
  const login = async (
    key: string,
    from: string,
    fields: Record<string, string>,
  ): Promise<number> =>
    (
      await call(
        `${used.url}/oauth2/login`,
        "POST",
        { login: unique(), password: "Spring2026!", ...fields },
        { authorization: key, "x-forwarded-for": from },
      )
    ).status;
  /** The statuses of so many tries, one after the other, each counted. */
  const tally = async (
    count: number,
    tryOne: (index: number) => Promise<number>,
  ): Promise<Record<number, number>> => {
    const counts: Record<number, number> = {};
    for (let index = 0; index < count; index++) {
      const status = await tryOne(index);
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  };

  test("count for the caller's own network, whatever addresses it tells", async () => {
    const [{ key }, from] = [await partner(), network()];
    expect(await tally(LIMIT + 8, (index) => login(key, from, { ip: `10.0.${index}.1` }))).toEqual({
      403: LIMIT,
      429: 8,
    });
    // It is the counter of every other way in: the same network has no guess left there, another
    // one has.
    const signIn = (of: string) =>
      fetch(`${used.url}/v1/sessions`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": of },
        body: JSON.stringify({ username: unique(), password: "x" }),
      });
    expect([(await signIn(from)).status, (await signIn(network())).status]).toEqual([429, 401]);
    // Another key from the same network is no way around it.
    expect(await login((await partner()).key, from, {})).toBe(429);
  });

  test("count for the key, whatever networks it is used from", async () => {
    const { key } = await partner();
    expect(
      await tally(LIMIT + 4, (index) => login(key, network(), { ip: `10.1.${index}.1` })),
    ).toEqual({ 403: LIMIT, 429: 4 });
    expect(await login((await partner()).key, network(), {})).toBe(403);
  });

  test("count for the address that is told, which can't use up what the partner has", async () => {
    const [{ key }, from] = [await partner(), network()];
    expect(await tally(8, () => login(key, from, { ip: "203.0.113.7" }))).toEqual({
      403: LIMIT / 5,
      429: 8 - LIMIT / 5,
    });
    expect(await login(key, from, { ip: "203.0.113.8" })).toBe(403);
    expect(await login(key, from, {})).toBe(403);
  });

  test("count for the account, together with all other ways", async () => {
    const { key } = await partner();
    const user = await used.signUp();
    expect(
      await tally(12, (index) =>
        login(key, network(), { login: user.username, ip: `10.2.${index}.1` }),
      ),
    ).toEqual({ 403: 10, 429: 2 });
  });

  test("that are right are taken back, however many there are at once", async () => {
    const [{ key }, from] = [await partner(), network()];
    const user = await used.signUp();
    const right = (index: number) =>
      login(key, from, {
        login: user.username,
        password: user.password,
        ip: `10.3.${index % 3}.1`,
      });
    expect(await tally(LIMIT + 5, right)).toEqual({ 200: LIMIT + 5 });
    expect(await Promise.all(Array.from({ length: 8 }, (_, index) => right(index)))).toEqual(
      Array(8).fill(200),
    );
    expect(await tally(LIMIT + 1, (index) => login(key, from, { ip: `10.4.${index}.1` }))).toEqual({
      403: LIMIT,
      429: 1,
    });
  });

  test("with a wrong key end, too", async () => {
    const from = network();
    const statuses = await Promise.all(
      Array.from({ length: 310 }, () => login("lkcs_wrong", from, {})),
    );
    expect([
      statuses.filter((status) => status === 403).length,
      statuses.filter((status) => status === 429).length,
    ]).toEqual([300, 10]);
    // Only those with a wrong key.
    const user = await used.signUp();
    expect(
      await login((await partner()).key, from, { login: user.username, password: user.password }),
    ).toBe(200);
  });

  test("and registrations are events of the client", async () => {
    const [{ id, key }, from] = [await partner(), network()];
    const user = {
      login: unique(),
      password: unique(),
      email: `${unique()}@example.ru`,
      ip: "203.0.113.9",
    };
    expect(
      (
        await call(`${used.url}/oauth2/register`, "POST", user, {
          authorization: key,
          "x-forwarded-for": from,
        })
      ).status,
    ).toBe(200);
    expect(await login(key, from, { login: user.login, password: user.password })).toBe(200);
    expect(await login(key, from, { login: user.login, password: "wrong" })).toBe(403);
    expect(await login(key, from, {})).toBe(403);
    const events = await used.server.store.audit.list({ actor: `client:${id}` }, { limit: 10 });
    expect(
      events.map(({ type, succeeded, clientId, address }) => [type, succeeded, clientId, address]),
    ).toEqual([
      ["user.sign_in", false, id, from],
      ["user.sign_in", false, id, from],
      ["user.sign_in", true, id, from],
      ["user.create", true, id, from],
    ]);
    expect(events[3]!.details).toEqual({ clientId: id, ip: user.ip });
  });
});

describe.each(["sqlite", "mysql"] as const)(
  "the key is given by an administrator, on %s",
  (engine) => {
    const used = useServer({ engine });
    let owner: SignedIn & { readonly agent: Agent };
    let admin: Agent;
    const opens = async (key: string): Promise<boolean> =>
      (await call(`${used.url}/oauth2/login`, "POST", {}, { authorization: key })).status === 400;
    const browserOf = async (user: SignedIn): Promise<Agent> => {
      const agent = new Agent(used.url);
      await agent.signIn(user);
      return agent;
    };
    beforeAll(async () => {
      const user = await used.signUp();
      owner = { ...user, agent: await browserOf(user) };
      await owner.agent.get("/developer");
      await owner.agent.post("/developer/become", {});
      const administrator = await used.signUp();
      await used.server.store.users.setAdministrator(administrator.id, true, 0);
      admin = await browserOf(administrator);
    });
    const register = async (fields: Record<string, string> = { api_zimoxy: "on" }) => {
      await owner.agent.get("/developer/register");
      const answer = await owner.agent.post("/developer/register", {
        registration: owner.agent.hidden("registration"),
        name: unique("Shop "),
        kind: "confidential",
        redirect_uris: "",
        ...fields,
      });
      // What waits for a key is shown none.
      expect(owner.agent.page).not.toContain("lkcs_");
      const id =
        /[?&]id=([0-9a-f-]{36})&notice=asked$/.exec(answer.headers.get("location") ?? "")?.[1] ??
        "";
      return { id, key: (await owner.oauth.rotateClientSecret({ clientId: id })).clientSecret };
    };
    const apisOf = async (clientId: string): Promise<string[]> =>
      (await used.administrator.oauth.getClient({ clientId })).client!.apis;
    const typesOf = async (clientId: string): Promise<string[]> =>
      (await used.server.store.audit.list({ clientId }, { limit: 20 })).map(({ type }) => type);

    test("no call of a developer names it", async () => {
      const { oauth } = owner;
      expect(await reasonOf(oauth.createClient({ client: KEY }))).toBe("PERMISSION_DENIED");
      expect(
        await reasonOf(oauth.createClient({ client: { ...KEY, apis: ["senler", "zimoxy"] } })),
      ).toBe("PERMISSION_DENIED");
      const { client } = await oauth.createClient({ client: { name: "x", apis: ["senler"] } });
      expect(
        await reasonOf(
          oauth.updateClient({ client: { id: client!.id, apis: ["senler", "zimoxy"] } }),
        ),
      ).toBe("PERMISSION_DENIED");
      expect(await apisOf(client!.id)).toEqual(["senler"]);
    });

    test("a developer asks in the console and waits; an administrator gives it", async () => {
      const { id, key } = await register({ api_zimoxy: "on", api_senler: "on" });
      expect([await apisOf(id), await opens(key)]).toEqual([["senler"], false]);
      await owner.agent.get(`/developer/application?id=${id}`);
      expect(owner.agent.page).toContain("Waiting for approval since");
      await owner.agent.get(`/developer/application/settings?id=${id}`);
      expect(owner.agent.page).toMatch(/name="api_zimoxy" value="on" checked/);
      await admin.get("/administration/applications");
      expect(admin.page).toContain("asks for zimoxy");
      expect(admin.page).toContain(`/administration/application?id=${id}`);
      await admin.get(`/administration/application?id=${id}`);
      const given = await admin.post("/administration/application/give-api", { id, api: "zimoxy" });
      await admin.get(given.headers.get("location")!);
      expect(admin.page).toContain("Request approved. The application can now use the API.");
      expect([await apisOf(id), await opens(key)]).toEqual([["senler", "zimoxy"], true]);
      await owner.agent.get(`/developer/application?id=${id}`);
      expect(owner.agent.page).not.toContain("Waiting for approval");
      expect((await typesOf(id)).filter((type) => type.endsWith("_api"))).toEqual([
        "client.give_api",
        "client.request_api",
      ]);
      // It is given once, and nobody asks any more.
      await admin.get(`/administration/application?id=${id}`);
      expect(
        (
          await admin.post("/administration/application/give-api", { id, api: "zimoxy" })
        ).headers.get("location"),
      ).toContain("notice=gone");
      // Its developer keeps it through every other change, and can put it away.
      await owner.oauth.updateClient({ client: { id, name: "Another", apis: ["zimoxy"] } });
      expect(await opens(key)).toBe(true);
      await owner.agent.get(`/developer/application/settings?id=${id}`);
      await owner.agent.post("/developer/application/settings", {
        id,
        name: "Another",
        redirect_uris: "",
        api_senler: "on",
      });
      expect([await apisOf(id), await opens(key)]).toEqual([["senler"], false]);
    });

    test("or refuses it; and what is withdrawn waits no longer", async () => {
      const [refused, withdrawn] = [await register(), await register()];
      await admin.get(`/administration/application?id=${refused.id}`);
      const answer = await admin.post("/administration/application/refuse-api", {
        id: refused.id,
        api: "zimoxy",
      });
      expect(answer.headers.get("location")).toContain("notice=refused");
      await owner.agent.get(`/developer/application/settings?id=${withdrawn.id}`);
      await owner.agent.post("/developer/application/settings", {
        id: withdrawn.id,
        name: "x",
        redirect_uris: "",
      });
      for (const { id, key } of [refused, withdrawn]) {
        await owner.agent.get(`/developer/application?id=${id}`);
        expect(owner.agent.page).not.toContain("Waiting for approval");
        await admin.get(`/administration/application?id=${id}`);
        expect(
          (
            await admin.post("/administration/application/give-api", { id, api: "zimoxy" })
          ).headers.get("location"),
        ).toContain("notice=gone");
        expect([await apisOf(id), await opens(key)]).toEqual([[], false]);
      }
      expect((await typesOf(refused.id)).filter((type) => type.endsWith("_api"))).toEqual([
        "client.refuse_api",
        "client.request_api",
      ]);
    });

    test("nobody else gives it", async () => {
      const { id, key } = await register();
      for (const act of ["give-api", "refuse-api"]) {
        await owner.agent.get("/developer");
        expect(
          (await owner.agent.post(`/administration/application/${act}`, { id, api: "zimoxy" }))
            .status,
        ).toBe(404);
      }
      await owner.agent.get(`/developer/application/settings?id=${id}`);
      await owner.agent.post("/developer/application/settings", {
        id,
        name: "x",
        redirect_uris: "",
        api_zimoxy: "on",
      });
      expect([await apisOf(id), await opens(key)]).toEqual([[], false]);
      // An application that goes takes its request with it.
      await owner.oauth.deleteClient({ clientId: id });
      expect(await used.server.store.apiRequests.of(id)).toEqual([]);
    });

    test("a client that may register clients needs every scope for it, and gets at no key of others", async () => {
      const { client, clientSecret } = await used.administrator.oauth.createClient({
        client: {
          name: "Registrar",
          grantTypes: ["client_credentials"],
          scopes: ["clients.write", "clients.read"],
        },
      });
      const { accessToken } = await used
        .as()
        .oauth.token({ grantType: "client_credentials", clientId: client!.id, clientSecret });
      const registrar = used.as(accessToken).oauth;
      expect(await reasonOf(registrar.createClient({ client: KEY }))).toBe("PERMISSION_DENIED");
      const { client: kept, clientSecret: key } = await used.administrator.oauth.createClient({
        client: { ...KEY, ownerId: owner.id },
      });
      expect(await reasonOf(registrar.rotateClientSecret({ clientId: kept!.id }))).toBe(
        "PERMISSION_DENIED",
      );
      expect(
        await reasonOf(
          registrar.updateClient({ client: { id: kept!.id, apis: ["zimoxy", "senler"] } }),
        ),
      ).toBe("PERMISSION_DENIED");
      expect(await opens(key)).toBe(true);
      // What an administrator's client gives ends the request.
      const asked = await register();
      await used.administrator.oauth.updateClient({ client: { id: asked.id, apis: ["zimoxy"] } });
      expect([await opens(asked.key), await used.server.store.apiRequests.of(asked.id)]).toEqual([
        true,
        [],
      ]);
    });

    test("what an administrator takes while its developer saves is not put back", async () => {
      const { client } = await used.administrator.oauth.createClient({
        client: { ...KEY, ownerId: owner.id },
      });
      const { store } = used.server;
      const { transaction } = store;
      let taken = false;
      store.transaction = (work) =>
        transaction((tx) => {
          const find = async (id: string) => {
            const kept = await tx.clients.find(id);
            if (id === client!.id && !taken) {
              taken = true;
              await tx.clients.update(id, { apis: [] }, 0);
            }
            return kept;
          };
          return work({ ...tx, clients: { ...tx.clients, find } });
        });
      try {
        expect(
          await reasonOf(
            owner.oauth.updateClient({ client: { id: client!.id, apis: ["zimoxy", "senler"] } }),
          ),
        ).toBe("PERMISSION_DENIED");
      } finally {
        store.transaction = transaction;
      }
      expect([taken, await apisOf(client!.id)]).toEqual([true, []]);
    });
  },
);

describe("with ZIMOXY_KEYS=self", () => {
  const used = useServer({ environment: { ZIMOXY_KEYS: "self" } });

  test("a developer takes it, as the document reads", async () => {
    const user = await used.signUp();
    await used.administrator.users.updateUser({ user: { id: user.id, developer: true } });
    const { clientSecret } = await user.oauth.createClient({ client: KEY });
    expect(
      (
        await call(
          `${used.url}/oauth2/login`,
          "POST",
          { login: user.username, password: user.password },
          { authorization: clientSecret },
        )
      ).status,
    ).toBe(200);
  });
});
