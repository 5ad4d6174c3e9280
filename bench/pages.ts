// What a page costs the server: the CPU of each, over SQLite, and the bytes that a browser gets.
// Run: node bench/pages.ts
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { administratorAccess, latchkeyProgram } from "./contenders/latchkey.ts";
import { call, PASSWORD, postJson } from "./contenders/contender.ts";
import { startProcess } from "./measure/process.ts";
import { measure } from "./measure/rounds.ts";

const PLAN = { rounds: 5, requests: 400, connections: 4 };
const EMAIL = "ada@example.com";
const REDIRECT_URI = "https://app.example.com/callback";

/** The cookies of an answer, to be sent again. */
const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0]!)
    .join("; ");

/** Signs in by the page, as a browser does; answers the cookies. */
async function signIn(url: string): Promise<string> {
  const page = await call(`${url}/sign-in`);
  const token = /name="form_token" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
  const body = new URLSearchParams({ form_token: token, identifier: EMAIL, password: PASSWORD });
  return cookiesOf(
    await call(`${url}/sign-in`, {
      method: "POST",
      headers: { cookie: cookiesOf(page), origin: url },
      body,
    }),
  );
}

/** A user, and an application that asks for access; answers where it sends its users. */
async function prepare(url: string, dataDir: string): Promise<string> {
  const access = await administratorAccess({ dataDir }, url);
  await postJson(`${url}/v1/users`, { username: "ada", email: EMAIL, password: PASSWORD }, access);
  const registered = await postJson(
    `${url}/v1/clients`,
    {
      client: {
        name: "Reading room",
        type: "CLIENT_TYPE_CONFIDENTIAL",
        scopes: ["profile"],
        redirectUris: [REDIRECT_URI],
      },
    },
    access,
  );
  const { client } = (await registered.json()) as { client: { id: string } };
  const parameters = new URLSearchParams({
    response_type: "code",
    client_id: client.id,
    redirect_uri: REDIRECT_URI,
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBuGJSstw_cM",
    code_challenge_method: "S256",
  });
  return `/oauth2/authorize?${parameters}`;
}

async function measurePages(dataDir: string): Promise<void> {
  const server = await startProcess(latchkeyProgram({ dataDir }));
  try {
    const url = server.said;
    const authorize = await prepare(url, dataDir);
    const cookie = await signIn(url);
    const paths = {
      "sign-in": "/sign-in",
      "sign-up": "/sign-up",
      consent: authorize,
      account: "/account",
      sessions: "/account/sessions",
      applications: "/account/apps",
      console: "/developer",
    };
    const headers = (name: string): Record<string, string> => ({
      accept: "text/html",
      ...(name.startsWith("sign") ? {} : { cookie }),
    });
    const subjects = Object.entries(paths).map(([name, path]) => ({
      name,
      exercise: {
        protocol: "http1" as const,
        url,
        request: () => ({ path, headers: headers(name) }),
        accepts: ({ status, body }: { status: number; body: Buffer }) =>
          status === 200 && body.includes("</html>"),
      },
      usage: server.usage,
    }));
    for (const { name, cpu } of await measure(subjects, PLAN)) {
      console.log(
        `${name.padEnd(14)}${(cpu.median / 1000).toFixed(2)} ms of CPU (` +
          `${(cpu.least / 1000).toFixed(2)}–${(cpu.most / 1000).toFixed(2)})`,
      );
    }
    const html = await (await call(`${url}/sign-in`)).text();
    const style = await (await call(url + /href="([^"]+\.css)"/.exec(html)![1]!)).text();
    console.log(
      `The sign-in page is ${Buffer.byteLength(html) + Buffer.byteLength(style)} bytes: ` +
        `${Buffer.byteLength(html)} of HTML, ${Buffer.byteLength(style)} of CSS.`,
    );
  } finally {
    await server.stop();
  }
}

const folder = await mkdtemp(join(tmpdir(), "latchkey-pages-"));
try {
  await measurePages(folder);
} finally {
  await rm(folder, { recursive: true });
}
