// What every page says to a browser besides its text, and how much it weighs.
import { expect, test, describe } from "vitest";
import { useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const used = useServer();
/** Behind a proxy that speaks TLS. */
const behindTls = useServer({ environment: { PUBLIC_URL: "https://id.example" } });

/** The pages, each with whether it has a form for a user without a session, who gets a cookie. */
const PAGES = [
  ["/", false],
  ["/sign-in", true],
  ["/sign-up", true],
  ["/sign-out", false],
  ["/continue?request=x", false],
  ["/oauth2/authorize", false],
  ["/oauth2/", false],
  ["/login/", true],
  ["/login", true],
  ["/oauth/", false],
  ["/cabinet/OAuth2authorize", false],
  ["/nothing", false],
] as const;

describe.each(PAGES)("%s", (path, hasForm) => {
  test("keeps itself to itself", async () => {
    const response = await new Agent(used.url).get(path, {
      origin: "https://evil.example",
      host: "evil.example",
      "x-forwarded-host": "evil.example",
    });
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "cross-origin-opener-policy": "same-origin",
    });
    if (response.status !== 303)
      expect(headers).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "content-security-policy":
          // An error page has nothing for the script of the pages.
          `default-src 'none'; ${response.status < 400 ? "script-src 'self'; " : ""}` +
          "style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; " +
          "frame-ancestors 'none'",
        "x-frame-options": "DENY",
      });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    expect(headers["strict-transport-security"]).toBeUndefined();
    expect(`${await response.text()}${headers["location"]}`).not.toContain("evil.example");
  });

  test("under https also asks for it, and its cookie is of this host only", async () => {
    const response = await new Agent(behindTls.url).get(path);
    expect(response.headers.get("strict-transport-security")).toBe("max-age=31536000");
    const cookie = expect.stringMatching(
      /^__Host-latchkey=lkg_[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(response.headers.getSetCookie()).toEqual(hasForm ? [cookie] : []);
  });
});

test("HEAD is GET without the page; other methods are refused", async () => {
  for (const path of ["/sign-in", "/login/", "/forgot-password"]) {
    const response = await fetch(`${used.url}${path}`, { method: "HEAD", redirect: "manual" });
    expect([response.headers.get("content-type"), await response.text()]).toEqual([
      "text/html; charset=utf-8",
      "",
    ]);
  }
  const put = await fetch(`${used.url}/sign-in`, { method: "PUT" });
  expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, POST"]);
});

test("HEAD claims no other length than GET has (RFC 9110 section 8.6)", async () => {
  for (const path of ["/sign-in", "/openapi.json", "/openapi-3.0.json", "/readyz"]) {
    const [get, head] = [
      await fetch(`${used.url}${path}`),
      await fetch(`${used.url}${path}`, { method: "HEAD" }),
    ];
    const { byteLength } = await get.arrayBuffer();
    expect([head.status, get.status], path).toEqual([200, 200]);
    expect([null, `${byteLength}`], path).toContain(head.headers.get("content-length"));
    expect(head.headers.get("transfer-encoding"), path).toBeNull();
  }
});

test("what is no page stays what it was for programs", async () => {
  const response = await fetch(`${used.url}/nothing`, { headers: { accept: "*/*" } });
  expect([response.status, response.headers.get("content-type")]).toEqual([
    404,
    "application/json; charset=utf-8",
  ]);
  const login = await fetch(`${used.url}/login/`, {
    method: "POST",
    body: new URLSearchParams({ username: "x" }),
  });
  expect(await login.json()).toMatchObject({ code: 400, message: "参数错误" });
});

test("the sign-in page weighs less than 20 kB with its stylesheet, which is kept", async () => {
  const agent = new Agent(used.url);
  await agent.get("/sign-in");
  const [, path = ""] = /rel="stylesheet" href="([^"]+)"/.exec(agent.page)!;
  const style = await fetch(`${used.url}${path}`);
  expect(style.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(style.headers.getSetCookie()).toEqual([]);
  expect(Buffer.byteLength(agent.page) + (await style.arrayBuffer()).byteLength).toBeLessThan(
    20_000,
  );
});

test.each([
  ["ru", "ru"],
  ["zh-TW,zh;q=0.9,en;q=0.8", "zh"],
  ["de, fr;q=0.9", "en"],
  ["en;q=0.1, ru;q=0.9", "ru"],
  ["ru;q=0, zh", "zh"],
  ["*", "en"],
  ["", "en"],
  [`${"x,".repeat(4000)}ru`, "en"],
])("Accept-Language %s is %s", async (header, language) => {
  const agent = new Agent(used.url);
  await agent.get("/", { "accept-language": header });
  expect(agent.page).toContain(`<html lang="${language}">`);
  await agent.get("/?lang=ru");
  expect(agent.cookie).toContain("latchkey-language=ru");
  await agent.get("/", { "accept-language": header });
  expect(agent.page).toContain('<html lang="ru">');
});
