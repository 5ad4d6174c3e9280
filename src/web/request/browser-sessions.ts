// The session of a browser: its token is the value of a cookie, and its API is `browser`, so the
// token opens only pages.
import type { Authentication } from "../../domain/sessions/authentication.ts";
import type { Principal } from "../../domain/principal.ts";
import { anonymous } from "../../domain/principal.ts";
import type { Clock } from "../../domain/clock.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { OpenedSession, Sessions } from "../../domain/sessions/sessions.ts";
import { BROWSER_API, SESSION_MS } from "../../domain/sessions/sessions.ts";
import { newToken, PREFIX } from "../../domain/security/tokens.ts";
import type { Cookies } from "./cookies.ts";
import type { PageContext } from "./page-context.ts";

/** The session of a browser, or a guest. */
export interface Browser {
  readonly caller: Principal;
  /** The value that forms are bound to: the session token, or the token of a guest. */
  readonly credential: string;
  /** The Set-Cookie header for a new guest. */
  readonly setCookie: string | undefined;
}

/** A browser that can't be looked up now; it keeps its cookie. */
export const STRANGER: Browser = { caller: anonymous, credential: "", setCookie: undefined };

export class BrowserSessions {
  readonly #authentication: Authentication;
  readonly #sessions: Sessions;
  readonly #clock: Clock;
  readonly #cookies: Cookies;

  constructor(authentication: Authentication, sessions: Sessions, clock: Clock, cookies: Cookies) {
    this.#authentication = authentication;
    this.#sessions = sessions;
    this.#clock = clock;
    this.#cookies = cookies;
  }

  /** Finds the session of a request. */
  async find(request: Request): Promise<Browser> {
    const credential = this.#cookies.credential(request);
    if (/^lkg_[\w-]{43}$/.test(credential))
      return { caller: anonymous, credential, setCookie: undefined };
    const caller = credential === "" ? anonymous : await this.#callerOf(credential);
    if (caller.kind === "user") return { caller, credential, setCookie: undefined };
    const guest = this.#newGuest();
    return {
      caller: anonymous,
      credential: guest,
      setCookie: this.#cookies.keepCredential(guest, undefined),
    };
  }

  /** Sets the cookie of a new session and ends the old one. */
  async begin(context: PageContext, opened: OpenedSession): Promise<void> {
    if (context.signedIn !== undefined) await this.#endOld(context, context.signedIn.session.id);
    context.setCookie(this.#cookies.keepCredential(opened.token, SESSION_MS));
  }

  /** Ends the session of the browser; `clientId` has asked for it. */
  async end(context: PageContext, clientId?: string): Promise<void> {
    if (context.signedIn !== undefined)
      await this.#sessions.signOut(context.requestContext, clientId);
    this.forget(context);
  }

  /** Turns the browser into a guest after its session ended. */
  forget(context: PageContext): void {
    context.setCookie(this.#cookies.keepCredential(this.#newGuest(), undefined));
  }

  async #endOld(context: PageContext, id: string): Promise<void> {
    try {
      await this.#sessions.revoke(context.requestContext, id);
    } catch (error) {
      // The same form sent twice, for example by a double click, has already ended it.
      if (!(error instanceof IdentityError) || error.reason !== "SESSION_NOT_FOUND") throw error;
    }
  }

  #newGuest(): string {
    return newToken(this.#clock, PREFIX.guest);
  }

  async #callerOf(token: string): Promise<Principal> {
    try {
      return await this.#authentication.callerOf(token, BROWSER_API);
    } catch (error) {
      if (error instanceof IdentityError && error.reason === "TOKEN_INVALID") return anonymous;
      throw error;
    }
  }
}
