import { beforeAll, describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { movableClock } from "../../identity/clock.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";
import { consolePages, type Developer, ORIGINAL } from "./console-pages.ts";

const clock = movableClock();

const used = useServer({ clock, environment: { ZIMOXY: "off" } });

const { aDeveloper, register } = consolePages(used);

let owner: Developer;

let stranger: Developer;

beforeAll(async () => {
  [owner, stranger] = [await aDeveloper(), await aDeveloper()];
});

const clientsOf = async ({ oauth }: SignedIn) => (await oauth.listClients({})).clients;

describe("a registration", () => {
  const schemes = [
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://app.example/x",
    "app.example:/x",
    "ftp://app.example/",
    "//app.example/",
    "/callback",
    "about:blank",
  ];
  const PAYLOADS = [
    ...schemes,
    ...schemes.slice(0, 5).map((uri) => `  ${uri[0]!.toUpperCase()}${uri.slice(1)}`),
    "https://app.example/#",
    "https://app.example/#x",
    "https://*.example/",
    "https://app.example/*",
    "https://app.example/\u0000",
    "https://app.example/\u0007x",
    "https://app.example/a b",
    "https://app.example\\@e.example/",
    "https://u:p@app.example/",
    "HTTPS://app.example/",
    "https:app.example/",
    "https://",
    "https://app.example/ü",
    "http://app.example/",
    "http://localhost.example/",
    "http://127.0.0.1.app.example/",
    "http://[::2]/",
  ];

  test(`refuses each of ${PAYLOADS.length} addresses at its field, and keeps input`, async () => {
    const before = (await clientsOf(owner)).length;
    expect(PAYLOADS.length).toBeGreaterThanOrEqual(30);
    for (const uri of PAYLOADS) {
      const { response } = await register(owner, { redirect_uris: `${ORIGINAL}\n${uri}` });
      expect(
        [response.status, /<textarea[^>]* aria-invalid="true"/.test(owner.agent.page)],
        uri,
      ).toEqual([422, true]);
    }
    expect(owner.agent.page).toContain('value="Reading room"');
    expect(await clientsOf(owner)).toHaveLength(before);
  });

  test("refuses too many addresses, one that is too long, and a name that is none", async () => {
    const wrong: readonly Record<string, string>[] = [
      {
        redirect_uris: Array.from({ length: 21 }, (_, index) => `${ORIGINAL}/${index}`).join("\n"),
      },
      { redirect_uris: `${ORIGINAL}/${"x".repeat(2048)}` },
      { name: " " },
      { name: "x".repeat(201) },
      { name: "x\u0000" },
      { name: "Mail \u202edeifirev" },
    ];
    for (const fields of wrong) expect((await register(owner, fields)).response.status).toBe(422);
  });

  test(
    "makes one application however often it is sent, shows its secret once, and none of " +
      "it is in the log",
    async () => {
      const { id, secret, sent, response } = await register(owner);
      expect([response.status, response.headers.get("cache-control"), secret]).toEqual([
        200,
        "no-store",
        expect.stringMatching(/^lkcs_[\w-]{43}$/),
      ]);
      const count = (await clientsOf(owner)).length;
      const form_token = owner.agent.hidden("form_token");
      for (const fields of [
        { ...sent, form_token },
        { ...sent, form_token, name: "Another" },
      ]) {
        const again = await owner.agent.post("/developer/register", fields);
        expect(again.headers.get("location")).toBe(
          `/developer/application?id=${id}&notice=secret-made`,
        );
      }
      expect(await clientsOf(owner)).toHaveLength(count);
      for (const page of [
        "",
        "/settings",
        "/advanced",
        "/secret",
        "/snippets",
        "/button",
        "/delete",
      ]) {
        await owner.agent.get(`/developer/application${page}?id=${id}`);
        expect(owner.agent.page).not.toContain(secret);
      }
      expect(used.server.log.join("")).not.toContain(secret);
    },
  );

  test("brings no application back that was deleted, nor the secret that it had", async () => {
    const { id, secret, sent } = await register(owner, { api_secretpair: "on" });
    await owner.agent.get(`/developer/application/delete?id=${id}`);
    expect(
      (await owner.agent.post("/developer/application/delete", { id, name: sent["name"]! })).status,
    ).toBe(303);
    await owner.agent.get("/developer/register?kind=web");
    expect((await owner.agent.post("/developer/register", sent)).status).toBe(404);
    expect(owner.agent.page).not.toContain(secret);
    expect((await clientsOf(owner)).map(({ id: each }) => each)).not.toContain(id);
  });

  test("is good only in the session that was shown it", async () => {
    await stranger.agent.get("/developer/register?kind=web");
    const theirs = stranger.agent.hidden("registration");
    for (const registration of [theirs, "", "x"]) {
      const { response } = await register(owner, { registration });
      expect([response.status, owner.agent.page.includes("page has expired")]).toEqual([422, true]);
    }
  });

  test("gives users' scopes and the APIs that are served, and no others", async () => {
    const { id } = await register(owner, {
      scope_groups: "on",
      scope_admin: "on",
      scope_introspect: "on",
      api_zimoxy: "on",
      api_senler: "on",
      api_x: "on",
      redirect_uris: "http://app.example/",
    });
    const { client } = await owner.oauth.getClient({ clientId: id });
    expect(client).toMatchObject({
      scopes: ["profile", "groups"],
      apis: ["senler"],
      ownerId: owner.id,
      grantTypes: ["authorization_code", "refresh_token", "client_credentials"],
      redirectUris: ["http://app.example/"],
    });
  });

  test("gives a public application no secret", async () => {
    const { response } = await register(owner, { kind: "native" });
    const id = new URL(response.headers.get("location")!, used.url).searchParams.get("id")!;
    expect((await owner.oauth.getClient({ clientId: id })).client).toMatchObject({
      type: ClientType.PUBLIC,
      grantTypes: ["authorization_code", "refresh_token"],
    });
    const page = await owner.agent.get(`/developer/application/secret?id=${id}`);
    expect(page.headers.get("location")).toBe(`/developer/application?id=${id}`);
  });

  test("is for developers", async () => {
    const agent = new Agent(used.url);
    expect((await agent.get("/developer/register")).headers.get("location")).toBe(
      "/sign-in?return=%2Fdeveloper%2Fregister",
    );
    await agent.signIn(await used.signUp());
    expect((await agent.get("/developer/register")).headers.get("location")).toBe("/developer");
    await agent.get("/developer");
    expect((await agent.post("/developer/become", { form_token: "x" })).status).toBe(403);
    expect((await agent.post("/developer/register", { name: "x" })).headers.get("location")).toBe(
      "/developer",
    );
  });
});
