import { isRecent } from "../../domain/principal.ts";
import type { Clock } from "../../domain/clock.ts";
import type { Page, SignedIn, PageContext } from "./page-context.ts";
import { seeOther } from "./page-context.ts";

/**
 * Returns whether a form was sent by a page of this server. The form token decides; this is the
 * second check. With `Referrer-Policy: no-referrer` browsers send `Origin: null` even for our own
 * forms.
 */
export function isSameOrigin(request: Request, issuer: string): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  const origin = request.headers.get("origin");
  if (origin === null || origin === "null" || origin === new URL(issuer).origin) return true;
  return URL.canParse(origin) && new URL(origin).host === request.headers.get("host");
}

/** A page for signed-in users. */
export type UserPage = (context: PageContext, signedIn: SignedIn) => Promise<Response> | Response;

/**
 * The paths that sign-in may return to: only our own, with a query as `URLSearchParams` writes it.
 */
const RETURN_PATH =
  /^\/(?:account|developer|administration|device)(?:\/[A-Za-z0-9_-]+)*(?:\?[\w.*+%&=-]+)?$/;

/** Returns the path to open after sign-in; the start page for any other text. */
export const returnPath = (text: string): string => (RETURN_PATH.test(text) ? text : "/");

/** Restricts a page to signed-in users. Others sign in first and then return. */
export const forUsers =
  (page: UserPage): Page =>
  (context) =>
    context.signedIn === undefined
      ? seeOther(`/sign-in?return=${encodeURIComponent(placeOf(context))}`)
      : page(context, context.signedIn);

/**
 * Restricts a page to users who entered their password within the last minutes. Others confirm it
 * on /confirm and return: a form to the page `back` that contains it. Every sensitive action
 * requires this, so that an open window or a stolen cookie is not enough. Changing the password or
 * the e-mail address and deleting the account always ask for the password in their own form.
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
