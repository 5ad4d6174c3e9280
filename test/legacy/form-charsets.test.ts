// Forms as .NET, Apache HttpClient and browsers of other charsets send them, at every place that
// reads forms.
import { describe, expect, test } from "vitest";
import { basic, register } from "../oauth/flow.ts";
import { unique, useServer } from "../use-server.ts";

const used = useServer();

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data; boundary=b0undary";

const send = async (path: string, type: string, octets: string, headers = {}) => {
  const response = await fetch(`${used.url}${path}`, {
    method: "POST",
    headers: { "content-type": type, ...headers },
    body: Buffer.from(octets, "latin1"),
    redirect: "manual",
  });
  return { status: response.status, text: await response.text() };
};

const newUser = () => ({
  AccID: unique("acc-"),
  Email: `${unique()}@kids.example`,
  UserID: unique("uid-"),
  Password: "secret 1",
  Bundle: "com.example.game",
  OSInt: "0",
  GAID: "dev",
});

const multipart = (
  fields: Readonly<Record<string, string>>,
  { name = (text: string) => `"${text}"`, headers = "" } = {},
): string =>
  `${Object.entries(fields)
    .map(
      ([key, value]) =>
        `--b0undary\r\nContent-Disposition: form-data; name=${name(key)}\r\n` +
        `${headers}\r\n${value}\r\n`,
    )
    .join("")}--b0undary--\r\n`;

const urlencoded = (fields: Readonly<Record<string, string>>): string =>
  new URLSearchParams(fields).toString();

describe("kokids", () => {
  test.each<[string, { name?: (text: string) => string; headers?: string }]>([
    ["names in quotes", {}],
    ["names without quotes", { name: (text) => text }],
    [
      ".NET's StringContent",
      { name: (text) => text, headers: "Content-Type: text/plain; charset=utf-8\r\n" },
    ],
    [
      "Apache's text parts",
      {
        headers:
          "Content-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n",
      },
    ],
    ["parts with an empty file name", { name: (text) => `"${text}"; filename=""` }],
  ])("reads a multipart form with %s", async (_, options) => {
    const answered = await send("/user/create", MULTIPART, multipart(newUser(), options));
    expect(answered.status).toBe(200);
  });

  test.each(["UTF-8", '"utf-8"', "ISO-8859-1", "US-ASCII", "windows-1251"])(
    "reads a form in %s",
    async (charset) => {
      const user = newUser();
      const type = `${FORM}; charset=${charset}`;
      expect((await send("/user/create", type, urlencoded(user))).status).toBe(200);
    },
  );

  test("takes bytes for the letters of their charset, escaped or not", async () => {
    const user = newUser();
    const body = `${urlencoded({ ...user, Password: "" })}&UserID=`
      .replace("Password=", "Password=%EF%E0%F0%EE%EB%FC")
      .replace(/&UserID=$/, "");
    expect((await send("/user/create", `${FORM}; charset=windows-1251`, body)).status).toBe(200);
    const login = { AccID: user.AccID, Email: user.Email, Password: "пароль" };
    expect((await send("/user/login", FORM, urlencoded(login))).status).toBe(200);
    const raw = `${urlencoded({ ...login, Password: "" })}\xEF\xE0\xF0\xEE\xEB\xFC`;
    expect((await send("/user/login", `${FORM}; charset=cp1251`, raw)).status).toBe(200);
    const koi8 = `${urlencoded({ ...login, Password: "" })}\xD0\xC1\xD2\xCF\xCC\xD8`;
    expect((await send("/user/login", `${FORM}; charset=koi8-r`, koi8)).status).toBe(200);
    expect((await send("/user/login", `${FORM}; charset=koi8-r`, raw)).status).toBe(401);
  });

  test.each<[string, string, number]>([
    [`${FORM}; charset=x-unknown`, "a=b", 415],
    [`${FORM}; charset=utf-16`, "a=b", 415],
    [`${FORM}; charset=utf-8; charset=koi8-r`, "a=b", 415],
    [`${FORM}; charset=us-ascii`, "a=\xE9", 400],
    [FORM, "a=\xE9", 400],
    [FORM, "a=%E9", 400],
    ["multipart/form-data", "a", 400],
  ])("answers %s %j in its own shape", async (type, body, status) => {
    const error = { 400: "Invalid input", 415: "Unsupported media type" }[status];
    expect(await send("/user/login", type, body)).toEqual({
      status,
      text: JSON.stringify({ error }),
    });
  });
});

test("secretpair and zimoxy answer an unknown charset in their own shape", async () => {
  const type = `${FORM}; charset=x-unknown`;
  expect(await send("/register/", type, "a=b")).toEqual({
    status: 415,
    text: '{"code":415,"message":"参数错误","data":null}',
  });
  expect(await send("/oauth2/register", type, "a=b")).toEqual({
    status: 415,
    text: '{"msg":"Формат запроса не поддерживается.","status":false}',
  });
});

test("secretpair keeps a name that came in GBK", async () => {
  const email = `${unique()}@example.cn`;
  const body = `username=${unique()}%D6%D0&email=${email}&password=p1`;
  const answered = await send("/register/", `${FORM}; charset=GBK`, body);
  expect(answered).toMatchObject({ status: 200, text: expect.stringContaining("中") });
});

test("senler names the missing parameter of a form in another charset", async () => {
  const answered = await send(
    "/ajax/cabinet/OAuth2token",
    `${FORM}; charset=ISO-8859-1`,
    "client_id=a&group_id=",
  );
  expect(answered).toMatchObject({
    status: 400,
    text: expect.stringContaining("Required parameter missing: client_secret"),
  });
});

test("the token endpoint reads forms of other charsets, and refuses unknown ones", async () => {
  const client = await register(used.administrator, {
    grantTypes: ["client_credentials"],
    scopes: ["users.read"],
  });
  const body = "grant_type=client_credentials";
  const headers = { authorization: basic(client) };
  for (const charset of ["ISO-8859-1", "us-ascii", "windows-1251", '"UTF-8"']) {
    const answered = await send("/oauth2/token", `${FORM}; charset=${charset}`, body, headers);
    expect([charset, answered.status]).toEqual([charset, 200]);
  }
  expect(await send("/oauth2/token", `${FORM}; charset=x`, body, headers)).toEqual({
    status: 415,
    text: '{"error":"invalid_request","error_description":"send the body in UTF-8"}',
  });
});

describe("a page", () => {
  const signIn = async (type: string, write: (fields: Record<string, string>) => string) => {
    const user = await used.signUp();
    const page = await fetch(`${used.url}/sign-in`);
    const cookie = page.headers.getSetCookie()[0]!.split(";")[0]!;
    const token = /name="form_token" value="([^"]*)"/.exec(await page.text())![1]!;
    const fields = { form_token: token, identifier: user.email, password: user.password };
    return send("/sign-in", type, write(fields), { cookie });
  };

  test("reads its form in any format and charset", async () => {
    for (const type of [FORM, `${FORM}; charset=ISO-8859-1`, `${FORM};charset="utf-8"`])
      expect((await signIn(type, urlencoded)).status).toBe(303);
    expect((await signIn(MULTIPART, multipart)).status).toBe(303);
  });

  test("refuses an unknown charset", async () => {
    expect(await signIn(`${FORM}; charset=x`, urlencoded)).toMatchObject({ status: 415 });
  });
});
