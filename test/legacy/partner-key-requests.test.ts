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
      await owner.agent.get("/developer/register?kind=web");
      const answer = await owner.agent.post("/developer/register", {
        registration: owner.agent.hidden("registration"),
        name: unique("Shop "),
        kind: "web",
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
      expect(owner.agent.page).toMatch(/name="api_zimoxy"\s+value="on"\s+checked/);
      await admin.get("/administration/applications");
      expect(admin.page).toContain("requests zimoxy");
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
      // It is given once, and the request is gone.
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

    test("only an administrator gives it", async () => {
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

    test(
      "a client that may register clients needs every scope for it, and gets at no key of " +
        "others",
      async () => {
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
      },
    );

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
