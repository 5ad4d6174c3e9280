// Pages have the brand of their realm, from the settings or the table; without one, ours.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { NO_BRAND, type StoredBrand } from "../../../src/domain/branding/brand.ts";
import { PNG } from "../../domain/branding/samples.ts";
import { REDIRECT_URI, register } from "../../oauth/flow.ts";
import { unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const used = useServer({
  environment: {
    BRAND_NAME: 'Acme <b> "1"',
    BRAND_TERMS_URL: "https://example.com/terms?a=1&b=2",
    KOKIDS_REALM: "shop",
  },
});
const plain = useServer();

const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>';
const aBrand = (given: Partial<StoredBrand>): StoredBrand => ({
  ...NO_BRAND,
  realm: "shop",
  version: unique(),
  changedAt: 1,
  ...given,
});

/** Waits until the process has followed a change of another one. */
const untilShown = (page: () => Promise<string>, text: string) => expect.poll(page).toContain(text);

test("without a brand, a page is what it was", async () => {
  const agent = new Agent(plain.url);
  await agent.get("/sign-in");
  expect(agent.page).toContain("<title>Sign in · Latchkey</title>");
  expect(agent.page).toMatch(
    /<a class="brand" href="\/"><img src="\/assets\/[\w-]{12}-icon\.svg" alt="">Latchkey<\/a>/,
  );
  expect(agent.page).toMatch(/<footer><form method="get"/);
  expect(agent.page.match(/rel="stylesheet"/g)).toHaveLength(1);
  expect(agent.page).toMatch(/<link rel="icon" href="[^"]+" type="image\/svg\+xml">\n<\/head>/);
});

test("the settings give name and links to every page, escaped", async () => {
  const agent = new Agent(used.url);
  for (const path of ["/sign-in", "/sign-up", "/forgot-password", "/no-such-page", "/docs"]) {
    await agent.get(path);
    expect(agent.page, path).toContain(" · Acme &lt;b&gt; &quot;1&quot;</title>");
    expect(agent.page, path).not.toContain("<b>");
    if (path !== "/docs")
      expect(agent.page, path).toContain(
        '<a href="https://example.com/terms?a=1&amp;b=2">Terms of service</a>',
      );
  }
  await agent.get("/sign-in?lang=ru");
  expect(agent.page).toContain(">Условия использования</a>");
});

test("a flow has the brand of its application's realm", async () => {
  const client = await register(used.administrator, { apis: ["kokids"] });
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.id,
    redirect_uri: REDIRECT_URI,
    code_challenge: createHash("sha256").update("x".repeat(43)).digest("base64url"),
    code_challenge_method: "S256",
  });
  await used.server.store.brands.save(
    aBrand({ name: "The shop", color: "#7a1f5c", links: { support: "mailto:help@example.com" } }),
  );
  const agent = new Agent(used.url);
  const signIn = async (): Promise<string> => {
    await agent.get(`/oauth2/authorize?${query}`);
    return agent.page;
  };
  await untilShown(signIn, "<bdi>The shop</bdi>");
  // The links of the settings stay where the realm has none of its own.
  expect(agent.page).toMatch(/Terms of service<\/a> *\n? *<a href="mailto:help@example\.com"/);
  const [, style] = /href="([^"]+brand\.css[^"]*)"/.exec(agent.page)!;
  const request = agent.hidden("request");
  await agent.get(`/sign-up?request=${request}`);
  expect(agent.page).toContain("<bdi>The shop</bdi>");
  await agent.get("/sign-in");
  expect(agent.page).toContain("<bdi>Acme");

  const answer = await fetch(used.url + style!.replaceAll("&amp;", "&"));
  expect(answer.headers.get("content-type")).toBe("text/css; charset=utf-8");
  expect(answer.headers.get("cache-control")).toContain("immutable");
  expect(await answer.text()).toContain("--accent: #7a1f5c;");
});

test("the style sheet of colours takes nothing but colours", async () => {
  const agent = new Agent(plain.url);
  const path = /href="([^"?]+brand\.css)/;
  await used.server.store.brands.save(aBrand({ realm: "default", color: "#7a1f5c" }));
  await untilShown(async () => {
    await agent.get(`${used.url}/sign-in`);
    return agent.page;
  }, "brand.css");
  const address = used.url + path.exec(agent.page)![1]!;
  for (const query of ["", "?light=7a1f5c", "?light=7a1f5c&dark=}*{x:y", "?light=fff&dark=fff"])
    expect((await fetch(address + query)).status, query).toBe(404);
  await used.server.store.brands.delete("default");
});

test("a logo is an image that runs nothing, and a new one has a new address", async () => {
  const agent = new Agent(used.url);
  const logoOf = async (type: "image/png" | "image/svg+xml", content: Buffer) => {
    await used.server.store.brands.save(
      aBrand({ realm: "default", logo: { type, content: content.toString("base64") } }),
    );
    await untilShown(async () => {
      await agent.get("/sign-in");
      return agent.page;
    }, `type="${type}">\n</head>`);
    const src = /class="brand" href="\/"><img src="([^"]+)"/.exec(agent.page)![1]!;
    expect(agent.page).toContain(`<link rel="icon" href="${src}" type="${type}">`);
    const answer = await fetch(used.url + src.replaceAll("&amp;", "&"));
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(content);
    expect(answer.headers.get("content-type")).toBe(type);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-security-policy")).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    );
    expect(answer.headers.get("cache-control")).toContain("immutable");
    return src;
  };
  // The icon of ours is SVG too, so PNG comes first.
  const first = await logoOf("image/png", PNG);
  const second = await logoOf("image/svg+xml", Buffer.from(SVG));
  expect(second).not.toBe(first);
  // An old page gets the image of today, and no browser keeps it.
  const old = await fetch(used.url + first.replaceAll("&amp;", "&"));
  expect([old.status, old.headers.get("cache-control")]).toEqual([200, "no-store"]);
  expect((await fetch(`${used.url}/assets/logo?realm=none&version=x`)).status).toBe(404);
});
