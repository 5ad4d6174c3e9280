import { act, isSelf, touch } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { Principal } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import { anonymous, callingUser } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { newId } from "../ids.ts";
import { IdentityError, userNotFound } from "../errors.ts";
import type { Session, User } from "../model.ts";
import type { PageOf, PageRequest } from "../paging.ts";
import type { PageTokens } from "../security/signed-values.ts";
import type { Credentials } from "../sign-in/credentials.ts";
import type { SignIn } from "../sign-in/sign-in.ts";
import type { SessionToken } from "./session-tokens.ts";
import { randomSessionToken } from "./session-tokens.ts";
import type { Store } from "../store.ts";
import type { ForeignTokens } from "./foreign-tokens.ts";
import { CLOCK_SKEW, DAY, MINUTE } from "../durations.ts";
import { hashToken } from "../security/tokens.ts";
import { admits } from "../accounts/user-state.ts";

/** The API of browser sessions: their tokens are accepted by pages only. */
export const BROWSER_API = "browser";
/** A session ends 30 days after sign-in, and 14 days after its last use. */
export const SESSION_MS = 30 * DAY;
const SESSION_IDLE_MS = 14 * DAY;
/** A use is recorded once a minute, so that most reads don't write. */
const TOUCH_MS = MINUTE;

/** Returns whether a stored last use is too old, or ahead of now by a clock that was wrong. */
export const isStale = (lastUsedAt: number, now: number): boolean =>
  lastUsedAt + TOUCH_MS < now || lastUsedAt > now + CLOCK_SKEW;
const MAX_USER_AGENT = 256;
/** Every session begins with a password that was checked or has just been chosen, RFC 8176. */
const PASSWORD = ["pwd"];

/** A session with its token, which only the response to this call holds. */
export interface OpenedSession {
  readonly token: string;
  readonly session: Session;
  readonly user: User;
}

export const sessionNotFound = (): IdentityError =>
  new IdentityError("SESSION_NOT_FOUND", "There is no such session.");

interface SessionsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly signIn: SignIn;
  readonly pageTokens: PageTokens;
  /** The APIs whose tokens have a format of their own. */
  readonly tokens?: Readonly<Record<string, SessionToken>>;
  /** Accepts the tokens of another server; absent: none are. */
  readonly foreignTokens?: ForeignTokens | undefined;
}

export class Sessions {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #signIn: SignIn;
  readonly #pageTokens: PageTokens;
  readonly #tokens: Readonly<Record<string, SessionToken>>;
  readonly #foreignTokens: ForeignTokens | undefined;

  constructor({
    store,
    clock,
    signIn,
    pageTokens,
    tokens = {},
    foreignTokens,
  }: SessionsDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#signIn = signIn;
    this.#pageTokens = pageTokens;
    this.#tokens = tokens;
    this.#foreignTokens = foreignTokens;
  }

  /** Checks the password and opens a session for the API, both or neither. */
  async signIn(
    context: RequestContext,
    api: string,
    credentials: Credentials,
  ): Promise<OpenedSession> {
    let opened: OpenedSession | undefined;
    await this.#signIn.check(context, credentials, async (user) => {
      const { session } = (opened = await this.#make(context, api, user));
      return (tx) => tx.sessions.insert(session);
    });
    return opened!;
  }

  /**
   * Opens a session for a user who has just registered, or has just changed the password in another
   * session.
   */
  async open(context: RequestContext, api: string, user: User): Promise<OpenedSession> {
    const opened = await this.#make(context, api, user);
    const { caller } = context;
    if (!isSelf(caller, user)) await this.#store.sessions.insert(opened.session);
    // If the calling session has ended meanwhile, this fails. Otherwise the change has moved that
    // session to the epoch of this user.
    else
      await act(this.#store, { ...caller, user } as Principal, (tx) =>
        tx.sessions.insert(opened.session),
      );
    return opened;
  }

  /**
   * Returns the live session of a token with its user. A valid token of another server has one from
   * its first use on.
   */
  async findLive(token: string): Promise<{ session: Session; user: User } | undefined> {
    const found =
      (await this.#store.sessions.findByToken(hashToken(token))) ??
      (await this.#foreignTokens?.accept(token));
    return found !== undefined && this.isLive(found.session, found.user) ? found : undefined;
  }

  /** Returns the live session of a token with its user, and records the use. */
  async find(token: string): Promise<{ session: Session; user: User } | undefined> {
    const found = await this.findLive(token);
    if (found === undefined) return undefined;
    const now = this.#clock.now();
    if (isStale(found.session.lastUsedAt, now))
      await this.#store.sessions.touch(found.session.id, now);
    return found;
  }

  /** Ends the session that the call is made with; `clientId` has led the user to this. */
  async signOut(context: RequestContext, clientId?: string): Promise<void> {
    const { caller } = context;
    if (caller.kind !== "user")
      throw new IdentityError("PERMISSION_DENIED", "Only a session can be signed out of.");
    await this.#store.transaction(async (tx) => {
      await tx.sessions.delete(caller.session.id);
      await tx.audit.append(
        auditEvent(this.#clock, context, "user.sign_out", { userId: caller.user.id, clientId }),
      );
    });
  }

  async list(userId: string, request: PageRequest): Promise<PageOf<Session>> {
    const user = await this.#store.users.find(userId);
    if (user === undefined) throw userNotFound();
    const now = this.#clock.now();
    const page = await this.#pageTokens.page(
      ["sessions", userId],
      request,
      (wanted) => this.#store.sessions.list(userId, user.epoch, now, wanted),
      (session) => session.id,
    );
    return { ...page, items: page.items.filter((session) => this.isLive(session, user)) };
  }

  /** Ends a session. A user can end only their own. */
  async revoke(context: RequestContext, id: string): Promise<void> {
    const { caller } = context;
    const user = callingUser(caller);
    // A session may end itself even if it is no longer valid.
    const holder = caller.kind === "user" && caller.session.id === id ? anonymous : caller;
    await act(this.#store, holder, async (tx) => {
      const session = await tx.sessions.find(id);
      if (session === undefined || (user !== undefined && user.id !== session.userId))
        throw sessionNotFound();
      await touch(tx, caller, session.userId);
      if (!(await tx.sessions.delete(id))) throw sessionNotFound();
      await tx.audit.append(
        auditEvent(this.#clock, context, "session.revoke", { userId: session.userId }),
      );
    });
  }

  /** Ends every session of the calling user, or every other one; tokens of clients stay. */
  async revokeAll(context: RequestContext, keepsThis: boolean): Promise<void> {
    const { caller } = context;
    if (caller.kind !== "user")
      throw new IdentityError("PERMISSION_DENIED", "Only a user ends all sessions.");
    await act(this.#store, caller, async (tx) => {
      const ended = await tx.sessions.deleteAll(
        caller.user.id,
        this.#clock.now(),
        keepsThis ? caller.session.id : undefined,
      );
      await tx.audit.append(
        auditEvent(this.#clock, context, "session.revoke", {
          userId: caller.user.id,
          details: { ended: String(ended) },
        }),
      );
    });
  }

  /** Returns whether a session is still valid. */
  isLive(session: Session, user: User): boolean {
    const now = this.#clock.now();
    return (
      session.expiresAt > now &&
      session.lastUsedAt + SESSION_IDLE_MS > now &&
      admits(user, session.epoch, now)
    );
  }

  async #make(context: RequestContext, api: string, user: User): Promise<OpenedSession> {
    const now = this.#clock.now();
    const session = {
      id: newId(this.#clock),
      userId: user.id,
      epoch: user.epoch,
      api,
      userAgent: context.userAgent.slice(0, MAX_USER_AGENT),
      address: context.address,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: now + SESSION_MS,
      amr: PASSWORD,
    };
    const makeToken = this.#tokens[api] ?? randomSessionToken(this.#clock);
    const token = await makeToken(session, user);
    return { token, session: { ...session, tokenHash: hashToken(token) }, user };
  }
}
