import { CompactSign } from "jose";
import { asciiJson } from "../ascii-json.ts";
import type { Clock } from "../clock.ts";
import type { Session, User } from "../model.ts";
import type { JwtSigner } from "../oauth/tokens/jwt-signer.ts";
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
  (keys: JwtSigner, issuer: string): SessionToken =>
  (session, user) => {
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
    return keys.sign("ES256", claims, "JWT");
  };

/** How the ids of our tokens under a shared key begin: those of the other server don't. */
export const OWN_TOKEN_ID = "latchkey:";

/** Makes a token that the server before accepts, with the claims of its own. */
export const signLikePredecessor = (
  secret: Buffer,
  { username, email }: Pick<User, "username" | "email">,
  expiresAt: number,
): Promise<string> => signBySecret({ username, email, exp: Math.floor(expiresAt / 1000) }, secret);

/**
 * Makes JWTs as the server before made them, under the key that both know, for backends that verify
 * the signature themselves. They have no audience: PyJWT refuses one that it isn't asked for.
 */
export const sharedKeyToken =
  (secret: Buffer): SessionToken =>
  (session, user) =>
    signBySecret(
      {
        username: user.username,
        email: user.email,
        exp: Math.floor(session.expiresAt / 1000),
        jti: `${OWN_TOKEN_ID}${session.id}`,
      },
      secret,
    );

/** Signs claims in ASCII, as in the documented samples: a browser can read them with `atob`. */
const signBySecret = (claims: object, secret: Buffer): Promise<string> =>
  new CompactSign(Buffer.from(asciiJson(claims)))
    .setProtectedHeader({ typ: "JWT", alg: "HS256" })
    .sign(secret);
