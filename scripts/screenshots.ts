// Takes the pictures of the pages in docs/images, in a real browser over a server of its own: `node
// scripts/screenshots.ts`, on a machine with fonts for Chinese. It owns which pages are shown and
// must not know how they are made.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { systemClock } from "../src/domain/clock.ts";
import { launch, contextOptions, type Visitor } from "../test/web/browser.ts";
import { prepareEvents } from "./screenshot-events.ts";
import { prepareMove } from "./screenshot-move.ts";
import { startServer, type TestServer } from "../test/server.ts";

const FOLDER = process.argv[2] ?? join(import.meta.dirname, "../docs/images");
const USER = { email: "ada@example.com", username: "ada", password: "a quiet evening by the sea" };
const OTHER = { email: "grace@example.com", username: "grace", password: "another quiet evening" };
const ADMINISTRATOR = {
  email: "barbara@example.com",
  username: "barbara",
  password: "yet another quiet evening",
};
const REDIRECT_URI = "https://reading-room.example/callback";
const DAY = 86_400_000;
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBuGJSstw_cM";

type Ids = Awaited<ReturnType<typeof prepare>>;

/** Each picture: who looks, and what leads to the page. */
const PICTURES: Readonly<
  Record<
    string,
    { readonly visitor: Visitor; readonly lead: (page: Page, ids: Ids) => Promise<unknown> }
  >
> = {
  "sign-in": { visitor: {}, lead: (page, ids) => page.goto(authorizeUrl(ids)) },
  "sign-in-dark": {
    visitor: { colorScheme: "dark", locale: "ru" },
    lead: (page, ids) => page.goto(authorizeUrl(ids)),
  },
  "sign-in-narrow": {
    visitor: { width: 360, locale: "zh" },
    lead: (page, ids) => page.goto(authorizeUrl(ids)),
  },
  "sign-up": { visitor: {}, lead: (page, { url }) => page.goto(`${url}/sign-up`) },
  "sign-up-wrong": { visitor: { width: 360, locale: "ru" }, lead: signUpWrong },
  consent: { visitor: {}, lead: (page, ids) => signIn(page, authorizeUrl(ids)) },
  "consent-narrow": {
    visitor: { width: 360, locale: "ru" },
    lead: (page, ids) => signIn(page, authorizeUrl(ids)),
  },
  "community-narrow": {
    visitor: { width: 360, colorScheme: "dark", locale: "ru" },
    lead: (page, ids) => signIn(page, communityUrl(ids)),
  },
  account: { visitor: {}, lead: (page, { url }) => signIn(page, `${url}/account`) },
  "sessions-narrow": {
    visitor: { width: 360, locale: "ru" },
    lead: (page, { url }) => signIn(page, `${url}/account/sessions`),
  },
  applications: {
    visitor: { colorScheme: "dark" },
    lead: (page, { url }) => signIn(page, `${url}/account/apps`),
  },
  "community-members": {
    visitor: { locale: "zh" },
    lead: (page, { url, groupId }) => signIn(page, `${url}/account/community?id=${groupId}`),
  },
  "account-deletion": {
    visitor: {},
    lead: (page, { url }) => signIn(page, `${url}/account/delete`),
  },
  "developer-start": {
    visitor: { locale: "ru", width: 360 },
    lead: (page, { url }) => signIn(page, `${url}/developer`, OTHER),
  },
  developer: { visitor: {}, lead: (page, { url }) => signIn(page, `${url}/developer`) },
  application: { visitor: {}, lead: (page, ids) => signIn(page, applicationUrl(ids)) },
  "application-narrow": {
    visitor: { width: 360, locale: "ru" },
    lead: (page, ids) => signIn(page, applicationUrl(ids)),
  },
  snippets: {
    visitor: { colorScheme: "dark" },
    lead: (page, ids) => signIn(page, applicationUrl(ids, "/snippets")),
  },
  "sign-in-button": {
    visitor: { locale: "zh" },
    lead: (page, ids) => signIn(page, applicationUrl(ids, "/button")),
  },
  overview: {
    visitor: { width: 1440 },
    lead: (page, { url }) => signIn(page, `${url}/administration`, ADMINISTRATOR),
  },
  "overview-narrow": {
    visitor: { width: 360, colorScheme: "dark", locale: "ru" },
    lead: (page, { url }) => signIn(page, `${url}/administration`, ADMINISTRATOR),
  },
  users: {
    visitor: { width: 1440 },
    lead: (page, { url }) => signIn(page, `${url}/administration/users`, ADMINISTRATOR),
  },
  "new-user": {
    visitor: { locale: "zh" },
    lead: (page, { url }) => signIn(page, `${url}/administration/new-user`, ADMINISTRATOR),
  },
  "administered-applications": {
    visitor: { width: 1440, colorScheme: "dark" },
    lead: (page, { url }) => signIn(page, `${url}/administration/applications`, ADMINISTRATOR),
  },
  "administered-application": {
    visitor: { locale: "ru" },
    lead: (page, { url, groupClientId }) =>
      signIn(page, `${url}/administration/application?id=${groupClientId}`, ADMINISTRATOR),
  },
  "user-narrow": {
    visitor: { width: 360, locale: "ru" },
    lead: (page, { url, otherId }) =>
      signIn(page, `${url}/administration/user?id=${otherId}`, ADMINISTRATOR),
  },
  "audit-dark": {
    visitor: { colorScheme: "dark", locale: "ru" },
    lead: (page, { url }) => signIn(page, `${url}/administration/audit`, ADMINISTRATOR),
  },
  appearance: {
    visitor: { width: 1440 },
    lead: (page, { url }) => signIn(page, `${url}/administration/appearance`, ADMINISTRATOR),
  },
  "take-over": {
    visitor: {},
    lead: (page, ids) => signIn(page, moveUrl(ids), ADMINISTRATOR),
  },
  "take-over-latency": {
    visitor: { colorScheme: "dark", locale: "zh" },
    lead: (page, ids) => chart(page, ids, "latency-by-day", "end"),
  },
  "take-over-narrow": {
    visitor: { width: 360, locale: "ru" },
    lead: (page, ids) => chart(page, ids, "requests", "start"),
  },
  refusal: {
    visitor: {},
    lead: (page, ids) => page.goto(`${authorizeUrl(ids)}x`.replace("callback", "elsewhere")),
  },
  // The last: from here on every page has the brand.
  "branded-sign-in": {
    visitor: { locale: "zh" },
    lead: async (page, ids) => (await ids.brand(), page.goto(authorizeUrl(ids))),
  },
};

const authorizeUrl = ({ url, clientId }: Ids): string =>
  `${url}/oauth2/authorize?${new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    scope: "profile groups",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
  })}`;
const communityUrl = ({ url, groupClientId }: Ids): string =>
  `${url}/cabinet/OAuth2authorize?${new URLSearchParams({
    client_id: groupClientId,
    redirect_uri: REDIRECT_URI,
  })}`;

const moveUrl = ({ url }: Ids): string => `${url}/administration/predecessor?api=kokids`;
const applicationUrl = ({ url, groupClientId }: Ids, page = ""): string =>
  `${url}/developer/application${page}?id=${groupClientId}`;

async function signIn(page: Page, from: string, user = USER): Promise<void> {
  await page.goto(from);
  await page.locator("#identifier").fill(user.email);
  await page.locator("#password").fill(user.password);
  await page.locator("main .button").click();
  await page.waitForLoadState();
}

/** Shows a chart of the take-over at an end of the window. */
async function chart(page: Page, ids: Ids, id: string, block: "start" | "end"): Promise<void> {
  await signIn(page, moveUrl(ids), ADMINISTRATOR);
  await page
    .locator(`figure:has(#${id}-title)`)
    .evaluate((figure, end) => figure.scrollIntoView({ block: end }), block);
}

async function signUpWrong(page: Page, { url }: Ids): Promise<void> {
  await page.goto(`${url}/sign-up`);
  await page.locator("#email").fill(USER.email);
  await page.locator("#username").fill("grace");
  await page.locator("#password").fill("password1");
  await page.locator("main .button").click();
  await page.waitForLoadState();
}

/** Creates what the pages show: users with communities and applications, and an administrator. */
async function prepare(server: TestServer) {
  const { url, store, administratorToken } = server;
  const token = await administratorToken();
  const call = async (
    method: string,
    message: object,
  ): Promise<Record<string, Record<string, string>>> => {
    const response = await fetch(`${url}/identity.v1.${method}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(message),
    });
    if (!response.ok) throw new Error(`${method}: ${await response.text()}`);
    return (await response.json()) as Record<string, Record<string, string>>;
  };
  const { user } = await call("UserService/CreateUser", USER);
  const { user: other } = await call("UserService/CreateUser", OTHER);
  const { user: administrator } = await call("UserService/CreateUser", ADMINISTRATOR);
  await store.users.setAdministrator(administrator!["id"]!, true, systemClock.now());
  await call("UserService/LockUser", {
    userId: other!["id"],
    reason: "Reported as stolen by its owner",
  });
  await call("UserService/UnlockUser", { userId: other!["id"] });
  await call("UserService/UpdateUser", { user: { id: user!["id"], developer: true } });
  for (const name of ["Книжный клуб", "Любители чая и варенья"])
    await call("UserService/CreateGroup", { name, ownerId: user!["id"] });
  const { group } = await call("UserService/CreateGroup", {
    name: "Reading room",
    ownerId: user!["id"],
  });
  await call("UserService/AddGroupMember", {
    groupId: group!["id"],
    userId: other!["id"],
    role: "GROUP_ROLE_ADMINISTRATOR",
  });
  const client = {
    type: "CLIENT_TYPE_CONFIDENTIAL",
    redirectUris: [REDIRECT_URI],
    scopes: ["profile", "groups"],
  };
  const standard = await call("OAuthService/CreateClient", {
    client: { ...client, name: "Reading room" },
  });
  const forGroups = await call("OAuthService/CreateClient", {
    client: { ...client, name: "Рассылки", apis: ["senler"], ownerId: user!["id"] },
  });
  await call("OAuthService/CreateClient", {
    client: { ...client, name: "Reading room, at home", ownerId: user!["id"] },
  });
  const now = systemClock.now();
  await prepareEvents(server, now);
  await prepareMove(server, other!["id"]!, now);
  const grant = {
    userId: user!["id"]!,
    groupId: 0n,
    scopes: ["profile"],
    createdAt: now - 40 * DAY,
    lastUsedAt: now - 2 * DAY,
  };
  await store.grants.agree({ ...grant, id: "1", clientId: standard["client"]!["id"]! });
  await store.grants.agree({
    ...grant,
    id: "2",
    clientId: forGroups["client"]!["id"]!,
    groupId: BigInt(group!["id"]!),
  });
  const LOGO =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" ' +
    'rx="8" fill="#0b6b50"/><path d="M10 8h4v12h8v4H10z" fill="#fff"/></svg>';
  return {
    url,
    /** Gives the pages the look of another house, and waits until they have it. */
    brand: async () => {
      await call("BrandingService/UpdateBrand", {
        brand: {
          realm: "default",
          name: "Lumen Books",
          color: "#0b6b50",
          logo: Buffer.from(LOGO).toString("base64"),
          links: { terms: "https://lumen.example/terms", privacy: "https://lumen.example/privacy" },
        },
      });
      await delay(2_500);
    },
    groupId: group!["id"]!,
    clientId: standard["client"]!["id"]!,
    groupClientId: forGroups["client"]!["id"]!,
    otherId: other!["id"]!,
  };
}

const scratch = mkdtempSync(join(tmpdir(), "latchkey-screenshots-"));
mkdirSync(FOLDER, { recursive: true });
const server = await startServer(
  { kind: "sqlite", file: join(scratch, "latchkey.db") },
  { KOKIDS_PREDECESSOR: "https://old-auth.example.com" },
);
const browser = await launch();
try {
  const ids = await prepare(server);
  for (const [name, { visitor, lead }] of Object.entries(PICTURES)) {
    const context = await browser.newContext(contextOptions(visitor));
    const page = await context.newPage();
    await lead(page, ids);
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    await context.close();
  }
} finally {
  await browser.close();
  await server.stop();
  rmSync(scratch, { recursive: true });
}
