import type { Clock } from "../../clock.ts";
import { CLOCK_SKEW } from "../../durations.ts";
import { newId } from "../../ids.ts";
import { IdentityError } from "../../errors.ts";
import type { Groups } from "../../groups/groups.ts";
import type { RequestContext } from "../../request-context.ts";
import { consentScopes } from "../resources/scopes-for.ts";
import type { SignedValues } from "../../security/signed-values.ts";
import type { Store } from "../../store.ts";
import {
  ACCESS_DENIED,
  CONSENT_REQUIRED,
  LOGIN_REQUIRED,
  OTHER_USER,
} from "./authorization-error.ts";
import type { CheckedAuthorization } from "./checked-authorization.ts";
import { askUser, chooseGroup, type Parties, signedInUser, signInStep } from "./interaction.ts";
import { lifetimeMs } from "./lifetime.ts";
import type { Outcome } from "./outcome.ts";
import { refuse } from "./outcome.ts";
import { Parameters } from "./parameters.ts";
import { DECISION_MS, type PendingRequest, PendingRequests } from "./pending-requests.ts";
import { type AuthorizationRequestParser, failedAuthorization } from "./request-parser.ts";
import { shownConsent, shownDigest } from "./shown-consent.ts";

/** The most characters of all parameters. The signed request must fit into a URL. */
const MAX_LENGTH = 5500;

export interface AuthorizationFlowDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly groups: Groups;
  readonly signedValues: SignedValues;
  /** The parsers of the APIs that are served, by name. */
  readonly parsers: ReadonlyMap<string, AuthorizationRequestParser>;
}

/**
 * The authorization flow of a browser. Every step comes back here, and `#next` alone decides what
 * follows: sign in, choose a group, consent, or redirect to the client.
 */
export class AuthorizationFlow {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #groups: Groups;
  readonly #pending: PendingRequests;
  readonly #parsers: ReadonlyMap<string, AuthorizationRequestParser>;

  constructor({ store, clock, groups, signedValues, parsers }: AuthorizationFlowDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#groups = groups;
    this.#pending = new PendingRequests(signedValues);
    this.#parsers = parsers;
  }

  /** Begins the flow with a request of a client. `way` names the parser. */
  begin(
    context: RequestContext,
    way: string,
    pairs: readonly (readonly [string, string])[],
  ): Promise<Outcome> {
    const parameters = new Parameters(pairs);
    if (JSON.stringify(parameters.pairs).length > MAX_LENGTH)
      return Promise.resolve(
        refuse("malformed-request", `The request is longer than ${MAX_LENGTH} characters.`),
      );
    return this.#next(context, {
      way,
      pairs: parameters.pairs,
      askedAt: this.#clock.now(),
      groupId: "",
    });
  }

  /** Resumes the flow after a step. */
  async resume(context: RequestContext, request: string): Promise<Outcome> {
    const pending = this.#pending.open(request);
    return pending === undefined ? refuse("expired") : this.#next(context, pending);
  }

  /** Returns the signed request with the user's group, or undefined if it has expired. */
  choose(request: string, groupId: string): string | undefined {
    const pending = /^\d{1,19}$/.test(groupId) ? this.#pending.open(request) : undefined;
    return pending && this.#pending.sign({ ...pending, groupId });
  }

  /**
   * Returns what a request is about, for pages outside of the flow such as the sign-up page.
   * Returns undefined if the request is invalid or has expired.
   */
  async about(
    context: RequestContext,
    request: string,
  ): Promise<
    Pick<CheckedAuthorization, "client" | "realm" | "destination" | "locales" | "group"> | undefined
  > {
    const pending = this.#pending.open(request);
    const checked = pending && (await this.#parse(context, pending));
    return checked === undefined || "kind" in checked ? undefined : checked;
  }

  /** Returns whether a text is a request or a decision of this server; it may have expired. */
  hasBegun(text: string): boolean {
    return this.#pending.hasSigned(text);
  }

  /** Takes the user's answer to the consent page. */
  async decide(context: RequestContext, decision: string, agrees: boolean): Promise<Outcome> {
    const { caller } = context;
    const opened = this.#pending.openDecision(decision);
    if (opened === undefined) return refuse("expired");
    const { id, sessionId, held: pending, shown } = opened;
    if (caller.kind !== "user" || caller.session.id !== sessionId) return refuse("other-session");
    const checked = await this.#parse(context, pending);
    if ("kind" in checked) return checked;
    const answer = { key: `decision:${id}`, limit: 1, windowMs: DECISION_MS + CLOCK_SKEW };
    if (!(await this.#store.attempts.spend(answer, this.#clock.now())))
      return {
        kind: "refuse",
        refusal: { reason: "answered", request: this.#pending.sign(pending) },
      };
    const parties = await this.#parties(context, checked, pending);
    // A decision that an earlier version signed has no digest, so the user is asked once more.
    const isAsShown =
      !("kind" in parties) &&
      shownDigest(shownConsent(checked, parties.user, parties.group)) === shown;
    if (!agrees)
      return isAsShown && checked.fail !== undefined
        ? checked.fail(ACCESS_DENIED)
        : refuse("denied");
    if ("kind" in parties) return parties;
    return isAsShown
      ? this.#agree(context, checked, pending, parties)
      : this.#consent(checked, pending, parties, true);
  }

  /** Decides on the next step. */
  async #next(context: RequestContext, pending: PendingRequest): Promise<Outcome> {
    const checked = await this.#parse(context, pending);
    if ("kind" in checked) return checked;
    const parties = await this.#parties(context, checked, pending);
    if ("kind" in parties) return parties;
    const isRemembered =
      checked.remembers &&
      // A payment that was agreed to once is not agreed to twice: docs/decisions/0038.
      (checked.details ?? []).length === 0 &&
      !checked.prompt.has("consent") &&
      (await this.#hasConsented(checked, parties));
    return isRemembered
      ? this.#agree(context, checked, pending, parties)
      : this.#consent(checked, pending, parties, false);
  }

  #parse(
    context: RequestContext,
    { way, pairs, askedAt }: PendingRequest,
  ): Promise<CheckedAuthorization | Outcome> {
    const parse = this.#parsers.get(way);
    return parse === undefined
      ? Promise.resolve(refuse("unknown-client"))
      : parse(context, new Parameters(pairs), askedAt);
  }

  /** Returns the user and the group, or the step that asks for them. */
  async #parties(
    context: RequestContext,
    checked: CheckedAuthorization,
    pending: PendingRequest,
  ): Promise<Parties | Outcome> {
    const request = this.#pending.sign(pending);
    const signedIn = signedInUser(context, checked, pending, this.#clock.now());
    if (signedIn === "unexpected")
      return checked.fail === undefined
        ? refuse("not-allowed")
        : failedAuthorization(checked.client, OTHER_USER, checked.fail(OTHER_USER));
    if (signedIn === undefined)
      return askUser(checked, LOGIN_REQUIRED, signInStep(checked, request));
    const { user, session } = signedIn;
    const chosen = await chooseGroup(this.#groups, checked, pending, { user, request });
    return "kind" in chosen ? chosen : { user, session, group: chosen.group };
  }

  /** Returns whether the user has already consented to as much and for as long. */
  async #hasConsented(
    { client, scopes, resources, lifetime }: CheckedAuthorization,
    { user, group }: Parties,
  ): Promise<boolean> {
    const wanted = consentScopes(scopes, resources);
    const grant = await this.#store.grants.findFor(user.id, client.id, group?.id ?? 0n);
    if (grant === undefined || !wanted.every((scope) => grant.scopes.includes(scope))) return false;
    return grant.lifetimeMs === undefined || grant.lifetimeMs >= lifetimeMs(lifetime);
  }

  /** Asks the user to consent to exactly what the page shows. */
  #consent(
    checked: CheckedAuthorization,
    pending: PendingRequest,
    { user, session, group }: Parties,
    hasChanged: boolean,
  ): Outcome {
    const shown = shownConsent(checked, user, group);
    const decision = this.#pending.signDecision({
      id: newId(this.#clock),
      sessionId: session.id,
      held: pending,
      shown: shownDigest(shown),
    });
    return askUser(checked, CONSENT_REQUIRED, {
      name: "consent",
      request: this.#pending.sign(pending),
      locales: checked.locales,
      decision,
      shown,
      hasChanged,
    });
  }

  /** Records the consent and redirects to the client with the code. */
  async #agree(
    context: RequestContext,
    checked: CheckedAuthorization,
    pending: PendingRequest,
    { group }: Parties,
  ): Promise<Outcome> {
    try {
      return await checked.agree(context, group?.id ?? 0n);
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      // The user's role in the group or the client's redirect URIs may have changed since the
      // question.
      switch (error.reason) {
        case "GROUP_NOT_FOUND":
        case "PERMISSION_DENIED":
          return refuse("not-allowed");
        case "REQUEST_URI_INVALID":
          return refuse("expired", error.message);
        case "REDIRECT_URI_INVALID":
          return refuse("unregistered-redirect-uri");
        case "REAUTHENTICATION_REQUIRED":
          // A developer who adds a redirect URI must have signed in recently. After the sign-in,
          // the flow comes back to the question.
          return { kind: "page", step: signInStep(checked, this.#pending.sign(pending)) };
        default:
          throw error;
      }
    }
  }
}
