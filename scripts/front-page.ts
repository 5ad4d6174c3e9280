// Takes the picture of the README: `node scripts/front-page.ts`. A terminal with real calls and
// their real output stands beside the consent page of the same server.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { contextOptions, launch } from "../test/web/browser.ts";
import { startServer } from "../test/server.ts";

const FILE = process.argv[2] ?? join(import.meta.dirname, "../docs/front-page.png");
const ROOT = join(import.meta.dirname, "..");
const PASSWORD = "correct horse battery";
const REDIRECT_URI = "https://reading-room.example/callback";

/** The calls as a reader types them; the server's address is put in when they run. */
const CALLS = [
  `# an old client: a form on the documented path
curl -s $URL/user/create -d AccID=acc-1 -d Email=ada@example.com \\
  -d UserID=ada -d 'Password=${PASSWORD}' \\
  -d Bundle=com.example.game -d OSInt=0 -d GAID=device-1`,
  `# an internal service: the same user, by gRPC
buf curl --http2-prior-knowledge --protocol grpc \\
  -d '{"username": "ada", "password": "${PASSWORD}"}' \\
  $URL/identity.v1.UserService/SignIn | grep -E 'accessToken|username|email|state'`,
  `# a wrong password: a typed reason on every protocol
curl -s $URL/v1/sessions -H 'Content-Type: application/json' \\
  -d '{"username": "ada", "password": "wrong"}'`,
];

const run = promisify(execFile);

async function outputOf(call: string, url: string): Promise<string> {
  const { stdout } = await run("bash", ["-c", call], {
    env: { ...process.env, URL: url, PATH: `${ROOT}/node_modules/.bin:${process.env["PATH"]}` },
  });
  return stdout.trimEnd();
}

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** JSON on one line is broken at its members, as a reader would do it with `jq`. */
const readable = (output: string): string =>
  output.startsWith("{") && output.length > 90
    ? JSON.stringify(JSON.parse(output), undefined, 2)
    : output;

const scratch = mkdtempSync(join(tmpdir(), "latchkey-front-page-"));
const server = await startServer({ kind: "sqlite", file: join(scratch, "latchkey.db") });
const browser = await launch();
try {
  const shown: string[] = [];
  for (const call of CALLS) {
    const [comment = "", ...lines] = call.split("\n");
    const output = await outputOf(call, server.url);
    const command = `<b>$ ${escape(lines.join("\n"))}</b>`;
    shown.push(`<i>${escape(comment)}</i>\n${command}\n${escape(readable(output))}`);
  }

  const created = await fetch(`${server.url}/v1/clients`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${await server.administratorToken()}`,
    },
    body: JSON.stringify({
      client: { name: "Reading room", redirectUris: [REDIRECT_URI], scopes: ["profile"] },
    }),
  });
  const { client } = (await created.json()) as { client: { id: string } };
  const context = await browser.newContext(contextOptions({ width: 560 }));
  const page = await context.newPage();
  await page.goto(
    `${server.url}/oauth2/authorize?${new URLSearchParams({
      response_type: "code",
      client_id: client.id,
      redirect_uri: REDIRECT_URI,
      scope: "profile",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBuGJSstw_cM",
      code_challenge_method: "S256",
    })}`,
  );
  await page.locator("#identifier").fill("ada@example.com");
  await page.locator("#password").fill(PASSWORD);
  await page.locator("main .button").click();
  await page.waitForLoadState();
  const consent = (await page.screenshot()).toString("base64");
  await context.close();

  const sheet = await browser.newPage({ viewport: { width: 1440, height: 728 } });
  await sheet.setContent(`<style>
    body { margin: 0; display: grid; grid-template-columns: 880px 560px; background: #10141f; }
    pre { margin: 0; padding: 28px 32px; height: 672px; overflow: hidden; color: #c9d3e6;
      font: 14.5px/1.42 "DejaVu Sans Mono", monospace; }
    i { color: #7f8ca6; font-style: normal; } b { color: #fff; font-weight: normal; }
    img { width: 560px; height: 728px; object-fit: cover; object-position: top; }
  </style><pre>${shown.join("\n\n")}</pre><img src="data:image/png;base64,${consent}">`);
  await sheet.waitForLoadState();
  await sheet.screenshot({ path: FILE });
} finally {
  await browser.close();
  await server.stop();
  rmSync(scratch, { recursive: true });
}
