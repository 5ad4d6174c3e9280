// The way of a browser from an application's request to the answer. It owns the one place that
// decides what comes next - sign in, choose, agree, answer - to which every step returns; it must
// not know how a page looks.
import type { RequestContext } from "../../request-context.ts";
import type { Clock } from "../../clock.ts";
import { newId } from "../../ids.ts";
import { IdentityError } from "../../errors.ts";
import type { Groups } from "../../groups/groups.ts";
import type { Group, Session, User } from "../../model.ts";
import type { SignedValues } from "../../security/signed-values.ts";
import type { Store } from "../../store.ts";
import type { CheckedAuthorization, AuthorizationRequestParser } from "./checked-authorization.ts";
import { failedAuthorization } from "./checked-authorization.ts";
import type { Outcome, AuthorizationStep } from "./outcome.ts";
import { lifetimeMs, refuse } from "./outcome.ts";
import { Parameters } from "./parameters.ts";
import { shownDigest, shownConsent } from "./shown-consent.ts";

const MINUTE = 60_000;
/** A page may lie open for so long before its answer. */
const REQUEST_MS = 24 * 60 * MINUTE;
const DECISION_MS = 30 * MINUTE;
/** All parameters together: sealed, they must fit into a URL. */
const MAX_LENGTH = 5500;

/** What is known of a request between two steps. */
interface Held {
  readonly way: string;
  readonly pairs: readonly (readonly [string, string])[];
  readonly askedAt: number;
  /** The group that the user has chosen; empty until then. */
  readonly groupId: string;
}

/** A question that was put to one session and is good for one answer. */
interface Decision {
  readonly id: string;
  readonly sessionId: string;
  readonly held: Held;
  /**
   * The digest of what was shown: the application may have become another one before the answer.
   */
  readonly shown: string;
}

/** Who answers a request, for which group. */
interface Parties {
  readonly user: User;
  readonly session: Session;
  readonly group: Group | undefined;
}

export class AuthorizationFlow {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #groups: Groups;
  readonly #signedValues: SignedValues;
  readonly #parsers: ReadonlyMap<string, AuthorizationRequestParser>;

  constructor(
    store: Store,
    clock: Clock,
    groups: Groups,
    signedValues: SignedValues,
    parsers: ReadonlyMap<string, AuthorizationRequestParser>,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#groups = groups;
    this.#signedValues = signedValues;
    this.#parsers = parsers;
  }

  /** A request of an application, by one of the ways. */
  begin(
    context: RequestContext,
    way: string,
    pairs: readonly (readonly [string, string])[],
  ): Promise<Outcome> {
    const parameters = new Parameters(pairs);
    if (JSON.stringify(parameters.pairs).length > MAX_LENGTH)
      return Promise.resolve(refuse("malformed-request"));
    return this.#next(context, {
      way,
      pairs: parameters.pairs,
      askedAt: this.#clock.now(),
      groupId: "",
    });
  }

  /** The same request again, after a step. */
  async resume(context: RequestContext, request: string): Promise<Outcome> {
    const held = this.#open(request);
    return held === undefined ? refuse("expired") : this.#next(context, held);
  }

  /**
   * The request with the group that the user has chosen, sealed for `resume`; absent when it is too
   * old.
   */
  choose(request: string, groupId: string): string | undefined {
    const held = /^\d{1,19}$/.test(groupId) ? this.#open(request) : undefined;
    return held && this.#seal({ ...held, groupId });
  }

  /**
   * What a request is about, for the pages beside the way, such as the registration; absent when it
   * is too old or wrong.
   */
  async about(
    context: RequestContext,
    request: string,
  ): Promise<
    Pick<CheckedAuthorization, "client" | "realm" | "destination" | "locales" | "group"> | undefined
  > {
    const held = this.#open(request);
    const ask = held && (await this.#read(context, held));
    return ask === undefined || "kind" in ask ? undefined : ask;
  }

  /** The user's answer to the last question. */
  async decide(context: RequestContext, decision: string, agrees: boolean): Promise<Outcome> {
    const { caller } = context;
    const opened = this.#signedValues.open<Decision>("decision", decision);
    if (opened === undefined) return refuse("expired");
    const { id, sessionId, held, shown } = opened;
    if (caller.kind !== "user" || caller.session.id !== sessionId) return refuse("other-session");
    const ask = await this.#read(context, held);
    if ("kind" in ask) return ask;
    const wait = await this.#store.attempts.take(
      `decision:${id}`,
      1,
      DECISION_MS,
      this.#clock.now(),
    );
    if (wait > 0)
      return { kind: "refuse", refusal: { reason: "answered", request: this.#seal(held) } };
    const parties = await this.#parties(context, ask, held);
    // A decision of the version before holds no digest, and so is asked for once more.
    const isAsShown =
      !("kind" in parties) && shownDigest(shownConsent(ask, parties.user, parties.group)) === shown;
    if (!agrees)
      return isAsShown && ask.fail !== undefined
        ? { kind: "redirect", location: ask.fail("access_denied") }
        : refuse("denied");
    if ("kind" in parties) return parties;
    return isAsShown
      ? this.#agree(context, ask, held, parties)
      : this.#consent(ask, held, parties, true);
  }

  async #next(context: RequestContext, held: Held): Promise<Outcome> {
    const ask = await this.#read(context, held);
    if ("kind" in ask) return ask;
    const parties = await this.#parties(context, ask, held);
    if ("kind" in parties) return parties;
    const isRemembered =
      ask.remembers && !ask.prompt.has("consent") && (await this.#hasAgreed(ask, parties));
    return isRemembered
      ? this.#agree(context, ask, held, parties)
      : this.#consent(ask, held, parties, false);
  }

  /** The user and the group, or the question for them. */
  async #parties(
    context: RequestContext,
    ask: CheckedAuthorization,
    held: Held,
  ): Promise<Parties | Outcome> {
    const { client, destination, locales, loginHint, realm } = ask;
    const question = { request: this.#seal(held), client, destination, locales };
    const who = this.#signedIn(context, ask, held);
    if (who === undefined)
      return this.#unless(ask, "login_required", {
        ...question,
        name: "sign-in",
        realm,
        loginHint,
      });
    const groups =
      ask.group === undefined
        ? []
        : await this.#groups.administeredBy(who.user.id, ask.group.vkGroupId);
    const group = groups.find(({ id }) => id === groupIdOf(ask, held));
    if (ask.group !== undefined && group === undefined) {
      return this.#unless(ask, "interaction_required", {
        ...question,
        name: "choose-group",
        groups,
        wasRefused: groupIdOf(ask, held) !== 0n,
      });
    }
    return { user: who.user, session: who.session, group };
  }

  /** Asks the user to agree, to what is shown and nothing else. */
  #consent(
    ask: CheckedAuthorization,
    held: Held,
    { user, session, group }: Parties,
    hasChanged: boolean,
  ): Outcome {
    const shown = shownConsent(ask, user, group);
    const decision = this.#signedValues.sign(
      "decision",
      {
        id: newId(this.#clock),
        sessionId: session.id,
        held,
        shown: shownDigest(shown),
      } satisfies Decision,
      DECISION_MS,
    );
    return this.#unless(ask, "consent_required", {
      name: "consent",
      request: this.#seal(held),
      locales: ask.locales,
      decision,
      shown,
      hasChanged,
    });
  }

  /**
   * Asks the user, unless the application wants no questions (OpenID Connect Core section 3.1.2.6).
   */
  #unless(ask: CheckedAuthorization, error: string, step: AuthorizationStep): Outcome {
    if (!ask.prompt.has("none") || ask.fail === undefined) return { kind: "page", step };
    return failedAuthorization(ask.client, error, ask.fail(error));
  }

  /**
   * The user, if of the right realm and, where the application asks for it, signed in since it
   * asked.
   */
  #signedIn(
    { caller }: RequestContext,
    { realm, prompt }: CheckedAuthorization,
    { askedAt }: Held,
  ): { user: User; session: Session } | undefined {
    if (caller.kind !== "user" || caller.user.realm !== realm) return undefined;
    const again = prompt.has("login") || prompt.has("select_account");
    return again && caller.session.createdAt < askedAt ? undefined : caller;
  }

  /** Whether the user has agreed before to as much and for as long. */
  async #hasAgreed(
    { client, scopes, lifetime }: CheckedAuthorization,
    { user, group }: Parties,
  ): Promise<boolean> {
    const grant = await this.#store.grants.findFor(user.id, client.id, group?.id ?? 0n);
    if (grant === undefined || !scopes.every((scope) => grant.scopes.includes(scope))) return false;
    return grant.lifetimeMs === undefined || grant.lifetimeMs >= lifetimeMs(lifetime);
  }

  async #agree(
    context: RequestContext,
    ask: CheckedAuthorization,
    held: Held,
    { group }: Parties,
  ): Promise<Outcome> {
    try {
      return { kind: "redirect", location: await ask.agree(context, group?.id ?? 0n) };
    } catch (error) {
      // What has changed since the question: the role in the group, or the addresses of the
      // application.
      if (
        error instanceof IdentityError &&
        (error.reason === "GROUP_NOT_FOUND" || error.reason === "PERMISSION_DENIED")
      )
        return refuse("not-allowed");
      // A developer who adds an address must have given the password a moment ago: the sign-in
      // leads back to the question.
      if (error instanceof IdentityError && error.reason === "REAUTHENTICATION_REQUIRED") {
        const { client, destination, locales, realm, loginHint } = ask;
        return {
          kind: "page",
          step: {
            request: this.#seal(held),
            client,
            destination,
            locales,
            name: "sign-in",
            realm,
            loginHint,
          },
        };
      }
      if (error instanceof IdentityError && error.reason === "REDIRECT_URI_INVALID")
        return refuse("unregistered-redirect-uri");
      throw error;
    }
  }

  #read(context: RequestContext, { way, pairs }: Held): Promise<CheckedAuthorization | Outcome> {
    const read = this.#parsers.get(way);
    return read === undefined
      ? Promise.resolve(refuse("unknown-client"))
      : read(context, new Parameters(pairs));
  }

  #seal(held: Held): string {
    return this.#signedValues.sign("authorization-request", held, REQUEST_MS);
  }

  #open(request: string): Held | undefined {
    return this.#signedValues.open<Held>("authorization-request", request);
  }
}

/**
 * The group of the request: what the user has chosen goes before what the application has named.
 */
const groupIdOf = ({ group }: CheckedAuthorization, { groupId }: Held): bigint =>
  groupId === "" ? (group?.id ?? 0n) : BigInt(groupId);
