// Signing in and out. It owns the two pages and must not know where a visitor is on the way to,
// except that a flow can be gone on with.
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { Client } from "../../domain/model.ts";
import type { AuthorizationFlow } from "../../domain/oauth/authorization/flow.ts";
import type { Credentials } from "../../domain/sign-in/sign-in.ts";
import { BROWSER_API } from "../../domain/sessions/sessions.ts";
import { DEFAULT_REALM } from "../../domain/accounts/users.ts";
import type { BrowserSessions } from "../request/browser-sessions.ts";
import { overloadPage } from "../kit/error-page.ts";
import { button, field, form, lengthComplaint, notice } from "../kit/form.ts";
import { returnPath } from "../request/guards.ts";
import type { Html, NavigationPlace } from "../kit/layout.ts";
import { render } from "../kit/layout.ts";
import { mailNote } from "../kit/mail-note.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { signInMessages } from "./sign-in-messages.ts";
import { shownName } from "../kit/user-name.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import {
  fieldValue,
  inLanguageOf,
  noticeOf,
  queryValue,
  seeOther,
  shownValue,
} from "../request/page-context.ts";
import { isWrongPassword } from "../kit/wrong-password.ts";
import { restorePage } from "./restore.ts";

/** What a visitor is on the way to. */
interface Aim {
  /** The flow that goes on afterwards; empty without one. */
  readonly request: string;
  /** The page of ours that comes afterwards. */
  readonly returnTo: string;
  readonly realm: string;
  readonly client?: Client | undefined;
  readonly destination?: string | undefined;
}

/** The sign-in page. */
export function signInPage(
  visit: PageContext,
  aim: Aim,
  {
    identifier = "",
    status = 200,
    message,
    wrong,
  }: {
    identifier?: string;
    status?: number;
    message?: Html;
    wrong?: { readonly field: string; readonly text: string } | undefined;
  } = {},
): Promise<Response> {
  const texts = signInMessages[visit.language];
  const { request, returnTo, client, destination } = aim;
  const fields = html`${field({ name: "identifier", label: texts.identifier, type: "text", autocomplete: "username", value: identifier, error: wrong?.field === "identifier" ? wrong.text : undefined, autofocus: identifier === "" })}
    ${field({ name: "password", label: texts.password, type: "password", autocomplete: "current-password", error: wrong?.field === "password" ? wrong.text : undefined, autofocus: identifier !== "" })}
    ${button(texts.signIn)}
    <a href="${withRequest("/forgot-password", request)}">${texts.forgotten}</a>`;
  const body = html`<h1>${texts.title}</h1>
    ${client === undefined ? "" : html`<p class="quiet">${texts.toContinue(client.name)}</p>`}
    ${message ?? ""} ${form(visit, "/sign-in", { request, return: returnTo }, fields)}
    <p class="below quiet">
      ${texts.noAccount} <a href="${withRequest("/sign-up", request)}">${texts.signUp}</a>
    </p>`;
  return render(visit, { title: texts.title, body, status, destination, place: placeOf(aim) });
}

/** The way to a page from which the flow can be gone on with. */
export const withRequest = (path: string, request: string): string =>
  request === "" ? path : `${path}${path.includes("?") ? "&" : "?"}request=${request}`;

const placeOf = ({ request, returnTo }: Aim): NavigationPlace =>
  request === ""
    ? { path: "/sign-in", parameters: returnTo === "" ? [] : [["return", returnTo]] }
    : { path: "/continue", parameters: [["request", request]] };

/** A name never holds an @, an address always does. */
const identifierOf = (text: string): Credentials["identifier"] =>
  text.includes("@") ? { email: text } : { username: text };

/**
 * The aim that a sealed request stands for, and the visit in the language that its application
 * wishes.
 */
export async function aimOf(
  flow: AuthorizationFlow,
  visit: PageContext,
  request: string,
  returnTo = "",
): Promise<{ aim: Aim; visit: PageContext }> {
  const about = request === "" ? undefined : await flow.about(visit.context, request);
  if (about === undefined) return { aim: { request: "", returnTo, realm: DEFAULT_REALM }, visit };
  return { aim: { ...about, request, returnTo: "" }, visit: inLanguageOf(visit, about.locales) };
}

/** What the page says after another one has led here. */
function greeting(visit: PageContext, parts: WebDependencies): { message?: Html } {
  const texts = signInMessages[visit.language];
  const messages: Readonly<Record<string, Html>> = {
    registered: html`${notice(texts.registered, "good")}${mailNote(visit, parts)}`,
    "signed-out": notice(texts.signedOut),
    deleted: notice(texts.deleted),
    "new-password": notice(texts.newPassword, "good"),
    "first-password": notice(texts.newPasswordFirst, "good"),
  };
  const message = noticeOf(visit, messages);
  return message === undefined ? {} : { message };
}

/** What is wrong with a try; undefined for what concerns more than this page. */
function complaint(
  visit: PageContext,
  error: unknown,
): { status: number; text: string } | undefined {
  const texts = signInMessages[visit.language];
  if (!(error instanceof IdentityError)) return undefined;
  if (isWrongPassword(error)) return { status: 401, text: texts.wrong };
  if (error.reason !== "USER_LOCKED") return undefined;
  const until = error.details.metadata?.["until"];
  const format = new Intl.DateTimeFormat(visit.language, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return {
    status: 403,
    text: texts.locked(until === undefined ? "" : `${format.format(new Date(until))} UTC`),
  };
}

export function signInRoutes(parts: WebDependencies, browsers: BrowserSessions): readonly Route[] {
  const { flow, sessions, wayBack } = parts;
  return [
    {
      method: "GET",
      path: "/sign-in",
      page: async (visit) => {
        const { aim, visit: shown } = await aimOf(
          flow,
          visit,
          queryValue(visit, "request"),
          queryValue(visit, "return"),
        );
        return signInPage(shown, aim, greeting(shown, parts));
      },
    },
    {
      method: "POST",
      path: "/sign-in",
      hashesPassword: true,
      page: async (visit) => {
        const { aim, visit: shown } = await aimOf(
          flow,
          visit,
          fieldValue(visit, "request"),
          fieldValue(visit, "return"),
        );
        const identifier = shownValue(visit, "identifier").trim();
        try {
          // Refuses one that is too long, which a wrong password would not tell.
          fieldValue(visit, "identifier");
          const credentials = {
            realm: aim.realm,
            identifier: identifierOf(identifier),
            password: fieldValue(visit, "password"),
            mayReturn: true as const,
          };
          await browsers.begin(
            visit,
            await sessions.signIn(visit.context, BROWSER_API, credentials),
          );
        } catch (error) {
          if (error instanceof IdentityError && error.reason === "USER_STATE_CONFLICT")
            return restorePage(
              shown,
              await wayBack.offer(error.details.metadata?.["user"] ?? "", visit.formToken()),
              aim.request,
            );
          const tooLong = lengthComplaint(shown, error, "identifier", "password");
          if (tooLong !== undefined)
            return signInPage(shown, aim, { identifier, status: 422, wrong: tooLong });
          const wrong = complaint(shown, error);
          if (wrong === undefined) return overloadPage(shown, error) ?? Promise.reject(error);
          return signInPage(shown, aim, {
            identifier,
            status: wrong.status,
            message: notice(wrong.text, "bad"),
          });
        }
        return seeOther(
          aim.request === "" ? returnPath(aim.returnTo) : `/continue?request=${aim.request}`,
        );
      },
    },
    {
      method: "GET",
      path: "/sign-out",
      page: (visit) =>
        visit.signedIn === undefined
          ? seeOther("/sign-in")
          : signOutPage(visit, visit.signedIn.user),
    },
    {
      method: "POST",
      path: "/sign-out",
      page: async (visit) => {
        await browsers.end(visit);
        const { aim } = await aimOf(flow, visit, fieldValue(visit, "request"));
        return seeOther(
          aim.request === "" ? "/sign-in?notice=signed-out" : `/continue?request=${aim.request}`,
        );
      },
    },
  ];
}

/** A link alone must not sign anybody out. */
function signOutPage(
  visit: PageContext,
  { username, email }: { username: string; email: string },
): Promise<Response> {
  const texts = signInMessages[visit.language];
  const buttons = html`${button(texts.signOut)}<a class="button second" href="/">${texts.stay}</a>`;
  return render(visit, {
    title: texts.signOutTitle,
    body: html`<h1>${texts.signOutTitle}</h1>
      <p class="quiet">${texts.signOutAs(shownName({ username, email }))}</p>
      ${form(visit, "/sign-out", {}, buttons)}`,
  });
}
