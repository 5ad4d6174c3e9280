// An administrator changes the application of another user, by the forms of its developer.
import { beforeAll, expect, test } from "vitest";
import { CLIENT_SCOPES } from "../../../src/domain/oauth/clients/scopes.ts";
import { aClient } from "../../store/samples.ts";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import type { Agent } from "../agent.ts";
import { administrationPages } from "./administration-pages.ts";

const clock = movableClock();
const used = useServer({ clock });
const { signedIn, administrate } = administrationPages(used, clock);
const PAGE = "/administration/application";
const FORMS = [`${PAGE}/settings`, `${PAGE}/advanced`] as const;

let administrator: SignedIn;
let agent: Agent;
let developer: SignedIn;
beforeAll(async () => {
  [administrator, developer] = [await used.signUp(), await used.signUp()];
  await administrate(administrator);
  agent = await signedIn(administrator);
});

const stored = async (id: string) => (await used.server.store.clients.find(id))!;

async function insert(more: Parameters<typeof aClient>[0]): Promise<string> {
  const client = aClient({
    ownerId: developer.id,
    public: false,
    apis: [],
    scopes: ["profile"],
    grantTypes: ["authorization_code", "refresh_token"],
    redirectUris: ["https://app.example/cb"],
    settings: { applicationType: "web" },
    ...more,
  });
  await used.server.store.clients.insert(client, undefined);
  return client.id;
}

test("the usual settings are saved, with an API that developers only ask for", async () => {
  const id = await insert({ verifiedAt: 1 });
  await agent.get(`${PAGE}?id=${id}`);
  for (const path of FORMS) expect(agent.page).toContain(`href="${path}?id=${id}"`);
  expect(agent.page).toContain("Web application (confidential, with a client secret)");
  await agent.get(`${FORMS[0]}?id=${id}`);
  expect(agent.page).not.toContain("Requires approval");
  const saved = await agent.post(FORMS[0], {
    id,
    name: "Renamed",
    redirect_uris: "https://app.example/new",
    scope_openid: "on",
    api_zimoxy: "on",
  });
  expect(saved.headers.get("location")).toBe(`${PAGE}?id=${id}&notice=saved`);
  expect(await stored(id)).toMatchObject({
    name: "Renamed",
    redirectUris: ["https://app.example/new"],
    scopes: ["openid"],
    apis: ["zimoxy"],
    verifiedAt: 1,
  });
  await agent.get(`${PAGE}?id=${id}&notice=saved`);
  expect(agent.page).toContain("Changes saved.");
});

test("the advanced settings are saved, shown, and refused at their field", async () => {
  const id = await insert({});
  await agent.get(`${FORMS[1]}?id=${id}`);
  const fields = { id, id_token_signed_response_alg: "ES256", policy_uri: "https://app.example/p" };
  expect((await agent.post(FORMS[1], { ...fields, tos_uri: "x" })).status).toBe(422);
  expect(agent.page).toContain('id="tos_uri-error"');
  expect(agent.page).toContain('value="https://app.example/p"');
  expect((await agent.post(FORMS[1], fields)).status).toBe(303);
  expect((await stored(id)).settings).toEqual({
    applicationType: "web",
    idTokenSignedResponseAlg: "ES256",
    policyUri: "https://app.example/p",
  });
  await agent.get(`${PAGE}?id=${id}`);
  for (const text of ["Signature of ID tokens", "ES256", "https://app.example/p"])
    expect(agent.page).toContain(text);
  expect(agent.page).toContain("idTokenSignedResponseAlg policyUri");
});

test("an application that a document describes says where, and has no form", async () => {
  const id = "https://client.example/oauth/client.json";
  await insert({
    id,
    ownerId: undefined,
    public: true,
    settings: { clientUri: "https://client.example/home" },
  });
  const page = `${PAGE}?${new URLSearchParams({ id })}`;
  for (const [language, text] of [
    ["ru", "описывает себя на"],
    ["zh", "该应用自行描述"],
    ["en", "describes itself at"],
  ] as const) {
    await agent.get(`${page}&lang=${language}`);
    expect(agent.page).toContain(text);
    expect(agent.page).toContain("<bdi>client.example</bdi>");
    expect(agent.page).toContain("https://client.example/home");
    for (const path of FORMS) expect(agent.page).not.toContain(path);
  }
  const before = await stored(id);
  for (const path of FORMS) {
    const shown = await agent.get(`${path}?${new URLSearchParams({ id })}`);
    expect(shown.headers.get("location")).toBe(page);
    await agent.get(page);
    const sent = await agent.post(path, { id, name: "Taken", client_uri: "https://evil.example" });
    expect(sent.headers.get("location")).toBe(page);
  }
  expect(await stored(id)).toEqual(before);
});

test("one that registered itself says so, and can be changed", async () => {
  const id = await insert({
    ownerId: undefined,
    registration: { tokenHash: "x", expiresAt: clock.now() + 60 * MINUTE },
    settings: { applicationType: "native", softwareId: "reader" },
  });
  await agent.get(`${PAGE}?id=${id}`);
  expect(agent.page).toContain("the application registered itself");
  await agent.get(`${FORMS[1]}?id=${id}`);
  expect(agent.page).toMatch(/name="software_id"[^>]*value="reader"|value="reader"/);
  expect(
    (await agent.post(FORMS[1], { id, software_id: "reader", contacts: "a@b.example" })).status,
  ).toBe(303);
  expect((await stored(id)).settings).toEqual({
    applicationType: "native",
    softwareId: "reader",
    contacts: ["a@b.example"],
  });
});

test("its resources are listed", async () => {
  const id = await insert({ grantTypes: ["client_credentials"], settings: {}, redirectUris: [] });
  await used.server.store.resources.insert({
    id: "tools",
    uri: "https://tools.example/mcp",
    name: "Tools",
    scopes: [{ name: "tools:use", texts: { en: "", ru: "", zh: "" } }],
    tokenFormat: "opaque",
    tokenLifetimeMs: 60_000,
    machineClients: [],
    introspectors: [],
    detailTypes: [],
    createdAt: 0,
    updatedAt: 0,
  });
  await agent.get(`${PAGE}?id=${id}`);
  for (const text of ["tools:use", "An administrator must allow tokens without a user."])
    expect(agent.page).toContain(text);
});

test("other users see no form, and no form of another site changes anything", async () => {
  const id = await insert({});
  const before = await stored(id);
  const owner = await signedIn(developer);
  for (const path of FORMS) {
    expect((await owner.get(`${path}?id=${id}`)).status).toBe(404);
    await owner.get("/developer");
    expect((await owner.post(path, { id, name: "Taken" })).status).toBe(404);
    await agent.get(`${path}?id=${id}`);
    for (const [more, headers] of [
      [{ form_token: "" }, {}],
      [{}, { "sec-fetch-site": "cross-site" }],
    ] as const)
      expect((await agent.post(path, { id, name: "Taken", ...more }, headers)).status).toBe(403);
    expect((await agent.get(`${path}?id=unknown`)).status).toBe(404);
  }
  expect(await stored(id)).toEqual(before);
});

test("every scope of a client that acts for itself says what it allows", async () => {
  const id = await insert({ grantTypes: ["client_credentials"], settings: {}, redirectUris: [] });
  const words = { en: /^[A-Z]/, ru: /^[А-Я]/, zh: /^[\u4e00-\u9fff]/ };
  for (const [language, word] of Object.entries(words)) {
    await agent.get(`${PAGE}/scopes?${new URLSearchParams({ id, lang: language })}`);
    const texts = CLIENT_SCOPES.map(
      (scope) =>
        new RegExp(`name="scope_${scope}"[^]*?<span class="hint"[^>]*>([^<]*)<`).exec(
          agent.page,
        )?.[1],
    );
    expect(texts.length).toBe(16);
    for (const text of texts) expect(text).toMatch(word);
    expect(new Set(texts).size).toBe(texts.length);
  }
});

// The last: it lets time pass.
test("an old password is asked for again, and nothing has to be typed twice", async () => {
  const id = await insert({});
  clock.pass(6 * MINUTE);
  await agent.get(`${FORMS[1]}?id=${id}`);
  expect((await agent.post(FORMS[1], { id, tos_uri: "https://app.example/terms" })).status).toBe(
    401,
  );
  expect((await stored(id)).settings).toEqual({ applicationType: "web" });
  expect(agent.page).toContain('name="tos_uri" value="https://app.example/terms"');
  const done = await agent.post(FORMS[1], {
    id,
    tos_uri: "https://app.example/terms",
    confirm_password: administrator.password,
  });
  expect(done.status).toBe(303);
  expect((await stored(id)).settings.tosUri).toBe("https://app.example/terms");
});
