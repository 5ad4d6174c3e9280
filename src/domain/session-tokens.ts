// The credentials of sessions. It owns their forms, one for each API, and must not know what a session opens.
import { SignJWT } from "jose";
import type { Clock } from "./clock.ts";
import type { Session, User } from "./model.ts";
import type { SigningKeys } from "./signing-keys.ts";
import { SIGNING_ALGORITHM } from "./signing-keys.ts";
import { newToken, PREFIX } from "./tokens.ts";

/** Makes the credential of a session. Whatever it looks like, only its hash is kept, and it works while the session does. */
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
    return new SignJWT({ username: user.username, email: user.email })
      .setProtectedHeader({ typ: "JWT", alg: SIGNING_ALGORITHM, kid })
      .setIssuer(issuer)
      .setAudience(session.api)
      .setSubject(user.id)
      .setJti(session.id)
      .setIssuedAt(Math.floor(session.createdAt / 1000))
      .setExpirationTime(Math.floor(session.expiresAt / 1000))
      .sign(key);
  };
