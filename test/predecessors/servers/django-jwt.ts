// Tokens as PyJWT 1 makes them.
import { createHmac, timingSafeEqual } from "node:crypto";
import { toAscii } from "../exchange.ts";
import { DJANGO_SECRET } from "../people.ts";

const HEADER = Buffer.from('{"typ":"JWT","alg":"HS256"}').toString("base64url");
const LIFETIME_SECONDS = 86_400;

const sign = (text: string): Buffer => createHmac("sha256", DJANGO_SECRET).update(text).digest();

/** Makes a token with the three claims of the document's samples. */
export function newJwt(username: string, email: string): string {
  const exp = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
  const claims = toAscii(JSON.stringify({ username, email, exp }));
  const text = `${HEADER}.${Buffer.from(claims).toString("base64url")}`;
  return `${text}.${sign(text).toString("base64url")}`;
}

/** Returns the user name of a valid token. It reads tokens of another server with the same key. */
export function usernameOf(token: string): string | undefined {
  const [head = "", claims = "", signature = ""] = token.split(".");
  const given = Buffer.from(signature, "base64url");
  const expected = sign(`${head}.${claims}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const { username, exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as {
    username: string;
    exp: number;
  };
  return exp * 1000 > Date.now() ? username : undefined;
}
