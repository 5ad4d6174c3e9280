import type { Client, Group } from "../../model.ts";
import type { AuthorizationError } from "./authorization-error.ts";
import type { ClientAnswer } from "./client-answer.ts";
import type { ShownConsent } from "./shown-consent.ts";

/** What the browser gets after each step. One union, so that a page can't become a redirect. */
export type Outcome =
  /** The browser goes to the client, with a code or with this error. */
  | (ClientAnswer & { readonly error?: AuthorizationError | undefined })
  /** A page with a question. The user's answer comes back to the flow. */
  | { readonly kind: "page"; readonly step: AuthorizationStep }
  /** An error page, never a redirect. */
  | { readonly kind: "refuse"; readonly refusal: AuthorizationRefusal };

/** A question to the user. */
export type AuthorizationStep = SignInStep | ChooseGroupStep | ConsentStep;

interface Resumable {
  /** The signed request, with which the flow resumes after the answer. */
  readonly request: string;
  /** The languages that the client prefers, the best first. */
  readonly locales: readonly string[];
}

/** A step before the consent. */
interface Question extends Resumable {
  readonly client: Client;
  /** The redirect URI. */
  readonly destination: string;
}

export interface SignInStep extends Question {
  readonly name: "sign-in";
  readonly realm: string;
  readonly loginHint: string;
}

export interface ChooseGroupStep extends Question {
  readonly name: "choose-group";
  readonly groups: readonly Group[];
  /** Whether the client asked for a group that the user doesn't administer. */
  readonly wasRefused: boolean;
}

export interface ConsentStep extends Resumable {
  readonly name: "consent";
  /**
   * The signed decision, which the answer must contain. It is bound to the session and to what the
   * page shows, and is valid for one answer.
   */
  readonly decision: string;
  readonly shown: ShownConsent;
  /** Whether the user has agreed already, but the request has changed since. */
  readonly hasChanged: boolean;
}

/** Why there is an error page. */
export type AuthorizationRefusal =
  | {
      readonly reason:
        | "unknown-client"
        | "disabled-client"
        | "unregistered-redirect-uri"
        | "malformed-request"
        | "expired"
        | "other-session"
        | "not-allowed"
        | "denied";
      /** For the developer of the client, in English: what is wrong, and what to do. */
      readonly description?: string | undefined;
    }
  /** The user has answered the question already; the flow can go on. */
  | { readonly reason: "answered"; readonly request: string }
  /**
   * An error for a client that no administrator has registered: the user decides whether to go
   * there (RFC 9700 section 4.11.2).
   */
  | {
      readonly reason: "application-error";
      readonly error: AuthorizationError;
      readonly client: Client;
      readonly answer: ClientAnswer;
    };

/** Creates the outcome of an error page. */
export const refuse = (
  reason: Exclude<AuthorizationRefusal["reason"], "answered" | "application-error">,
  description?: string,
): Outcome => ({ kind: "refuse", refusal: { reason, description } });
