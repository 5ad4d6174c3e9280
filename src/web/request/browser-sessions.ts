// Who a browser is: a session of the domain whose token is the value of a cookie. It owns the way
// from the cookie to the caller and back, and must not know the pages. Such a token opens nothing
// but pages: its API is `browser`.
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

/** What is known of a browser. */
export interface Browser {
  readonly caller: Principal;
  /** What forms are bound to: the token of the session, or what a guest has instead. */
  readonly credential: string;
  /** The header that a new guest keeps the credential by. */
  readonly setCookie: string | undefined;
}

/** A browser of which nothing can be known now; it keeps the cookie that it has. */
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

  /** Who sends the request. */
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

  /** Makes the session the browser's own; the one that it had before ends. */
  async begin(context: PageContext, opened: OpenedSession): Promise<void> {
    if (context.signedIn !== undefined) await this.#endOld(context, context.signedIn.session.id);
    context.setCookie(this.#cookies.keepCredential(opened.token, SESSION_MS));
  }

  /** Ends the session of the browser. */
  async end(context: PageContext): Promise<void> {
    if (context.signedIn !== undefined) await this.#sessions.signOut(context.requestContext);
    this.forget(context);
  }

  /** Makes the browser that of a guest, after its session has ended. */
  forget(context: PageContext): void {
    context.setCookie(this.#cookies.keepCredential(this.#newGuest(), undefined));
  }

  async #endOld(context: PageContext, id: string): Promise<void> {
    try {
      await this.#sessions.revoke(context.requestContext, id);
    } catch (error) {
      // A form that was sent twice, by a double click say, has ended it already.
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
