// A database that answers late or not at all, behind a proxy of the test's own. Every call has an
// end and says which time ran out; nothing is left open behind it.
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDatabase } from "../mariadb.ts";
import { startServer, type TestServer } from "../server.ts";
import { unique } from "../use-server.ts";
import { openSlowProxy, type SlowProxy } from "../slow-proxy.ts";

/** The budget of a call is 5 seconds; the rest is for a busy machine. */
const PATIENCE_MS = 15_000;
/** A statement may take 2 seconds, so this leaves each its answer, and the call five of them. */
const SLOW_MS = 1_100;

let url: string;
let proxy: SlowProxy;
let server: TestServer;
let administratorToken: string;
const password = unique("password ");
const email = `${unique()}@example.com`;

beforeAll(async () => {
  url = await createDatabase();
  proxy = await openSlowProxy(url);
  server = await startServer({ kind: "mysql", url: proxy.url });
  administratorToken = await server.administratorToken();
  const authorization = `Bearer ${administratorToken}`;
  const made = await post("/v1/users", { email, password }, { authorization });
  expect(made.status).toBe(200);
});
afterAll(async () => {
  proxy.delay = 0;
  proxy.swallows = "nothing";
  await server.stop();
  await proxy.close();
});

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

async function send(path: string, request: RequestInit): Promise<Answer> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(server.url + path, { method: "POST", signal, ...request });
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    text: await response.text(),
  };
}

const post = (path: string, body: object, headers = {}): Promise<Answer> =>
  send(path, {
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

/** Sends a form, as clients of the documented APIs do. */
const form =
  (path: string, fields: Readonly<Record<string, string>>) =>
  (headers = {}): Promise<Answer> =>
    send(path, { headers, body: new URLSearchParams(fields) });

const FORMS = {
  kokids: form("/user/login", { AccID: "a", Email: email, Password: password }),
  secretpair: form("/register/", { username: unique(), email: `${unique()}@x.example`, password }),
  zimoxy: (headers = {}) =>
    form("/oauth2/login", { login: email, password, ip: "192.0.2.1" })({
      authorization: server.administrator.clientSecret,
      ...headers,
    }),
  senler: form("/ajax/cabinet/OAuth2token", {
    client_id: "c",
    client_secret: "s",
    redirect_uri: "https://crm.example/",
    code: "code",
  }),
};

const token = (headers = {}): Promise<Answer> => {
  const { clientId, clientSecret } = server.administrator;
  const credential = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  return form("/oauth2/token", { grant_type: "client_credentials" })({
    authorization: `Basic ${credential}`,
    ...headers,
  });
};

/** Reads the audit trail as a stream of Connect. */
const stream = (headers = {}): Promise<Answer> =>
  send("/identity.v1.AuditService/ExportAuditEvents", {
    headers: {
      "content-type": "application/connect+json",
      authorization: `Bearer ${administratorToken}`,
      ...headers,
    },
    body: Buffer.from("\0\0\0\0\u0002{}", "latin1"),
  });

const signIn = (headers = {}): Promise<Answer> =>
  post("/v1/sessions", { email, password }, headers);
const connectSignIn = (headers = {}): Promise<Answer> =>
  post("/identity.v1.UserService/SignIn", { email, password }, headers);

/** Signs in on the page, which has a form token. */
async function page(): Promise<Answer> {
  const opened = await fetch(`${server.url}/sign-in`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const form = /name="form_token" value="([^"]+)"/.exec(await opened.text());
  const cookie = opened.headers.getSetCookie().map((each) => each.split(";")[0]);
  const response = await fetch(`${server.url}/sign-in`, {
    method: "POST",
    headers: { cookie: cookie.join("; "), origin: server.url },
    body: new URLSearchParams({ form_token: form?.[1] ?? "", identifier: email, password }),
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    text: await response.text(),
  };
}

/** Nothing is in use any more, and no transaction is open. */
async function isClean(): Promise<void> {
  await expect.poll(() => server.store.load, { timeout: PATIENCE_MS }).toMatchObject({ busy: 0 });
  const connection = await createConnection(url);
  const open = async (): Promise<number> => {
    const [rows] = await connection.query<RowDataPacket[]>(
      `select trx_id from information_schema.innodb_trx t join information_schema.processlist p
        on p.id = t.trx_mysql_thread_id where p.db = database() and p.id <> connection_id()`,
    );
    return rows.length;
  };
  await expect.poll(open, { timeout: PATIENCE_MS }).toBe(0);
  await connection.end();
}

const isWell = async (): Promise<void> => {
  proxy.delay = 0;
  proxy.swallows = "nothing";
  await isClean();
  await expect.poll(async () => (await signIn()).status, { timeout: PATIENCE_MS }).toBe(200);
};

const SLOW = { status: 503, retryAfter: "1", text: expect.stringContaining("took too long") };
const AWAY = { status: 503, retryAfter: "1", text: expect.stringContaining("STORE_UNAVAILABLE") };

describe("a database that answers late", () => {
  test("a call ends when its budget is used up, and says so", async () => {
    await signIn();
    proxy.delay = SLOW_MS;
    const answers = await Promise.all([signIn(), connectSignIn()]);
    expect(answers).toEqual([SLOW, SLOW]);
    await isWell();
  });

  test("a page says that the server is not available", async () => {
    proxy.delay = SLOW_MS;
    const answer = await page();
    expect([answer.status, answer.retryAfter]).toEqual([503, "1"]);
    await isWell();
  });

  test.each([
    ["REST", signIn, 504, "The deadline passed before"],
    ["Connect", connectSignIn, 504, "The deadline passed before"],
    // RFC 6749 has no error of its own for it.
    ["OAuth", token, 503, "temporarily_unavailable"],
    ["a stream", stream, 200, "deadline_exceeded"],
    // The documented APIs have no error of their own for it either.
    ["kokids", FORMS.kokids, 500, "error"],
    ["secretpair", FORMS.secretpair, 500, "服务器错误"],
    ["zimoxy", FORMS.zimoxy, 500, "Внутренняя ошибка."],
    ["senler", FORMS.senler, 500, "Internal server error"],
  ])("the caller's deadline ends a call by %s", async (_, call, status, text) => {
    proxy.delay = SLOW_MS;
    const answer = await call({ "connect-timeout-ms": "1000" });
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)]);
    await isWell();
  });

  test("calls whose time has ended cost no connection", async () => {
    const before = await connections();
    proxy.delay = 200;
    const late = await Promise.all(
      Array.from({ length: 20 }, () => signIn({ "connect-timeout-ms": "300" })),
    );
    expect(late.map(({ status }) => status)).toEqual(Array(20).fill(504));
    await isWell();
    // More may have been made for so many calls, and none of those before was given up.
    expect(new Set(await connections()).isSupersetOf(new Set(before))).toBe(true);
  });
});

async function connections(): Promise<number[]> {
  const connection = await createConnection(url);
  const [rows] = await connection.query<RowDataPacket[]>(
    `select id from information_schema.processlist
      where db = database() and id <> connection_id()`,
  );
  await connection.end();
  return rows.map(({ id }) => Number(id));
}

describe("a database that is silent", () => {
  test("every call ends, and all is well when it answers again", async () => {
    proxy.swallows = "everything";
    const answers = await Promise.all([signIn(), connectSignIn(), signIn(), connectSignIn()]);
    expect(answers).toEqual([AWAY, AWAY, AWAY, AWAY]);
    const late = await Promise.all([
      signIn({ "connect-timeout-ms": "1000" }),
      connectSignIn({ "connect-timeout-ms": "1000" }),
    ]);
    for (const { status, text } of late)
      expect([status, text]).toEqual([504, expect.stringContaining("DEADLINE_EXCEEDED")]);
    await isWell();
  });
});
