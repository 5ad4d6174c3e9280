// The credentials of sessions. It owns their forms, one for each API, and must not know what a
// session opens.
import { CompactSign } from "jose";
import type { Clock } from "../clock.ts";
import type { Session, User } from "../model.ts";
import type { SigningKeys } from "../oauth/tokens/signing-keys.ts";
import { SIGNING_ALGORITHM } from "../oauth/tokens/signing-keys.ts";
import { newToken, PREFIX } from "../security/tokens.ts";

/**
 * Makes the credential of a session. Whatever it looks like, only its hash is kept, and it works
 * while the session does.
 */
export type SessionToken = (session: Omit<Session, "tokenHash">, user: User) => Promise<string>;

/** 256 random bits. */
export const randomSessionToken =
  (clock: Clock): SessionToken =>
  () =>
    Promise.resolve(newToken(clock, PREFIX.session));

/**
 * A JWT with the name, the address and the end of the session, for clients that read these from it.
 * Nobody verifies it by its signature here: a token that was not given out has no session.
 */
export const jwtSessionToken =
  (keys: SigningKeys, issuer: string): SessionToken =>
  async (session, user) => {
    const { kid, key } = await keys.signer();
    // RFC 7519 section 4; the first three are the documented ones.
    const claims = {
      username: user.username,
      email: user.email,
      exp: Math.floor(session.expiresAt / 1000),
      iss: issuer,
      aud: session.api,
      sub: user.id,
      jti: session.id,
      iat: Math.floor(session.createdAt / 1000),
      realm: user.realm,
    };
    return new CompactSign(asciiJson(claims))
      .setProtectedHeader({ typ: "JWT", alg: SIGNING_ALGORITHM, kid })
      .sign(key);
  };

/**
 * JSON with escapes for everything else than ASCII, as in the documented samples: in a browser,
 * `atob` alone reads it.
 */
const asciiJson = (value: object): Buffer =>
  Buffer.from(
    JSON.stringify(value).replace(
      /[^\x00-\x7f]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  );
