import { jwtVerify } from "jose";
import { emailKey } from "../accounts/email-address.ts";
import { admits } from "../accounts/user-state.ts";
import type { Clock } from "../clock.ts";
import { CLOCK_SKEW } from "../durations.ts";
import { newId } from "../ids.ts";
import type { Session, User } from "../model.ts";
import { hashToken } from "../security/tokens.ts";
import type { Store } from "../store.ts";
import { OWN_TOKEN_ID } from "./session-tokens.ts";

/** The tokens of another server that are accepted as sessions of an API. */
export interface ForeignTokenPolicy {
  readonly api: string;
  readonly realm: string;
  /** The key that the other server signs with (HS256, RFC 7518 section 3.2). */
  readonly secret: Buffer;
  /** When the last of them ends; absent: none ends before its own time. */
  readonly until?: number | undefined;
  /** How long before its end such a token was made, if it doesn't say so itself. */
  readonly lifetimeMs: number;
}

/** What a token says, once its signature is verified. */
interface Claims {
  readonly username: string;
  readonly email: string;
  readonly madeAt: number;
  readonly expiresAt: number;
}

/** A JWS in compact form, RFC 7515 section 7.1. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Accepts the JWTs of another server. The first use of one opens a session, which ends as every
 * session does. The row then stays until the token expires, so that the token isn't accepted anew.
 */
export class ForeignTokens {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #policy: ForeignTokenPolicy;

  constructor(store: Store, clock: Clock, policy: ForeignTokenPolicy) {
    this.#store = store;
    this.#clock = clock;
    this.#policy = policy;
  }

  /** Opens the session of a token that has none yet; undefined if the token isn't valid. */
  async accept(token: string): Promise<{ session: Session; user: User } | undefined> {
    const claims = COMPACT.test(token) ? await this.#verify(token) : undefined;
    const key = claims && emailKey(claims.email);
    if (claims === undefined || key === undefined) return undefined;
    const { realm } = this.#policy;
    const user = await this.#store.users.findByEmail(realm, key);
    // The claims name the user twice. One of another user, or of none, proves nothing.
    if (user === undefined || user.username !== claims.username) return undefined;
    return this.#open(token, user, claims);
  }

  async #verify(token: string): Promise<Claims | undefined> {
    const { secret, until = Infinity, lifetimeMs } = this.#policy;
    const now = this.#clock.now();
    if (now >= until) return undefined;
    const verified = await jwtVerify(token, secret, {
      algorithms: ["HS256"],
      requiredClaims: ["exp"],
      currentDate: new Date(now),
    }).catch(() => undefined);
    if (verified === undefined || !isPlain(verified.protectedHeader.typ)) return undefined;
    const { username, email, exp = 0, iat, jti } = verified.payload;
    // Ours under the same key: its session was found, unless it has ended.
    if (jti?.startsWith(OWN_TOKEN_ID)) return undefined;
    if (typeof username !== "string" || typeof email !== "string") return undefined;
    const madeAt = iat === undefined ? exp * 1000 - lifetimeMs : iat * 1000;
    // A token from the future would outlive every end of the user's access.
    if (madeAt > now + CLOCK_SKEW) return undefined;
    return { username, email, madeAt, expiresAt: Math.min(exp * 1000, until) };
  }

  #open(
    token: string,
    user: User,
    { madeAt, expiresAt }: Claims,
  ): Promise<{ session: Session; user: User } | undefined> {
    const now = this.#clock.now();
    const session: Session = {
      id: newId(this.#clock),
      userId: user.id,
      epoch: user.epoch,
      api: this.#policy.api,
      tokenHash: hashToken(token),
      userAgent: "",
      address: "",
      createdAt: Math.min(madeAt, now),
      lastUsedAt: now,
      expiresAt,
      hasForeignToken: true,
    };
    return this.#store.transaction(async (tx) => {
      // Orders this and every end of the user's access, and two first uses of one token.
      if (!(await tx.users.hold(user.id, user.epoch))) return undefined;
      const current = await tx.users.find(user.id);
      if (!admits(current, user.epoch, now) || madeAt <= (current.accessEndedAt ?? 0))
        return undefined;
      const known = await tx.sessions.findByToken(session.tokenHash);
      if (known !== undefined) return known;
      await tx.sessions.insert(session);
      return { session, user: current };
    });
  }
}

/** RFC 7519 section 5.1: the type is optional; that of another kind of JWT is refused. */
const isPlain = (typ: string | undefined): boolean =>
  typ === undefined || typ.toUpperCase() === "JWT";
