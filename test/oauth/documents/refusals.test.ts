// Documents and URLs that describe no client. Each is refused on a page, without a redirect, and
// without a second request for the document.
import { describe, expect, test } from "vitest";
import { unique, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { agreeTo, authorizePath, documentOf, LISTED, signedInAgent } from "./asking.ts";
import { json, useDocumentHost } from "./document-host.ts";

const host = useDocumentHost();
const newId = (): string => `${host.origin}/${unique("client-")}.json`;

/** Asks with a client_id, and returns the status and the text of the page. */
async function refusal(url: string, clientId: string): Promise<string> {
  const agent = new Agent(url);
  const response = await agent.get(authorizePath(clientId));
  expect([response.status, response.headers.get("location")]).toEqual([400, null]);
  return agent.page;
}

describe("on loopback", () => {
  const used = useServer();

  test.each([
    ["another client_id", (id: string) => json(documentOf(`${id}x`)), /another client_id/],
    ["client_id in upper case", (id: string) => json(documentOf(id.toUpperCase())), /client_id/],
    ["no client_id", (id: string) => json(documentOf(id, { client_id: undefined })), /client_id/],
    ["a client_secret", (id: string) => json(documentOf(id, { client_secret: "s" })), /secret/],
    [
      "a time at which a secret ends",
      (id: string) => json(documentOf(id, { client_secret_expires_at: 0 })),
      /client_secret/,
    ],
    ...["client_secret_basic", "client_secret_post", "client_secret_jwt", "x"].map(
      (method) =>
        [
          `the method ${method}`,
          (id: string) => json(documentOf(id, { token_endpoint_auth_method: method })),
          /token_endpoint_auth_method/,
        ] as const,
    ),
    ["no redirect URIs", (id: string) => json(documentOf(id, { redirect_uris: [] })), /redirect/],
    [
      "redirect URIs that are no list",
      (id: string) => json(documentOf(id, { redirect_uris: LISTED })),
      /redirect_uris that are no list/,
    ],
    [
      "redirect URIs of which none is allowed",
      (id: string) =>
        json(documentOf(id, { redirect_uris: ["http://app.example/", "javascript:alert(1)"] })),
      /redirects to/,
    ],
    [
      "more than 20 redirect URIs",
      (id: string) =>
        json(
          documentOf(id, {
            redirect_uris: Array.from({ length: 21 }, (_, index) => `https://a.example/${index}`),
          }),
        ),
      /more than 20/,
    ],
    ["a hidden name", (id: string) => json(documentOf(id, { client_name: "\u200b" })), /name/],
    ["a name of another type", (id: string) => json(documentOf(id, { client_name: 1 })), /name/],
    ["grants without codes", (id: string) => json(documentOf(id, { grant_types: [] })), /grant/],
    [
      "response types without codes",
      (id: string) => json(documentOf(id, { response_types: ["token"] })),
      /response_types/,
    ],
    ["a list", () => json([]), /no JSON object/],
    ["null", () => json(null), /no JSON object/],
  ] as const)("a document with %s is refused", async (_title, answerFor, expected) => {
    const id = newId();
    host.answer(answerFor(id));
    expect(await refusal(used.url, id)).toMatch(expected);
    expect(host.requested).toEqual([new URL(id).pathname]);
  });

  test.each([
    ["text/plain", 400],
    ["text/html; charset=utf-8", 400],
    ["application/jsonp", 400],
    ["", 400],
    ["application/json; charset=utf-8", 303],
    ["application/vnd.example.client+json", 303],
  ])("a document of the type %j is answered with %i", async (type, status) => {
    const id = newId();
    host.answer((response) => {
      if (type !== "") response.setHeader("content-type", type);
      response.end(JSON.stringify(documentOf(id)));
    });
    const agent = new Agent(used.url);
    const response = await agent.get(authorizePath(id));
    expect([response.status === 400 ? 400 : 303, host.requested.length]).toEqual([status, 1]);
    if (status === 400) expect(agent.page).toMatch(/application\/json or application\/\*\+json/);
  });

  test.each([201, 204, 301, 302, 307, 308, 401, 404, 500, 503])(
    "a document with the status %i is refused, and a redirect is not followed",
    async (status) => {
      const id = newId();
      host.answer((response, path) => {
        response.writeHead(path.endsWith("/moved") ? 200 : status, {
          "content-type": "application/json",
          location: `${host.origin}/moved`,
        });
        response.end(status === 204 ? undefined : JSON.stringify(documentOf(id)));
      });
      expect(await refusal(used.url, id)).toContain(`status ${status}`);
      expect(host.requested).toEqual([new URL(id).pathname]);
    },
  );

  test("a document may have 5 KB, and not one byte more", async () => {
    const sized = async (size: number): Promise<number> => {
      const id = newId();
      const text = JSON.stringify(documentOf(id, { padding: "" }));
      const padding = "x".repeat(size - text.length);
      host.answer(json(documentOf(id, { padding })));
      return (await new Agent(used.url).get(authorizePath(id))).status;
    };
    expect(await sized(5_120)).toBeLessThan(400);
    expect(await sized(5_121)).toBe(400);
    expect(host.requested).toHaveLength(2);
  });

  test("text that is no JSON or no UTF-8 is refused", async () => {
    for (const body of ["{", "", Buffer.from('{"client_id":"\xff"}', "latin1")]) {
      host.answer((response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(body);
      });
      expect(await refusal(used.url, newId())).toMatch(/no JSON object/);
    }
    expect(host.requested).toHaveLength(3);
  });

  test("a failure is not kept: the next request finds the mended document", async () => {
    const id = newId();
    host.answer((response) => response.writeHead(500, { "cache-control": "max-age=600" }).end());
    await refusal(used.url, id);
    host.answer(json(documentOf(id)));
    await agreeTo(await signedInAgent(used), id);
    expect(host.requested).toHaveLength(2);
  });

  test.each([
    ["a fragment", (origin: string) => `${origin}/client.json#a`],
    ["an empty fragment", (origin: string) => `${origin}/client.json#`],
    ["a user name", (origin: string) => `${origin.replace("//", "//user@")}/client.json`],
    ["no path", (origin: string) => origin],
    ["the path / alone", (origin: string) => `${origin}/`],
    ["a query and no path", (origin: string) => `${origin}/?client`],
    ["dot segments", (origin: string) => `${origin}/a/../client.json`],
    ["a dot segment", (origin: string) => `${origin}/./client.json`],
    ["encoded dot segments", (origin: string) => `${origin}/a/%2e%2e/client.json`],
    ["a host in upper case", (origin: string) => `${origin.replace("l", "L")}/client.json`],
    ["the default port", () => "https://localhost:443/client.json"],
    ["a backslash", (origin: string) => `${origin}\\client.json`],
    ["a blank", (origin: string) => `${origin}/client json`],
    ["129 characters", (origin: string) => `${origin}/`.padEnd(129, "x")],
  ])("a URL with %s is refused without a request", async (_title, idFor) => {
    await refusal(used.url, idFor(host.origin));
    expect(host.requested).toEqual([]);
  });

  test("a URL of another scheme is an unknown client", async () => {
    for (const scheme of ["http:", "HTTPS:", "ftp:"])
      await refusal(used.url, `${scheme}//localhost/client.json`);
    expect(host.requested).toEqual([]);
  });

  test("the token endpoint requests no document", async () => {
    const id = newId();
    host.answer(json(documentOf(id)));
    const response = await fetch(`${used.url}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "authorization_code", client_id: id, code: "x" }),
    });
    expect([response.status, host.requested.length]).toEqual([401, 0]);
  });

  test("one network lets the server request 60 documents in a minute", async () => {
    const limited = await Promise.all(
      Array.from({ length: 70 }, async () => {
        host.answer((response) => response.writeHead(404).end());
        return (await new Agent(used.url).get(authorizePath(newId()))).status;
      }),
    );
    expect(host.requested.length).toBeLessThanOrEqual(60);
    expect(limited.filter((status) => status === 429).length).toBeGreaterThanOrEqual(10);
  });
});

describe("on a server that is not on loopback", () => {
  const used = useServer({ environment: { PUBLIC_URL: "https://id.example" } });

  test.each([
    ["localhost", (origin: string) => `${origin}/client.json`],
    ["127.0.0.1", (origin: string) => `${origin.replace("localhost", "127.0.0.1")}/client.json`],
    ["a private address", () => "https://10.0.0.1/client.json"],
    ["the metadata service", () => "https://169.254.169.254/latest/meta-data"],
    ["a mapped address", (origin: string) => `${origin.replace("localhost", "[::ffff:7f00:1]")}/c`],
  ])("a document at %s is not requested", async (_title, idFor) => {
    const id = idFor(host.origin);
    host.answer(json(documentOf(id)));
    expect(await refusal(used.url, id)).toContain("could not be requested");
    expect(host.requested).toEqual([]);
  });
});

describe("with an allow-list", () => {
  const used = useServer({ environment: { CLIENT_ID_METADATA_DOMAINS: "apps.example,localhost" } });

  test("only clients of its domains can describe themselves", async () => {
    for (const url of [
      "https://example/a",
      "https://xapps.example/a",
      "https://apps.example.org/a",
    ])
      expect(await refusal(used.url, url)).toContain("not that of a registered client");
    const id = newId();
    host.answer(json(documentOf(id)));
    await agreeTo(await signedInAgent(used), id);
    expect(host.requested).toHaveLength(1);
  });
});

describe("switched off", () => {
  const used = useServer({ environment: { CLIENT_ID_METADATA_DOCUMENTS: "off" } });

  test("no document is requested, and the metadata doesn't offer it", async () => {
    const id = newId();
    host.answer(json(documentOf(id)));
    expect(await refusal(used.url, id)).toContain("not that of a registered client");
    expect(host.requested).toEqual([]);
    const metadata = await fetch(`${used.url}/.well-known/oauth-authorization-server`);
    expect(await metadata.json()).not.toHaveProperty("client_id_metadata_document_supported");
  });
});
