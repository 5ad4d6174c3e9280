// A fifth documented API is one contract and one file, those in files/: in a copy of the repository
// with them, `npm run generate` is all that it takes.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run, start, type Latchkey } from "../process/latchkey.ts";
import { Agent } from "../web/agent.ts";
import { copyWithGuestbook, type Copy } from "./copy.ts";

let copy: Copy;
let server: Latchkey;
let types: Promise<unknown>;
beforeAll(async () => {
  copy = await copyWithGuestbook();
  const options = ["--noEmit", "--project", "tsconfig.copy.json"];
  types = promisify(execFile)("tsc", options, { cwd: copy.root }).catch((error: Error) => error);
  server = await start({ ...copy.environment, GUESTBOOK_ORIGINS: "https://house.example" }, copy);
});
afterAll(async () => {
  await server.stop();
  await copy.remove();
});

const ENROL = { Name: "Ünal", "E-Mail": "unal@example.com", Word: "let me in" };

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

async function request(
  method: string,
  path: string,
  form?: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method,
    headers,
    ...(form && { body: new URLSearchParams(form) }),
  });
  return { status: response.status, body: await response.text(), headers: response.headers };
}

test("a guest enrols, enters and is shown", async () => {
  const enrolled = await request("POST", "/guests/", ENROL);
  expect(enrolled).toMatchObject({ status: 201, body: '{"ok":1,"result":{"Name":"Ünal"}}' });
  expect(enrolled.headers.get("cache-control")).toBe("no-store");

  const entered = await request("POST", "/guests/enter/", {
    "E-Mail": "UNAL@example.com",
    Word: "let me in",
  });
  expect(entered).toMatchObject({ status: 200, body: '{"ok":1,"result":{}}' });

  for (const badge of [enrolled, entered].map(({ headers }) => headers.get("x-badge")!)) {
    expect(await request("GET", "/guests/me/", undefined, { "X-Badge": badge })).toMatchObject({
      status: 200,
      body: '{"ok":1,"result":{"Name":"Ünal","E-Mail":"unal@example.com","Staff":false}}',
    });
  }
});

test.each<
  [
    what: string,
    method: string,
    path: string,
    form: Record<string, string> | undefined,
    status: number,
    error: string,
  ]
>([
  [
    "an address twice",
    "POST",
    "/guests/",
    { ...ENROL, Name: "Another" },
    409,
    "We know you already.",
  ],
  [
    "a wrong password",
    "POST",
    "/guests/enter/",
    { "E-Mail": "unal@example.com", Word: "open" },
    403,
    "We do not know you.",
  ],
  [
    "a stranger",
    "POST",
    "/guests/enter/",
    { "E-Mail": "stranger@example.com", Word: "open" },
    403,
    "We do not know you.",
  ],
  ["an unknown badge", "GET", "/guests/me/", undefined, 401, "That badge is none of ours."],
  [
    "fields that are missing",
    "POST",
    "/guests/",
    { Name: "Ada" },
    422,
    "Please fill in: E-Mail, Word",
  ],
  [
    "names in another spelling",
    "POST",
    "/guests/",
    { name: "a", mail: "b@example.com", word: "c" },
    422,
    "Please fill in: Name, E-Mail, Word",
  ],
  [
    "a broken address",
    "POST",
    "/guests/",
    { ...ENROL, "E-Mail": "x" },
    400,
    "We cannot read that.",
  ],
  ["a wrong verb", "DELETE", "/guests/", undefined, 405, "Not here."],
])("%s", async (...[, method, path, form, status, error]) => {
  expect(await request(method, path, form, { "x-badge": "none" })).toMatchObject({
    status,
    body: JSON.stringify({ ok: 0, error }),
  });
});

test("JSON is none of its forms", async () => {
  const response = await fetch(`${server.url}/guests/`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(ENROL),
  });
  expect({ status: response.status, body: await response.text() }).toEqual({
    status: 400,
    body: '{"ok":0,"error":"We cannot read that."}',
  });
});

test("a path without its slash is another path", async () => {
  expect((await request("POST", "/guests", ENROL)).status).toBe(404);
});

describe("registers itself", () => {
  test("in the types", async () => {
    expect(await types).toMatchObject({ stdout: "" });
  });

  test("in the settings and in the command line", async () => {
    const help = await run(["--help"], {}, copy);
    const settings = help.stdout.match(/^ {2}GUESTBOOK.*$/gm)!;
    expect(settings.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["GUESTBOOK", "Whether the guestbook API is served: on or off. Default: on."],
      ["GUESTBOOK_REALM", "The realm of its users. Default: guests."],
      ["GUESTBOOK_ORIGINS", "Origins, comma-separated, whose pages may call it."],
      ["GUESTBOOK_KEYS", expect.stringContaining("Default: administrator.")],
    ]);
    const create = await run(["client", "create", "--help"], {}, copy);
    expect(create.stdout.replaceAll(/\s+/g, " ")).toContain(
      "kokids, secretpair, zimoxy, senler or guestbook",
    );
    const refused = await run([], { ...copy.environment, GUESTBOOK: "perhaps" }, copy);
    expect(refused.stderr).toContain("GUESTBOOK must be one of on, off");
  });

  test("as an API that applications are for", async () => {
    const words = ["client", "create", "--name", "Hotel", "--api", "guestbook"];
    const uri = ["--redirect-uri", "https://hotel.example/callback"];
    const created = await run([...words, ...uri], copy.environment, copy);
    expect(created).toMatchObject({ code: 0, stderr: "" });
    const list = await run(["client", "list", "--json"], copy.environment, copy);
    expect(list.stdout).toContain('"apis":["guestbook"]');
  });

  test("in the developer console", async () => {
    const agent = new Agent(server.url);
    const password = "a quiet evening by the sea";
    await agent.get("/sign-up");
    const ada = { email: "ada@example.com", username: "ada", password };
    await agent.post("/sign-up", ada);
    await agent.signIn(ada);
    expect((await agent.get("/developer")).status).toBe(200);
    const became = await agent.post("/developer/become", {});
    expect(became.headers.get("location")).toBe("/developer");
    const page = await agent.get("/developer/register?kind=web");
    expect(page.status).toBe(200);
    expect(agent.page).toContain('name="api_guestbook"');
    expect(agent.page).toContain("The guest book of a house. Requires approval");
  });

  test("in the OpenAPI document", async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      readonly paths: Readonly<Record<string, object>>;
    };
    expect(document.paths["/guests/"]).toHaveProperty("post.tags", ["GuestbookService"]);
  });

  test("with the origins that may call it", async () => {
    const headers = { origin: "https://house.example" };
    const response = await fetch(`${server.url}/guests/me/`, { headers });
    expect(response.headers.get("access-control-allow-origin")).toBe(headers.origin);
  });
});
