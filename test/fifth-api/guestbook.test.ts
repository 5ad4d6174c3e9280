// A fifth documented API is one contract, guestbook.proto, and one thin file, guestbook.ts: nothing
// in src/ knows of it.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "../../scripts/execute.ts";
import { writeValidateProto } from "../../scripts/validate-proto.ts";
import type { Listener } from "../../src/http/server/listen.ts";
import { stores } from "../mariadb.ts";
import { guestbook } from "./guestbook.ts";
import { serveApi } from "./serve.ts";

const [{ use }] = stores;
const opened = use();
let listener: Listener;
beforeAll(async () => void (listener = await serveApi(opened.store, guestbook)));
afterAll(() => listener.drain(0));

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
  const response = await fetch(listener.url + path, {
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
    { "E-Mail": "nobody@example.com", Word: "open" },
    403,
    "We do not know you.",
  ],
  ["a badge of nobody", "GET", "/guests/me/", undefined, 401, "That badge is none of ours."],
  [
    "fields that are missing",
    "POST",
    "/guests/",
    { Name: "Somebody" },
    422,
    "Please fill in: mail, word",
  ],
  [
    "names in another spelling",
    "POST",
    "/guests/",
    { name: "a", mail: "b@example.com", word: "c" },
    422,
    "Please fill in: name, mail, word",
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
])("%s", async (_, method, path, form, status, error) => {
  expect(await request(method, path, form, { "x-badge": "none" })).toMatchObject({
    status,
    body: JSON.stringify({ ok: 0, error }),
  });
});

test("JSON is none of its forms", async () => {
  const response = await fetch(`${listener.url}/guests/`, {
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

test("guestbook_pb.ts is what buf generates from the contract", async () => {
  writeValidateProto();
  const folder = await mkdtemp(join(tmpdir(), "guestbook-"));
  const config = JSON.stringify({
    version: "v2",
    modules: ["proto", ".buf/validate", "test/fifth-api"].map((path) => ({ path })),
  });
  try {
    const generated = await execute("buf", [
      "generate",
      "test/fifth-api",
      "--config",
      config,
      "--template",
      "test/fifth-api/buf.gen.yaml",
      "--output",
      folder,
    ]);
    expect(generated).toEqual({ ok: true, output: "" });
    expect(readFileSync(join(import.meta.dirname, "guestbook_pb.ts"), "utf8")).toBe(
      readFileSync(join(folder, "test/fifth-api/guestbook_pb.ts"), "utf8"),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
