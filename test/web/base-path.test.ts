// PUBLIC_URL with a path: a browser never leaves it, behind a proxy that strips it and behind one
// that doesn't.
import type { Page, Response as Answer } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { ClientType } from "../../gen/identity/v1/oauth_pb.ts";
import { letterTo } from "../email/mailbox.ts";
import { unique, type UsedServer, useServer } from "../use-server.ts";
import { useApplication } from "./application.ts";
import { useBrowser } from "./browser.ts";
import { everyPage, plainNames } from "./every-page.ts";
import { usePrefixProxy } from "./prefix-proxy.ts";
import { comeBack, pkce, signIn, signUp } from "./visitors.ts";

const PREFIX = "/auth";
const browser = useBrowser();
const application = useApplication();

/** Notes every redirect and every cookie that a window gets from the server. */
function watch(page: Page, origin: string) {
  const seen = { locations: [] as string[], cookiePaths: [] as string[], failed: [] as string[] };
  const note = async (answer: Answer): Promise<void> => {
    if (!answer.url().startsWith(origin)) return;
    if (answer.status() === 404) seen.failed.push(answer.url());
    for (const { name, value } of await answer.headersArray().catch(() => [])) {
      if (/^location$/i.test(name) && (value.startsWith("/") || value.startsWith(origin)))
        seen.locations.push(value);
      if (/^set-cookie$/i.test(name))
        for (const cookie of value.split("\n"))
          seen.cookiePaths.push(/; Path=([^;]*)/i.exec(cookie)?.[1] ?? "");
    }
  };
  page.on("response", (answer) => void note(answer));
  return seen;
}

describe.each([
  { name: "strips the prefix", strips: true },
  { name: "keeps the prefix", strips: false },
])("behind a proxy that $name", ({ strips }) => {
  const proxy = usePrefixProxy(PREFIX, strips);
  const used = useServer({ environment: proxy.environment });
  beforeAll(() => proxy.forwardTo(used.url));
  const base = (): string => proxy.origin + PREFIX;

  test("a user signs up, signs in, agrees, opens the console and signs out", async () => {
    const page = await browser.open();
    const seen = watch(page, proxy.origin);
    const user = {
      email: `${unique()}@example.com`,
      username: unique("user-"),
      password: "correct horse battery",
    };
    await page.goto(base());
    await page.getByRole("main").getByRole("link", { name: "Create an account" }).click();
    await signUp(page, user);
    await signIn(page, user);
    expect(new URL(page.url()).pathname).toBe(`${PREFIX}/account`);
    const { link } = await letterTo(used.server.mailFolder, user.email, 1);
    expect(link).toMatch(new RegExp(`^${base()}/verify-email\\?token=`));
    const { client } = await used.administrator.oauth.createClient({
      client: {
        name: "Reading room",
        type: ClientType.PUBLIC,
        redirectUris: [application.redirectUri],
        scopes: ["profile"],
      },
    });
    const { verifier, challenge } = pkce();
    const metadata = (await (
      await fetch(`${base()}/.well-known/oauth-authorization-server`)
    ).json()) as Record<string, string>;
    expect(metadata["issuer"]).toBe(base());
    const parameters = new URLSearchParams({
      response_type: "code",
      client_id: client!.id,
      redirect_uri: application.redirectUri,
      scope: "profile",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    await page.goto(`${metadata["authorization_endpoint"]}?${parameters}`);
    await page.getByRole("button", { name: "Allow" }).click();
    const came = await comeBack(page, application.redirectUri);
    expect(came.get("iss")).toBe(base());
    const token = await fetch(metadata["token_endpoint"]!, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code: came.get("code")!,
        redirect_uri: application.redirectUri,
        client_id: client!.id,
        code_verifier: verifier,
      }),
    });
    expect(token.status).toBe(200);
    expect((await fetch(metadata["jwks_uri"]!)).status).toBe(200);
    await page.goto(`${base()}/account`);
    await page.getByRole("link", { name: "Developer", exact: true }).click();
    await page.getByRole("button", { name: "Become a developer" }).click();
    await page.getByRole("link", { name: "Register an application" }).click();
    expect(new URL(page.url()).pathname).toBe(`${PREFIX}/developer/register`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${base()}/sign-in?notice=signed-out`);
    expect(seen.failed).toEqual([]);
    expect(seen.locations.length).toBeGreaterThan(3);
    expect(seen.locations.filter((each) => !isInside(each, base()))).toEqual([]);
    expect(seen.cookiePaths.length).toBeGreaterThan(2);
    expect(new Set(seen.cookiePaths)).toEqual(new Set([PREFIX]));
    expect(proxy.outside).toEqual([]);
  });

  test("all links, forms, files, redirects and cookies are inside the prefix", async () => {
    const page = await browser.open();
    const seen = watch(page, proxy.origin);
    const behind = {
      server: used.server,
      url: base(),
      administrator: used.administrator,
      signUp: used.signUp,
    } as UsedServer;
    const counts: Record<string, number> = { href: 0, src: 0, action: 0 };
    for (const { name, lead } of await everyPage(behind, plainNames())) {
      await lead(page);
      const html = await page.content();
      for (const [, attribute, value] of html.matchAll(/\s(href|src|action)="([^"]*)"/g)) {
        counts[attribute!] = counts[attribute!]! + 1;
        const target = value!.replaceAll("&amp;", "&");
        const isOurs = !/^[a-z]+:/i.test(target) || target.startsWith(proxy.origin);
        if (isOurs)
          expect([name, attribute, target, isInside(target, base())].join(" ")).toMatch(/true$/);
      }
    }
    expect(counts["href"]).toBeGreaterThan(200);
    expect(counts["src"]).toBeGreaterThan(30);
    expect(counts["action"]).toBeGreaterThan(60);
    expect(seen.locations.filter((each) => !isInside(each, base()))).toEqual([]);
    expect(new Set(seen.cookiePaths)).toEqual(new Set([PREFIX]));
    expect(proxy.outside).toEqual([]);
  });
});

/** Whether a path or a URL of the server is under its public address. */
const isInside = (target: string, base: string): boolean => {
  const { origin, pathname } = new URL(target, base);
  const path = new URL(base).pathname;
  return origin === new URL(base).origin && (pathname === path || pathname.startsWith(`${path}/`));
};
