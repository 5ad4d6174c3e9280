// What stands before a page: that a form comes from our own page, and that somebody is signed in.
// It owns these checks and must not know what the pages do.
import { isRecent } from "../../domain/principal.ts";
import type { Clock } from "../../domain/clock.ts";
import type { Page, SignedIn, PageContext } from "./page-context.ts";
import { seeOther } from "./page-context.ts";

/**
 * Whether a request that changes something comes from a page of this server. The token in the form
 * is what decides; this is the second fence. With `Referrer-Policy: no-referrer` browsers say
 * `Origin: null` even of our own forms.
 */
export function isSameOrigin(request: Request, issuer: string): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  const origin = request.headers.get("origin");
  if (origin === null || origin === "null" || origin === new URL(issuer).origin) return true;
  return URL.canParse(origin) && new URL(origin).host === request.headers.get("host");
}

/** Answers the visit of somebody who is signed in. */
export type UserPage = (context: PageContext, signedIn: SignedIn) => Promise<Response> | Response;

/**
 * The pages that sign-in may lead back to: nothing but plain paths of our own, with a query as
 * `URLSearchParams` writes it.
 */
const RETURN_PATH =
  /^\/(?:account|developer|administration)(?:\/[A-Za-z0-9_-]+)*(?:\?[\w.*+%&=-]+)?$/;

/** Where to go after sign-in; whatever is no page of ours becomes the start page. */
export const returnPath = (text: string): string => (RETURN_PATH.test(text) ? text : "/");

/** The page only for somebody who is signed in; others sign in first and come back. */
export const forUsers =
  (page: UserPage): Page =>
  (context) =>
    context.signedIn === undefined
      ? seeOther(`/sign-in?return=${encodeURIComponent(placeOf(context))}`)
      : page(context, context.signedIn);

/**
 * The page only for somebody who has given the password within the last minutes; others give it
 * again on /confirm and come back: for a form, to the page `back` that it stands on. Every
 * sensitive act stands behind this, so that an open window or a stolen cookie is not enough; only
 * what changes the way into the account itself - a new password, a new address, the deletion - asks
 * for the password in its own form, always.
 */
export const forRecent = (
  { clock }: { readonly clock: Clock },
  page: UserPage,
  back: (context: PageContext) => string = placeOf,
): Page =>
  forUsers((context, signedIn) =>
    isRecent(signedIn.session, clock.now())
      ? page(context, signedIn)
      : seeOther(`/confirm?return=${encodeURIComponent(back(context))}`),
  );

const placeOf = ({ path, query }: PageContext): string =>
  query.length === 0
    ? path
    : `${path}?${new URLSearchParams(query.map(([name, value]) => [name, value]))}`;
