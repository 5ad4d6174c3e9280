// The settings of an application about keys, algorithms and addresses, as its developer fills them
// in.
import { generateKeyPairSync } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { SETTINGS_MEMBERS } from "../../../src/domain/oauth/clients/settings/metadata.ts";
import { SETTINGS_FIELD_NAMES } from "../../../src/web/applications/settings-fields.ts";
import { useServer } from "../../use-server.ts";
import { consolePages, type Developer } from "./console-pages.ts";

const used = useServer();
const { aDeveloper, register } = consolePages(used);
const PATH = "/developer/application/advanced";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const KEY = { ...publicKey.export({ format: "jwk" }), kid: "one" };
const JWKS = JSON.stringify({ keys: [KEY] });

let owner: Developer;
beforeAll(async () => {
  owner = await aDeveloper();
});

const settingsOf = async (id: string) => (await used.server.store.clients.find(id))!.settings;

async function save(id: string, fields: Record<string, string>): Promise<Response> {
  await owner.agent.get(`${PATH}?id=${id}`);
  return owner.agent.post(PATH, { id, ...fields });
}

const publicId = async (kind: string, more: Record<string, string> = {}): Promise<string> => {
  const { response } = await register(owner, { kind, ...more });
  return new URL(response.headers.get("location")!, used.url).searchParams.get("id")!;
};

test("all of them are saved, shown again and removed", async () => {
  const { id } = await register(owner);
  const fields = {
    id_token_signed_response_alg: "ES256",
    userinfo_signed_response_alg: "RS256",
    subject_type: "pairwise",
    default_max_age: "3600",
    initiate_login_uri: "https://app.example/start",
    require_auth_time: "on",
    token_endpoint_auth_method: "private_key_jwt",
    jwks: JWKS,
    request_object_signing_alg: "ES256",
    post_logout_redirect_uris: "https://app.example/a\r\n\r\n https://app.example/b ",
    backchannel_logout_uri: "https://app.example/logout",
    backchannel_logout_session_required: "on",
    require_pushed_authorization_requests: "on",
    dpop_bound_access_tokens: "on",
    security_profile: "fapi2",
    authorization_details_types: "payment\r\naccount",
    client_uri: "https://app.example/",
    logo_uri: "https://app.example/logo.png",
    policy_uri: "https://app.example/privacy",
    tos_uri: "https://app.example/terms",
    contacts: "ada@app.example\nbob@app.example",
  };
  // A signature by RS256 is too weak for FAPI 2.0 only where the application signs.
  expect((await save(id, fields)).headers.get("location")).toBe(
    `/developer/application?id=${id}&notice=saved`,
  );
  expect(await settingsOf(id)).toEqual({
    applicationType: "web",
    idTokenSignedResponseAlg: "ES256",
    userinfoSignedResponseAlg: "RS256",
    subjectType: "pairwise",
    defaultMaxAge: 3600,
    initiateLoginUri: "https://app.example/start",
    requireAuthTime: true,
    tokenEndpointAuthMethod: "private_key_jwt",
    jwks: { keys: [KEY] },
    requestObjectSigningAlg: "ES256",
    postLogoutRedirectUris: ["https://app.example/a", "https://app.example/b"],
    backchannelLogoutUri: "https://app.example/logout",
    backchannelLogoutSessionRequired: true,
    requirePushedAuthorizationRequests: true,
    dpopBoundAccessTokens: true,
    securityProfile: "fapi2",
    authorizationDetailsTypes: ["payment", "account"],
    clientUri: "https://app.example/",
    logoUri: "https://app.example/logo.png",
    policyUri: "https://app.example/privacy",
    tosUri: "https://app.example/terms",
    contacts: ["ada@app.example", "bob@app.example"],
  });
  await owner.agent.get(`/developer/application?id=${id}`);
  for (const text of ["confidential, with a key of its own", "EC P-256 one", "fapi2"])
    expect(owner.agent.page).toContain(text);
  expect(owner.agent.page).not.toContain("Create a client secret");
  await owner.agent.get(`${PATH}?id=${id}`);
  const { page } = owner.agent;
  expect(page).toContain("https://app.example/a\nhttps://app.example/b</textarea>");
  expect(page).toMatch(/<option value="pairwise"\s+selected/);
  expect(page).toMatch(/name="security_profile"\s+value="fapi2"\s+checked/);
  // One key alone is a set, too.
  await save(id, { jwks: JSON.stringify(KEY) });
  expect(await settingsOf(id)).toEqual({ applicationType: "web", jwks: { keys: [KEY] } });
  await save(id, {});
  expect(await settingsOf(id)).toEqual({ applicationType: "web" });
});

test("every setting has a field, so that no form loses one that it doesn't show", () => {
  // The kind of the application is in the other form.
  const all = SETTINGS_MEMBERS.filter((name) => name !== "application_type");
  expect(all.length).toBeGreaterThan(20);
  expect([...SETTINGS_FIELD_NAMES].toSorted()).toEqual(all.toSorted());
});

const LONG = `https://app.example/${"x".repeat(2040)}`;
const WRONG: readonly (readonly [field: string, fields: Record<string, string>])[] = [
  ["jwks", { jwks: "{" }],
  ["jwks", { jwks: "[]" }],
  ["jwks", { jwks: "{}" }],
  ["jwks", { jwks: JSON.stringify(privateKey.export({ format: "jwk" })) }],
  ["jwks", { jwks: JSON.stringify({ keys: [KEY, KEY] }) }],
  ["jwks", { jwks: JWKS, jwks_uri: "https://app.example/keys" }],
  ["jwks_uri", { jwks_uri: "http://app.example/keys" }],
  ["jwks_uri", { jwks_uri: LONG }],
  ["token_endpoint_auth_method", { token_endpoint_auth_method: "private_key_jwt" }],
  ["token_endpoint_auth_method", { token_endpoint_auth_method: "none" }],
  ["id_token_signed_response_alg", { id_token_signed_response_alg: "none" }],
  ["userinfo_signed_response_alg", { userinfo_signed_response_alg: "HS256" }],
  ["subject_type", { subject_type: "x" }],
  ["sector_identifier_uri", { sector_identifier_uri: "x" }],
  ["post_logout_redirect_uris", { post_logout_redirect_uris: "javascript:alert(1)" }],
  ["post_logout_redirect_uris", { post_logout_redirect_uris: "https://a.example/\n".repeat(21) }],
  ["backchannel_logout_uri", { backchannel_logout_uri: "https://app.example/#x" }],
  ["default_max_age", { default_max_age: "-1" }],
  ["default_max_age", { default_max_age: "an hour" }],
  ["default_max_age", { default_max_age: "2147483648" }],
  ["initiate_login_uri", { initiate_login_uri: "http://localhost/" }],
  ["client_uri", { client_uri: "javascript:alert(1)" }],
  ["logo_uri", { logo_uri: "data:image/png;base64,x" }],
  ["policy_uri", { policy_uri: "/privacy" }],
  ["tos_uri", { tos_uri: "http://app.example" }],
  ["authorization_details_types", { authorization_details_types: "two words" }],
  ["contacts", { contacts: "x\u202ey" }],
  ["contacts", { contacts: "a\n".repeat(11) }],
];

describe.each(["en", "ru", "zh"] as const)("in %s", (language) => {
  test("what is wrong is said at its field, and nothing is lost", async () => {
    const { id } = await register(owner);
    await owner.agent.get(`/?lang=${language}`);
    const texts = new Set<string>();
    let count = 0;
    for (const [field, fields] of WRONG) {
      const { status } = await save(id, { logo_uri: "https://app.example/kept.png", ...fields });
      const { page } = owner.agent;
      const [, text] = new RegExp(`id="${field}-error">([^]*?)</p>`).exec(page) ?? [];
      expect([field, fields, status, text !== undefined]).toEqual([field, fields, 422, true]);
      if (field !== "logo_uri") expect(page).toContain('value="https://app.example/kept.png"');
      texts.add(text!);
      count++;
    }
    expect(count).toBe(WRONG.length);
    expect(texts.size).toBeGreaterThanOrEqual(12);
    // No English where another language is asked for.
    if (language !== "en")
      expect([...texts].filter((text) => /\b(Enter|Paste|needs|must)\b/.test(text))).toEqual([]);
    expect(await settingsOf(id)).toEqual({ applicationType: "web" });
    await owner.agent.get("/?lang=en");
  });
});

test("a requirement that can't be held is said below the switches", async () => {
  const { id } = await register(owner);
  expect((await save(id, { security_profile: "fapi2" })).status).toBe(422);
  expect(owner.agent.page).toMatch(/role="alert">\s*FAPI 2\.0 needs private_key_jwt/);
  expect(owner.agent.page).toMatch(/name="security_profile"\s+value="fapi2"\s+checked/);
  expect((await save(id, { require_auth_time: "perhaps" })).status).toBe(422);
  expect(await settingsOf(id)).toEqual({ applicationType: "web" });
});

test("the form has what the kind needs, and reads nothing else", async () => {
  const [spa, machine] = [
    await publicId("single_page"),
    (await register(owner, { kind: "machine" })).id,
  ];
  const has = async (id: string, name: string) => {
    await owner.agent.get(`${PATH}?id=${id}`);
    return owner.agent.page.includes(`name="${name}"`);
  };
  const names = ["jwks", "post_logout_redirect_uris", "token_endpoint_auth_method", "contacts"];
  const shown = async (id: string) => Promise.all(names.map((name) => has(id, name)));
  expect(await shown(spa)).toEqual([false, true, false, true]);
  expect(await shown(machine)).toEqual([true, false, true, true]);
  const forged = {
    jwks: JWKS,
    token_endpoint_auth_method: "client_secret_post",
    post_logout_redirect_uris: "https://app.example/",
    application_type: "native",
    software_id: "x",
    name: "Taken",
    redirect_uris: "https://evil.example/",
    scope_admin: "on",
    verified: "on",
  };
  for (const id of [spa, machine]) {
    const before = (await used.server.store.clients.find(id))!;
    expect((await save(id, forged)).status).toBe(303);
    const { settings, updatedAt: _, ...after } = (await used.server.store.clients.find(id))!;
    expect(before).toMatchObject(after);
    expect(settings).toEqual(
      id === spa
        ? { applicationType: "single_page", postLogoutRedirectUris: ["https://app.example/"] }
        : {
            applicationType: "machine",
            jwks: { keys: [KEY] },
            tokenEndpointAuthMethod: "client_secret_post",
          },
    );
  }
});

test("what another caller has set stays shown and stays set", async () => {
  const { id } = await register(owner);
  await owner.oauth.updateClient({
    client: { id, settings: { softwareId: "reader", softwareVersion: "2" } },
    updateMask: { paths: ["settings"] },
  });
  await save(id, {
    software_id: "reader",
    software_version: "2",
    client_uri: "https://app.example",
  });
  expect(await settingsOf(id)).toEqual({
    softwareId: "reader",
    softwareVersion: "2",
    clientUri: "https://app.example",
  });
});

test("the overview lists the resources that the application can ask for", async () => {
  const { id } = await register(owner);
  await used.server.store.resources.insert({
    id: "tools",
    uri: "https://tools.example/mcp",
    name: "Tools",
    scopes: [{ name: "tools:use", texts: { en: "use tools", ru: "", zh: "" } }],
    tokenFormat: "opaque",
    tokenLifetimeMs: 60_000,
    machineClients: [id],
    introspectors: [id],
    detailTypes: [],
    createdAt: 0,
    updatedAt: 0,
  });
  await owner.agent.get(`/developer/application?id=${id}`);
  for (const text of [
    "https://tools.example/mcp",
    "tools:use",
    "use tools",
    "gets tokens without a user",
    "introspects the tokens",
  ])
    expect(owner.agent.page).toContain(text);
  const spa = await publicId("single_page");
  await owner.agent.get(`/developer/application?id=${spa}`);
  expect(owner.agent.page).toContain("tools:use");
  expect(owner.agent.page).not.toContain("gets tokens without a user");
});
