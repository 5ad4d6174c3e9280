// The pages that end a way: what a browser is told instead of being sent on. It owns their status
// and must not know what led there.
import { html } from "./html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { Refusal } from "../../domain/oauth/authorization/outcome.ts";
import { limitOf, tooLongName } from "./fields.ts";
import { render, type Html } from "./layout.ts";
import { errorMessages, type Ending } from "./error-messages.ts";
import { fieldTexts } from "./field-messages.ts";
import type { PageContext } from "../request/page-context.ts";

const STATUS: Readonly<Record<Ending, number>> = {
  "unknown-client": 400,
  "unregistered-redirect-uri": 400,
  "malformed-request": 400,
  expired: 400,
  "other-session": 403,
  "not-allowed": 403,
  denied: 200,
  answered: 409,
  "application-error": 400,
  forbidden: 403,
  "dead-link": 410,
  "not-found": 404,
  method: 405,
  forged: 403,
  "too-many": 429,
  unavailable: 503,
  fault: 500,
};

/** Says why it doesn't go on; `more` says what can be done. */
export function errorPage(
  visit: PageContext,
  ending: Ending,
  {
    status = STATUS[ending],
    headers = {},
    more = startLink(visit),
  }: { status?: number; headers?: Readonly<Record<string, string>>; more?: Html } = {},
): Promise<Response> {
  const [title, text] = errorMessages[visit.language].endings[ending];
  // The page as it is can't be had again by its address: in another language there is the start
  // page.
  return render(visit, {
    title,
    status,
    headers,
    place: { path: "/", parameters: [] },
    body: html`<h1>${title}</h1>
      <p class="quiet">${text}</p>
      ${more}`,
  });
}

/** Shows a refusal of the flow. */
export function refusalPage(
  visit: PageContext,
  refusal: Refusal,
  status?: number,
): Promise<Response> {
  const texts = errorMessages[visit.language];
  const given = status === undefined ? {} : { status };
  switch (refusal.reason) {
    case "answered":
      return errorPage(visit, "answered", {
        more: html`<p class="below">
          <a class="button" href="/continue?request=${refusal.request}">${texts.goOn}</a>
        </p>`,
      });
    case "application-error": {
      const { error, location } = refusal;
      const more = html`<p class="quiet small">${texts.code}: <code>${error}</code></p>
        <p class="below">
          <a class="button second" href="${location}" rel="noreferrer"
            >${texts.backTo(new URL(location).host)}</a
          >
        </p>`;
      return errorPage(visit, "application-error", { more });
    }
    default:
      return errorPage(visit, refusal.reason, { ...given, more: html`` });
  }
}

/** Shows what the domain refuses for a while; undefined for what nobody foresaw. */
export function overloadPage(visit: PageContext, error: unknown): Promise<Response> | undefined {
  if (!(error instanceof IdentityError)) return undefined;
  const { retryAfter = 1000 } = error.details;
  const headers = { "retry-after": String(Math.max(1, Math.ceil(retryAfter / 1000))) };
  if (error.reason === "RATE_LIMITED" || error.reason === "OVERLOADED")
    return errorPage(visit, "too-many", { headers });
  if (error.reason === "STORE_UNAVAILABLE" || error.reason === "DEADLINE_EXCEEDED")
    return errorPage(visit, "unavailable", { headers });
  return undefined;
}

/**
 * Shows that there is nothing for this visitor, or nothing that may be done; undefined for what
 * nobody foresaw.
 */
export function absencePage(visit: PageContext, error: unknown): Promise<Response> | undefined {
  if (!(error instanceof IdentityError)) return undefined;
  const tooLong = tooLongName(error);
  if (tooLong !== undefined) return tooLongPage(visit, tooLong);
  if (error.reason === "PERMISSION_DENIED") return errorPage(visit, "forbidden");
  if (error.reason === "FIELD_INVALID") return errorPage(visit, "malformed-request");
  return /_NOT_FOUND$|^PAGE_TOKEN_INVALID$/.test(error.reason)
    ? errorPage(visit, "not-found")
    : undefined;
}

/** Says which value was too long, where the form that it stands in doesn't. */
function tooLongPage(visit: PageContext, name: string): Promise<Response> {
  const { hidden, tooLong } = fieldTexts[visit.language];
  const { most, unit } = limitOf(name)!;
  return render(visit, {
    title: hidden,
    status: 422,
    place: { path: "/", parameters: [] },
    body: html`<h1>${hidden}</h1>
      <p class="wrong" id="${name}-error"><code>${name}</code>: ${tooLong[unit](most)}</p>
      ${startLink(visit)}`,
  });
}

const startLink = (visit: PageContext): Html =>
  html`<p class="below">
    <a class="button second" href="/">${errorMessages[visit.language].start}</a>
  </p>`;
