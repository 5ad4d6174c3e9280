import { html, type Html } from "./html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { AuthorizationRefusal } from "../../domain/oauth/authorization/outcome.ts";
import { limitOf, tooLongName } from "./fields.ts";
import { shownDestination } from "./destination.ts";
import { answerPolicy, wayBack } from "./way-back.ts";
import { render } from "./layout.ts";
import { errorMessages, type Ending } from "./error-messages.ts";
import { fieldTexts } from "./field-messages.ts";
import { inText } from "./times.ts";
import { type PageContext, shownValue } from "../request/page-context.ts";

const STATUS: Readonly<Record<Ending, number>> = {
  "unknown-client": 400,
  "disabled-client": 403,
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
  "too-large": 413,
  unavailable: 503,
  fault: 500,
};

/** Renders an error page. `more` is what the user can do next. */
export function errorPage(
  context: PageContext,
  ending: Ending,
  {
    status = STATUS[ending],
    headers = {},
    text = errorMessages[context.language].endings[ending][1],
    more = startLink(context),
  }: {
    status?: number;
    headers?: Readonly<Record<string, string>>;
    text?: string;
    more?: Html;
  } = {},
): Promise<Response> {
  const [title] = errorMessages[context.language].endings[ending];
  // The address doesn't lead to this page again, so the language switch leads to the start page.
  return render(context, {
    title,
    status,
    headers,
    // The documented APIs have such pages too, and their headers are a contract.
    hasScript: false,
    place: { path: "/", parameters: [] },
    body: html`<h1>${title}</h1>
      <p class="quiet">${text}</p>
      ${more}`,
  });
}

/** Renders a refusal of the authorization flow. */
export function refusalPage(
  context: PageContext,
  refusal: AuthorizationRefusal,
  status?: number,
): Promise<Response> {
  const messages = errorMessages[context.language];
  const given = status === undefined ? {} : { status };
  switch (refusal.reason) {
    case "answered":
      return errorPage(context, "answered", {
        more: html`<p class="below">
          <a class="button" href="/continue?request=${refusal.request}">${messages.goOn}</a>
        </p>`,
      });
    case "application-error": {
      const { error, answer } = refusal;
      const more = html`<p class="quiet small">${messages.code}: <code>${error.code}</code></p>
        ${forDeveloper(error.description)}
        ${wayBack(answer, (uri) => messages.backTo(shownDestination(uri)))}`;
      const headers = answerPolicy(answer);
      return errorPage(context, "application-error", { more, headers });
    }
    default:
      return errorPage(context, refusal.reason, {
        ...given,
        more: forDeveloper(refusal.description),
      });
  }
}

/** Renders what the developer of the application must know, in English as in a redirect. */
const forDeveloper = (description = ""): Html =>
  description === "" ? html`` : html`<p class="quiet small" lang="en">${description}</p>`;

/**
 * Renders the errors that pass with time (overload, rate limit, unavailable store); undefined for
 * others.
 */
export function overloadPage(context: PageContext, error: unknown): Promise<Response> | undefined {
  if (!(error instanceof IdentityError)) return undefined;
  const { retryAfter = 1000 } = error.details;
  const headers = { "retry-after": String(Math.max(1, Math.ceil(retryAfter / 1000))) };
  if (error.reason === "RATE_LIMITED" || error.reason === "OVERLOADED")
    return errorPage(context, "too-many", {
      headers,
      text: errorMessages[context.language].wait(inText(context.language, retryAfter)),
      more: goOnLink(context),
    });
  if (error.reason === "STORE_UNAVAILABLE" || error.reason === "DEADLINE_EXCEEDED") {
    const isUnknown = error.details.metadata?.["effect"] === "unknown";
    const { maybeDone } = errorMessages[context.language];
    return errorPage(context, "unavailable", { headers, ...(isUnknown && { text: maybeDone }) });
  }
  return undefined;
}

/** Renders "not found" and "access denied" errors; undefined for others. */
export function absencePage(context: PageContext, error: unknown): Promise<Response> | undefined {
  if (!(error instanceof IdentityError)) return undefined;
  const tooLong = tooLongName(error);
  if (tooLong !== undefined) return tooLongPage(context, tooLong);
  if (error.reason === "PERMISSION_DENIED") return errorPage(context, "forbidden");
  if (error.reason === "FIELD_INVALID") return errorPage(context, "malformed-request");
  return /_NOT_FOUND$|^PAGE_TOKEN_INVALID$/.test(error.reason)
    ? errorPage(context, "not-found")
    : undefined;
}

/** Names the value that is too long, for forms that can't show it themselves. */
function tooLongPage(context: PageContext, name: string): Promise<Response> {
  const { hidden, tooLong } = fieldTexts[context.language];
  const { most, unit } = limitOf(name)!;
  return render(context, {
    title: hidden,
    status: 422,
    place: { path: "/", parameters: [] },
    body: html`<h1>${hidden}</h1>
      <p class="wrong" id="${name}-error"><code>${name}</code>: ${tooLong[unit](most)}</p>
      ${startLink(context)}`,
  });
}

/** Leads back into the flow of the application that waits for the user; otherwise to the start. */
function goOnLink(context: PageContext): Html {
  const asked = context.query.find(([name]) => name === "request")?.[1];
  const request = shownValue(context, "request") || (asked ?? "");
  return request === ""
    ? startLink(context)
    : html`<p class="below">
        <a class="button" href="/continue?${new URLSearchParams({ request })}"
          >${errorMessages[context.language].again}</a
        >
      </p>`;
}

const startLink = (context: PageContext): Html =>
  html`<p class="below">
    <a class="button second" href="/">${errorMessages[context.language].start}</a>
  </p>`;
