// Clients in a page of another origin, in Chromium: over HTTP/1.1, and over HTTP/2 with TLS.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agree, register } from "../oauth/flow.ts";
import { useServer } from "../use-server.ts";
import { useBrowser } from "../web/browser.ts";
import { makeCertificate } from "./certificate.ts";
import type { Given } from "./page-entry.ts";

const browser = useBrowser();
const folder = await mkdtemp(join(tmpdir(), "latchkey-page-"));
const { cert, key } = await makeCertificate(folder);

let script = "";
const application = createServer((request, response) => {
  const isScript = request.url === "/page.js";
  response
    .writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" })
    .end(isScript ? script : "<!doctype html><script type=module src=/page.js></script>");
});
let origin = "";
beforeAll(async () => {
  const bundle = await rolldown({
    input: new URL("page-entry.ts", import.meta.url).pathname,
    platform: "browser",
  });
  const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
  script = output[0].code;
  await once(application.listen(0, "127.0.0.1"), "listening");
  origin = `http://127.0.0.1:${(application.address() as AddressInfo).port}`;
});
afterAll(async () => {
  application.closeAllConnections();
  application.close();
  await rm(folder, { recursive: true });
  delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
});

/** Node trusts the certificate too, which no authority has signed. */
process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";

describe.each<{ version: string; environment: Readonly<Record<string, string>> }>([
  { version: "HTTP/1.1", environment: {} },
  { version: "HTTP/2 with TLS", environment: { TLS_CERT: cert, TLS_KEY: key } },
])("over $version", ({ environment }) => {
  const used = useServer({ environment });

  test("every client gets its answers and its errors", async () => {
    const user = await used.signUp();
    const redirectUri = `${origin}/callback`;
    const client = await register(used.administrator, {
      public: true,
      redirectUris: [redirectUri],
    });
    const code = async () => {
      const { location, verifier } = await agree(user, client, { redirectUri, state: "s" });
      return { location: location.href, verifier };
    };
    const page = await browser.open();
    await page.goto(origin);
    await page.waitForFunction(() => "callAll" in globalThis);
    const given: Given = {
      base: used.url,
      clientId: client.id,
      redirectUri,
      codes: [await code(), await code(), await code()],
      token: user.token,
    };
    const said = await page.evaluate(
      (to) => (globalThis as unknown as { callAll(of: Given): Promise<unknown> }).callAll(to),
      given,
    );
    const unauthenticated = [user.username, "16"];
    expect(said).toEqual({
      connect: unauthenticated,
      "connect by GET": unauthenticated,
      "connect with JSON": unauthenticated,
      "connect-web over gRPC-Web": unauthenticated,
      "protobuf-ts": [user.username, "UNAUTHENTICATED"],
      "protobuf-ts as text": [user.username, "UNAUTHENTICATED"],
      "grpc-web": unauthenticated,
      "grpc-web as text": unauthenticated,
      sdk: unauthenticated,
      "sdk, tokens": "Bearer",
      oauth4webapi: [200, "bearer", "invalid_grant"],
      "openid-client": "bearer",
      fetch: [200, 404, 401, true, true],
    });
  });
});
