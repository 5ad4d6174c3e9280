// A registration begins with the kind of the application, and its form has what the kind needs.
import { beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../../src/domain/model.ts";
import { APPLICATION_TYPES } from "../../../src/domain/oauth/clients/settings/application-types.ts";
import { DEVICE_CODE } from "../../../src/domain/oauth/grant-types.ts";
import { useServer } from "../../use-server.ts";
import { consolePages, type Developer, ORIGINAL } from "./console-pages.ts";

const used = useServer();
const { aDeveloper } = consolePages(used);
const CODE = ["authorization_code", "refresh_token"];
const USUAL = ["openid", "profile", "email"];

/** The fields of each form besides the name, and what it registers. */
const KINDS = {
  web: {
    fields: ["redirect_uris", "scope_openid", "api_kokids", "acts_for_itself", "pkce_optional"],
    made: { public: false, grantTypes: CODE, scopes: USUAL },
  },
  single_page: {
    fields: ["redirect_uris", "scope_openid"],
    made: { public: true, grantTypes: CODE, scopes: USUAL },
  },
  native: {
    fields: ["redirect_uris", "scope_openid"],
    made: { public: true, grantTypes: CODE, scopes: USUAL },
  },
  device: {
    fields: ["scope_openid"],
    made: { public: true, grantTypes: [DEVICE_CODE, "refresh_token"], scopes: USUAL },
  },
  machine: {
    fields: ["api_kokids"],
    made: { public: false, grantTypes: ["client_credentials"], scopes: [] },
  },
  mcp: {
    fields: ["redirect_uris", "scope_openid"],
    made: { public: true, grantTypes: CODE, scopes: ["profile"] },
  },
} as const;

let owner: Developer;
beforeAll(async () => {
  owner = await aDeveloper();
});

const newest = async (): Promise<Client> => {
  const clients = await used.server.store.clients.list(owner.id, { limit: 100 });
  return clients.toSorted((one, other) => (one.id < other.id ? 1 : -1))[0]!;
};

/** The names of the checkboxes that the page shows as ticked. */
const ticked = (page: string): string[] =>
  [...page.matchAll(/name="([a-z_]+)"\s+value="on"\s+checked/g)].map(([, name]) => name!);

/** Sends the form of a kind as it is shown, with more. */
async function send(kind: string, more: Record<string, string>): Promise<Response> {
  await owner.agent.get(`/developer/register?kind=${kind}`);
  const shown = ticked(owner.agent.page).map((name) => [name, "on"]);
  return owner.agent.post("/developer/register", {
    ...Object.fromEntries(shown),
    registration: owner.agent.hidden("registration"),
    kind: owner.agent.hidden("kind"),
    name: `A ${kind}`,
    ...more,
  });
}

test.each([
  ["en", "What kind of application is it?", "Single-page application", "without users"],
  ["ru", "Какое это приложение?", "Одностраничное приложение", "без пользователей"],
  ["zh", "这是哪一类应用？", "单页应用", "没有用户"],
])("the kinds are explained, in %s", async (language, question, name, use) => {
  await owner.agent.get(`/developer/register?lang=${language}`);
  for (const text of [question, name, use]) expect(owner.agent.page).toContain(text);
  const links = [...owner.agent.page.matchAll(/href="\/developer\/register\?kind=(\w+)"/g)];
  expect(links.map(([, kind]) => kind)).toEqual(APPLICATION_TYPES);
  expect(owner.agent.page).not.toContain('name="registration"');
  await owner.agent.get("/?lang=en");
});

describe.each(APPLICATION_TYPES)("%s", (kind) => {
  const { fields, made } = KINDS[kind];
  const all = [...new Set(Object.values(KINDS).flatMap((each) => each.fields))];

  test("the form has what the kind needs, and registers it", async () => {
    await owner.agent.get(`/developer/register?kind=${kind}`);
    const { page } = owner.agent;
    expect(all.filter((name) => page.includes(`name="${name}"`))).toEqual(fields);
    const hasRedirects = (fields as readonly string[]).includes("redirect_uris");
    const response = await send(kind, hasRedirects ? { redirect_uris: ORIGINAL } : {});
    expect(response.status).toBe(made.public ? 303 : 200);
    expect(await newest()).toMatchObject({
      ...made,
      name: `A ${kind}`,
      settings: { applicationType: kind },
      redirectUris: hasRedirects ? [ORIGINAL] : [],
    });
  });

  test("fields that the form doesn't show, and others, change nothing", async () => {
    const hidden = all.filter((name) => !(fields as readonly string[]).includes(name));
    await send(kind, {
      ...Object.fromEntries(hidden.map((name) => [name, "on"])),
      scope_admin: "on",
      public: "on",
      grant_types: "client_credentials",
      token_endpoint_auth_method: "private_key_jwt",
      verified: "on",
    });
    const client = await newest();
    expect(client).toMatchObject({ ...made, redirectUris: [], apis: [], pkceOptional: false });
    expect(client.settings).toEqual({ applicationType: kind });
    expect(client.verifiedAt).toBeUndefined();
  });
});

test("without a kind there is no registration, and input is kept with one", async () => {
  const before = (await newest()).id;
  for (const kind of ["", "public", "x"]) {
    const { status } = await send("web", { kind, redirect_uris: ORIGINAL });
    expect([kind, status]).toEqual([kind, 422]);
    expect(owner.agent.page).toContain("What kind of application is it?");
  }
  expect((await send("web", { redirect_uris: "nonsense", acts_for_itself: "on" })).status).toBe(
    422,
  );
  expect(owner.agent.page).toContain('id="redirect_uris-error"');
  expect(owner.agent.hidden("kind")).toBe("web");
  expect(ticked(owner.agent.page)).toEqual([
    ...USUAL.map((scope) => `scope_${scope}`),
    "acts_for_itself",
  ]);
  expect((await newest()).id).toBe(before);
});

test("another kind can be chosen later, if the application can be of it", async () => {
  await send("native", { redirect_uris: ORIGINAL });
  const { id } = await newest();
  const path = "/developer/application/settings";
  const kindOf = async () => (await used.server.store.clients.find(id))?.settings.applicationType;
  await owner.agent.get(`${path}?id=${id}`);
  const options = [...owner.agent.page.matchAll(/<option value="(\w+)"/g)].map(([, each]) => each);
  expect(options).toEqual(["single_page", "native", "mcp"]);
  const fields = { id, name: "Renamed", redirect_uris: ORIGINAL, scope_openid: "on" };
  for (const [kind, expected] of [
    ["single_page", "single_page"],
    ["machine", "single_page"],
    ["", "single_page"],
  ] as const) {
    await owner.agent.get(`${path}?id=${id}`);
    expect((await owner.agent.post(path, { ...fields, kind })).status).toBe(303);
    expect(await kindOf()).toBe(expected);
  }
  expect((await used.server.store.clients.find(id))?.scopes).toEqual(["openid"]);
});
