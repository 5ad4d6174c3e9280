import { CompactSign } from "jose";
import type { Clock } from "../clock.ts";
import type { Session, User } from "../model.ts";
import type { SigningKeys } from "../oauth/tokens/signing-keys.ts";
import { SIGNING_ALGORITHM } from "../oauth/tokens/signing-keys.ts";
import { newToken, PREFIX } from "../security/tokens.ts";

/**
 * Makes the credential of a session. Only its hash is stored, and it works as long as the session
 * does, in any format.
 */
export type SessionToken = (session: Omit<Session, "tokenHash">, user: User) => Promise<string>;

/** Makes tokens of 256 random bits. */
export const randomSessionToken =
  (clock: Clock): SessionToken =>
  () =>
    Promise.resolve(newToken(clock, PREFIX.session));

/**
 * Makes JWTs with the name, the address and the end of the session, for clients that read these.
 * The server doesn't verify the signature: a token that it has not issued has no session.
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

/** How the ids of our tokens under a shared key begin: those of the other server don't. */
export const OWN_TOKEN_ID = "latchkey:";

/** Makes a token that the server before accepts, with the claims of its own. */
export const signLikePredecessor = (
  secret: Buffer,
  { username, email }: Pick<User, "username" | "email">,
  expiresAt: number,
): Promise<string> =>
  new CompactSign(asciiJson({ username, email, exp: Math.floor(expiresAt / 1000) }))
    .setProtectedHeader({ typ: "JWT", alg: "HS256" })
    .sign(secret);

/**
 * Makes JWTs as the server before made them, under the key that both know, for backends that verify
 * the signature themselves. They have no audience: PyJWT refuses one that it isn't asked for.
 */
export const sharedKeyToken =
  (secret: Buffer): SessionToken =>
  (session, user) =>
    new CompactSign(
      asciiJson({
        username: user.username,
        email: user.email,
        exp: Math.floor(session.expiresAt / 1000),
        jti: `${OWN_TOKEN_ID}${session.id}`,
      }),
    )
      .setProtectedHeader({ typ: "JWT", alg: "HS256" })
      .sign(secret);

/**
 * Returns JSON with escapes for all characters beyond ASCII, as in the documented samples: a
 * browser can read it with `atob` alone.
 */
const asciiJson = (value: object): Buffer =>
  Buffer.from(
    JSON.stringify(value).replace(
      /[^\x00-\x7f]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  );
