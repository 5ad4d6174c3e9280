// PyJWT, by which old servers of secretpair sign, beside our settings for their tokens.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { useServer } from "../use-server.ts";
import { call } from "./call.ts";

const SECRET = "django-insecure-key-of-the-old-server";
const used = useServer({
  environment: { SECRETPAIR_LEGACY_JWT_SECRET: SECRET, SECRETPAIR_JWT_ALG: "HS256" },
});

/** Runs a line of Python with PyJWT, of Debian's python3-jwt; the arguments are `a`. */
async function python(line: string, ...words: readonly string[]): Promise<string> {
  const program = `import datetime, json, jwt, sys\na = sys.argv[1:]\nprint(${line})`;
  return (await promisify(execFile)("/usr/bin/python3", ["-c", program, ...words])).stdout.trim();
}

test("a token that PyJWT made is accepted, and one of another key is not", async () => {
  const user = await used.signUp();
  const signed = (secret: string): Promise<string> =>
    python(
      "jwt.encode({'username': a[0], 'email': a[1], 'exp': " +
        "datetime.datetime.utcnow() + datetime.timedelta(hours=23)}, a[2], algorithm='HS256')",
      user.username,
      user.email,
      secret,
    );
  const profile = async (token: string): Promise<number> =>
    (await call(`${used.url}/auth/`, "GET", undefined, { authorization: token })).status;
  expect(await profile(await signed(SECRET))).toBe(200);
  expect(await profile(await signed(`${SECRET}x`))).toBe(401);
});

test("PyJWT verifies a token of ours with the key, as the backends of clients do", async () => {
  const user = await used.signUp();
  const { text } = await call(`${used.url}/login/`, "POST", {
    email: user.email,
    password: user.password,
  });
  const { token } = (JSON.parse(text) as { data: { token: string } }).data;
  const decode = "json.dumps(jwt.decode(a[0], a[1], algorithms=['HS256']))";
  expect(JSON.parse(await python(decode, token, SECRET))).toMatchObject({
    username: user.username,
    email: user.email,
  });
  await expect(python(decode, token, `${SECRET}x`)).rejects.toThrow("InvalidSignatureError");
});
