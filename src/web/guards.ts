// What stands before a page: that a form comes from our own page, and that somebody is signed in.
// It owns these checks and must not know what the pages do.
import type { Page } from "./visit.ts";
import { seeOther } from "./visit.ts";

/**
 * Whether a request that changes something comes from a page of this server. The token in the form is what decides;
 * this is the second fence. With `Referrer-Policy: no-referrer` browsers say `Origin: null` even of our own forms.
 */
export function isFromHere(request: Request, issuer: string): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  const origin = request.headers.get("origin");
  if (origin === null || origin === "null" || origin === new URL(issuer).origin) return true;
  return URL.canParse(origin) && new URL(origin).host === request.headers.get("host");
}

/** The pages that sign-in may lead back to: nothing but plain paths of our own. */
const RETURN_PATH = /^\/(?:account|developer|administration)(?:\/[A-Za-z0-9_-]+)*$/;

/** Where to go after sign-in; whatever is no page of ours becomes the start page. */
export const returnPath = (text: string): string => (RETURN_PATH.test(text) ? text : "/");

/** The page only for somebody who is signed in; others sign in first and come back. */
export const forUsers =
  (page: Page): Page =>
  (visit) =>
    visit.signedIn === undefined ? seeOther(`/sign-in?return=${encodeURIComponent(visit.path)}`) : page(visit);
