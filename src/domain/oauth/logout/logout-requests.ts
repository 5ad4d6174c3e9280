// OpenID Connect RP-Initiated Logout 1.0.
import { HOUR } from "../../durations.ts";
import { canonicalId } from "../../ids.ts";
import type { Client, Session, User } from "../../model.ts";
import type { SignedValues } from "../../security/signed-values.ts";
import type { Store } from "../../store.ts";
import { withQuery } from "../authorization/client-answer.ts";
import { isState, Parameters } from "../authorization/parameters.ts";
import type { IdTokenHint, IdTokenHints } from "../openid/id-token-hints.ts";
import type { Subjects } from "../openid/subjects.ts";

/** How long a user may take to confirm. */
const DECISION_MS = HOUR;
const PURPOSE = "logout";

/** What to do with a request to end the session of a browser. */
export type LogoutOutcome =
  /** The request can't be read. */
  | { readonly kind: "malformed" }
  /** End the session, if there is one, and go back to the client if it said where. */
  | {
      readonly kind: "end";
      readonly clientId: string | undefined;
      readonly location: string | undefined;
    }
  /** Ask the user, who may have come here by a link of another site. */
  | {
      readonly kind: "ask";
      readonly client: Pick<Client, "name"> | undefined;
      /** Whether the answer leads back to the client. */
      readonly leadsBack: boolean;
      /** What the answer must contain. */
      readonly decision: string;
      /** The languages that the client asks for. */
      readonly locales: readonly string[];
    };

/** What a request asks for. */
interface Asked {
  readonly hint: IdTokenHint | undefined;
  readonly client: Client | undefined;
  /** Where the browser goes back to; only what is registered for the client. */
  readonly location: string | undefined;
  /** Whether the client has proven itself, and everything else is right. */
  readonly isRight: boolean;
  readonly locales: readonly string[];
}

/** Where a decision of a user leads, and which client has asked for it. */
interface Decision {
  readonly clientId?: string | undefined;
  readonly location?: string | undefined;
}

interface LogoutRequestsDependencies {
  readonly store: Store;
  readonly hints: IdTokenHints;
  readonly subjects: Subjects;
  readonly signedValues: SignedValues;
}

/** Decides on requests of clients to end the session of a browser. */
export class LogoutRequests {
  readonly #store: Store;
  readonly #hints: IdTokenHints;
  readonly #subjects: Subjects;
  readonly #signedValues: SignedValues;

  constructor({ store, hints, subjects, signedValues }: LogoutRequestsDependencies) {
    this.#store = store;
    this.#hints = hints;
    this.#subjects = subjects;
    this.#signedValues = signedValues;
  }

  /** Reads the parameters of section 2. `browser` is the session of the browser. */
  async decide(
    pairs: readonly (readonly [string, string])[],
    browser: { readonly user: User; readonly session: Session } | undefined,
  ): Promise<LogoutOutcome> {
    const asked = await this.#read(pairs);
    if (asked === undefined) return { kind: "malformed" };
    const { hint, client, location, isRight } = asked;
    if (isRight && (browser === undefined || this.#isOf(hint, client, browser)))
      return { kind: "end", clientId: client?.id, location };
    // Without a session there is nothing to ask, and a link alone must not lead anywhere.
    if (browser === undefined) return { kind: "end", clientId: undefined, location: undefined };
    const decision: Decision = { clientId: client?.id, location };
    return {
      kind: "ask",
      client,
      leadsBack: location !== undefined,
      decision: this.#signedValues.sign(PURPOSE, decision, DECISION_MS),
      locales: asked.locales,
    };
  }

  /** Returns whether a request may lead back to a client. */
  async leadsBack(pairs: readonly (readonly [string, string])[]): Promise<boolean> {
    return (await this.#read(pairs))?.location !== undefined;
  }

  /** Returns what a request asks for; undefined for one that can't be read. */
  async #read(pairs: readonly (readonly [string, string])[]): Promise<Asked | undefined> {
    const parameters = new Parameters(pairs);
    if (parameters.repeated() !== undefined || !isState(parameters.get("state"))) return undefined;
    const token = parameters.get("id_token_hint");
    const named = canonicalId(parameters.get("client_id"));
    const hint = token === "" ? undefined : await this.#hints.read(token);
    // Section 2: the client_id and the client of the hint must be the same.
    const isWrong = (token !== "" && hint === undefined) || (named !== "" && isOther(hint, named));
    const client = isWrong ? undefined : await this.#find(hint?.aud ?? named);
    const uri = parameters.get("post_logout_redirect_uri");
    const location = client && returnTo(client, uri, parameters.get("state"));
    const isProven = hint !== undefined && client !== undefined;
    // A URI that isn't registered makes the request wrong as a whole (section 4).
    const isRight = isProven && (uri === "" || location !== undefined);
    const locales = parameters.get("ui_locales").split(" ").slice(0, 16);
    return { hint, client, location, isRight, locales };
  }

  /** Returns what a user has confirmed; undefined if we have not asked, or too long ago. */
  confirmed(decision: string): Decision | undefined {
    return this.#signedValues.open<Decision>(PURPOSE, decision);
  }

  /** Returns whether the hint is of this session. */
  #isOf(
    hint: IdTokenHint | undefined,
    client: Client | undefined,
    { user, session }: { readonly user: User; readonly session: Session },
  ): boolean {
    if (hint === undefined || client === undefined) return false;
    const { sub, sid } = hint;
    return (
      sub === this.#subjects.subjectOf(client, user.id) &&
      sid === this.#subjects.sidOf(session.id, client.id)
    );
  }

  /** Returns a client that works. */
  async #find(id: string): Promise<Client | undefined> {
    const client = id === "" ? undefined : await this.#store.clients.find(id);
    return client?.disabledAt === undefined ? client : undefined;
  }
}

const isOther = (hint: IdTokenHint | undefined, named: string): boolean =>
  hint !== undefined && hint.aud !== named;

/** Returns where the browser goes back to: exactly a registered URI, with the state. */
function returnTo({ settings }: Client, uri: string, state: string): string | undefined {
  if (settings.postLogoutRedirectUris?.includes(uri) !== true) return undefined;
  return state === "" ? uri : withQuery(uri, { state });
}
