// What a browser is answered on its way to an application: one union, so that a page and a redirect
// can't be mixed up. It owns the shapes and must not know how a page looks.
import type { Client, Group } from "../../model.ts";
import type { ShownConsent } from "./shown-consent.ts";

/** The answer at every step. */
export type Outcome =
  /** To the application. */
  | { readonly kind: "redirect"; readonly location: string }
  /** A question to the user; its answer comes back to the flow. */
  | { readonly kind: "page"; readonly step: AuthorizationStep }
  /** An error page, never a redirect. */
  | { readonly kind: "refuse"; readonly refusal: Refusal };

/** What the user is asked. */
export type AuthorizationStep = SignInStep | ChooseGroupStep | ConsentStep;

/** What every step knows. */
interface Resumable {
  /** Where the flow goes on after the answer; sealed. */
  readonly request: string;
  /** The languages that the application wishes for, the best first. */
  readonly locales: readonly string[];
}

/** What every step before the last question knows. */
interface Question extends Resumable {
  readonly client: Client;
  /** Where the browser will go in the end. */
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
  /** Whether the application asked for one that the user can't speak for. */
  readonly wasRefused: boolean;
}

export interface ConsentStep extends Resumable {
  readonly name: "consent";
  /**
   * What the answer must carry; sealed to the session and to what is shown, good for one answer.
   */
  readonly decision: string;
  readonly shown: ShownConsent;
  /** Whether the user has agreed already, to what was something else then. */
  readonly hasChanged: boolean;
}

/**
 * How long access lasts: for one look at the profile; so many milliseconds; until it is taken back.
 */
export type Lifetime = "once" | number | "until-revoked";

/** The same as a number, which is more for what is longer. */
export const lifetimeMs = (lifetime: Lifetime): number =>
  typeof lifetime === "number" ? lifetime : lifetime === "once" ? 0 : Number.MAX_SAFE_INTEGER;

/** Why there is an error page. */
export type Refusal =
  | {
      readonly reason:
        | "unknown-client"
        | "unregistered-redirect-uri"
        | "malformed-request"
        | "expired"
        | "other-session"
        | "not-allowed"
        | "denied";
    }
  /** The question has been answered already; the flow can go on. */
  | { readonly reason: "answered"; readonly request: string }
  /**
   * An error for an application that nobody vouches for: the user decides whether to go there (RFC
   * 9700 section 4.11.2).
   */
  | {
      readonly reason: "application-error";
      readonly error: string;
      readonly client: Client;
      readonly location: string;
    };

/** An error page. */
export const refuse = (
  reason: Exclude<Refusal["reason"], "answered" | "application-error">,
): Outcome => ({ kind: "refuse", refusal: { reason } });
