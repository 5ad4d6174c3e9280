// What the developer console refuses: addresses that must not be registered, other people's
// applications, old sign-ins.
import { beforeAll, describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const clock = movableClock();
const used = useServer({ clock, environment: { ZIMOXY: "off" } });
const ORIGINAL = "https://app.example/callback";

let owner: SignedIn & { readonly agent: Agent };
let stranger: typeof owner;

async function aDeveloper(): Promise<typeof owner> {
  const user = await used.signUp();
  const agent = new Agent(used.url);
  await agent.signIn(user);
  await agent.get("/developer");
  expect((await agent.post("/developer/become", {})).headers.get("location")).toBe("/developer");
  return { ...user, agent };
}

beforeAll(async () => {
  [owner, stranger] = [await aDeveloper(), await aDeveloper()];
});

const clientsOf = async ({ oauth }: SignedIn) => (await oauth.listClients({})).clients;
/** The values that a page shows to be copied. */
const shown = ({ page }: Agent): string[] =>
  [...page.matchAll(/<pre class="whole">([^<]*)<\/pre>/g)].map(([, text]) => text!);

/** Registers by the page; answers id and secret. */
async function register(
  { agent }: typeof owner,
  fields: Record<string, string> = {},
): Promise<{ id: string; secret: string; sent: Record<string, string>; response: Response }> {
  await agent.get("/developer/register");
  const sent = {
    registration: agent.hidden("registration"),
    name: "Reading room",
    kind: "confidential",
    redirect_uris: ORIGINAL,
    scope_profile: "on",
    ...fields,
  };
  const response = await agent.post("/developer/register", sent);
  const [id = "", secret = ""] = shown(agent);
  return { id, secret, sent, response };
}

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
    ...[
      "https://app.example/#",
      "https://app.example/#x",
      "https://*.example/",
      "https://app.example/*",
      "https://app.example/\u0000",
      "https://app.example/\u0007x",
      "https://app.example/a b",
      "https://app.example\\@e.example/",
      "https://u:p@app.example/",
    ],
    ...[
      "HTTPS://app.example/",
      "https:app.example/",
      "https://",
      "https://app.example/ü",
      "http://app.example/",
      "http://localhost/",
      "http://127.0.0.1.app.example/",
      "http://[::2]/",
    ],
  ];

  test(`refuses each of ${PAYLOADS.length} addresses, at the field, and keeps what was written`, async () => {
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

  test("makes one application however often it is sent, shows its secret once, and none of it is in the log", async () => {
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
    for (const page of ["", "/settings", "/secret", "/snippets", "/button", "/delete"]) {
      await owner.agent.get(`/developer/application${page}?id=${id}`);
      expect(owner.agent.page).not.toContain(secret);
    }
    expect(used.server.log.join("")).not.toContain(secret);
  });

  test("brings no application back that was deleted, nor the secret that it had", async () => {
    const { id, secret, sent } = await register(owner, { api_secretpair: "on" });
    await owner.agent.get(`/developer/application/delete?id=${id}`);
    expect(
      (await owner.agent.post("/developer/application/delete", { id, name: sent["name"]! })).status,
    ).toBe(303);
    await owner.agent.get("/developer/register");
    expect((await owner.agent.post("/developer/register", sent)).status).toBe(404);
    expect(owner.agent.page).not.toContain(secret);
    expect((await clientsOf(owner)).map(({ id: each }) => each)).not.toContain(id);
  });

  test("is good in the session that was shown it, and for nobody else", async () => {
    await stranger.agent.get("/developer/register");
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
    const { response } = await register(owner, { kind: "public" });
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

describe("an application", () => {
  const PAGES = ["", "/settings", "/secret", "/snippets", "/button", "/delete"];
  const ACTS: Readonly<Record<string, Record<string, string>>> = {
    "/settings": { name: "Taken over" },
    "/secret": { version: "1", overlap: "0" },
    "/end-access": {},
    "/delete": { name: "Reading room" },
  };

  test("of somebody else, of an administrator or of nobody is not there", async () => {
    const { id } = await register(owner);
    const before = await owner.oauth.getClient({ clientId: id });
    await stranger.agent.get("/developer");
    expect(stranger.agent.page).not.toContain("Reading room");
    for (const clientId of [
      id,
      used.server.administrator.clientId,
      "01890000-0000-7000-8000-000000000000",
      "",
    ]) {
      for (const page of PAGES)
        expect(
          (await stranger.agent.get(`/developer/application${page}?id=${clientId}`)).status,
          page,
        ).toBe(404);
      await stranger.agent.get("/developer");
      for (const [act, fields] of Object.entries(ACTS))
        expect(
          (await stranger.agent.post(`/developer/application${act}`, { id: clientId, ...fields }))
            .status,
          act,
        ).toBe(404);
    }
    expect(await owner.oauth.getClient({ clientId: id })).toEqual(before);
  });

  test("is changed by no form of another site, and by no link", async () => {
    const { id } = await register(owner);
    const before = await owner.oauth.getClient({ clientId: id });
    for (const [act, fields] of Object.entries(ACTS)) {
      await owner.agent.get(`/developer/application/settings?id=${id}`);
      const tries: readonly (readonly [Record<string, string>, Record<string, string>])[] = [
        [{ form_token: "" }, {}],
        [{}, { "sec-fetch-site": "cross-site" }],
        [{}, { origin: "https://evil.example" }],
      ];
      for (const [more, headers] of tries)
        expect(
          (
            await owner.agent.post(
              `/developer/application${act}`,
              { id, ...fields, ...more },
              headers,
            )
          ).status,
        ).toBe(403);
      await owner.agent.get(
        `/developer/application${act}?${new URLSearchParams({ id, ...fields })}`,
      );
    }
    expect(await owner.oauth.getClient({ clientId: id })).toEqual(before);
  });

  test("keeps what its page doesn't show, and is deleted by its name only", async () => {
    const { client } = await used.administrator.oauth.createClient({
      client: {
        name: "Reading room",
        type: ClientType.CONFIDENTIAL,
        ownerId: owner.id,
        scopes: ["profile", "introspect"],
        apis: ["zimoxy", "kokids"],
      },
    });
    await owner.agent.get(`/developer/application/settings?id=${client!.id}`);
    await owner.agent.post("/developer/application/settings", {
      id: client!.id,
      name: "Another room",
      redirect_uris: ORIGINAL,
      scope_groups: "on",
      api_senler: "on",
    });
    expect((await owner.oauth.getClient({ clientId: client!.id })).client).toMatchObject({
      name: "Another room",
      scopes: ["groups", "introspect"],
      apis: ["senler", "zimoxy"],
      redirectUris: [ORIGINAL],
    });
    await owner.agent.get(`/developer/application/delete?id=${client!.id}`);
    expect(
      (
        await owner.agent.post("/developer/application/delete", {
          id: client!.id,
          name: "Reading room",
        })
      ).status,
    ).toBe(422);
    expect(
      (
        await owner.agent.post("/developer/application/delete", {
          id: client!.id,
          name: "Another room",
        })
      ).headers.get("location"),
    ).toBe("/developer?notice=deleted");
  });

  test("ends its tokens without asking anybody again", async () => {
    const { id, secret } = await register(owner);
    const token = async () =>
      (
        await used
          .as()
          .oauth.token({ grantType: "client_credentials", clientId: id, clientSecret: secret })
      ).accessToken;
    const introspect = async (value: string) =>
      (await used.as().oauth.introspect({ clientId: id, clientSecret: secret, token: value }))
        .active;
    const before = await token();
    expect(await introspect(before)).toBe(true);
    await owner.agent.get(`/developer/application?id=${id}`);
    expect(
      (await owner.agent.post("/developer/application/end-access", { id })).headers.get("location"),
    ).toBe(`/developer/application?id=${id}&notice=ended`);
    expect([await introspect(before), await introspect(await token())]).toEqual([false, true]);
  });
});

// The last: it lets time pass.
test("a new secret needs the password again, and ends the old one when it has said so", async () => {
  const { id, secret } = await register(owner);
  const works = (clientSecret: string) =>
    used
      .as()
      .oauth.token({ grantType: "client_credentials", clientId: id, clientSecret })
      .then(
        () => true,
        () => false,
      );
  const path = `/developer/application/secret?id=${id}`;
  await owner.agent.get(path);
  const token = owner.agent.hidden("form_token");
  clock.pass(6 * MINUTE);
  for (const page of ["secret", "delete"]) {
    const target = `/developer/application/${page}?id=${id}`;
    const confirm = `/confirm?return=${encodeURIComponent(target)}`;
    expect((await owner.agent.get(target)).headers.get("location")).toBe(confirm);
    expect(
      (
        await owner.agent.post(`/developer/application/${page}`, {
          form_token: token,
          id,
          version: "1",
          name: "Reading room",
        })
      ).headers.get("location"),
    ).toBe(confirm);
  }
  await owner.agent.get(`/confirm?return=${encodeURIComponent(path)}`);
  expect(
    (await owner.agent.post("/confirm", { return: path, password: owner.password })).headers.get(
      "location",
    ),
  ).toBe(path);
  await owner.agent.get(path);
  await owner.agent.post("/developer/application/secret", { id, version: "1", overlap: "1" });
  const [, next = ""] = shown(owner.agent);
  expect([await works(secret), await works(next)]).toEqual([true, true]);
  const again = await owner.agent.post("/developer/application/secret", {
    id,
    version: "1",
    overlap: "0",
  });
  expect(again.headers.get("location")).toBe(`/developer/application?id=${id}&notice=secret-made`);
  clock.pass(59 * MINUTE);
  expect(await works(secret)).toBe(true);
  clock.pass(2 * MINUTE);
  expect([await works(secret), await works(next)]).toEqual([false, true]);
});
