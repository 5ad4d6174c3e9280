// Signing in and out. It owns the two pages and must not know where a visitor is on the way to,
// except that a flow can be gone on with.
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { Client } from "../../domain/model.ts";
import type { AuthorizationFlow } from "../../domain/oauth/authorization/flow.ts";
import type { Credentials } from "../../domain/sign-in/password-check.ts";
import { BROWSER_API } from "../../domain/sessions/sessions.ts";
import { DEFAULT_REALM } from "../../domain/accounts/new-user.ts";
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
  context: PageContext,
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
  const messages = signInMessages[context.language];
  const { request, returnTo, client, destination } = aim;
  const fields = html`${field({ name: "identifier", label: messages.identifier, type: "text", autocomplete: "username", value: identifier, error: wrong?.field === "identifier" ? wrong.text : undefined, autofocus: identifier === "" })}
    ${field({ name: "password", label: messages.password, type: "password", autocomplete: "current-password", error: wrong?.field === "password" ? wrong.text : undefined, autofocus: identifier !== "" })}
    ${button(messages.signIn)}
    <a href="${withRequest("/forgot-password", request)}">${messages.forgotten}</a>`;
  const body = html`<h1>${messages.title}</h1>
    ${client === undefined ? "" : html`<p class="quiet">${messages.toContinue(client.name)}</p>`}
    ${message ?? ""} ${form(context, "/sign-in", { request, return: returnTo }, fields)}
    <p class="below quiet">
      ${messages.noAccount} <a href="${withRequest("/sign-up", request)}">${messages.signUp}</a>
    </p>`;
  return render(context, { title: messages.title, body, status, destination, place: placeOf(aim) });
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
  context: PageContext,
  request: string,
  returnTo = "",
): Promise<{ aim: Aim; context: PageContext }> {
  const about = request === "" ? undefined : await flow.about(context.requestContext, request);
  if (about === undefined) return { aim: { request: "", returnTo, realm: DEFAULT_REALM }, context };
  return {
    aim: { ...about, request, returnTo: "" },
    context: inLanguageOf(context, about.locales),
  };
}

/** What the page says after another one has led here. */
function greeting(context: PageContext, dependencies: WebDependencies): { message?: Html } {
  const messages = signInMessages[context.language];
  const notices: Readonly<Record<string, Html>> = {
    registered: html`${notice(messages.registered, "good")}${mailNote(context, dependencies)}`,
    "signed-out": notice(messages.signedOut),
    deleted: notice(messages.deleted),
    "new-password": notice(messages.newPassword, "good"),
    "first-password": notice(messages.newPasswordFirst, "good"),
  };
  const message = noticeOf(context, notices);
  return message === undefined ? {} : { message };
}

/** What is wrong with a try; undefined for what concerns more than this page. */
function complaint(
  context: PageContext,
  error: unknown,
): { status: number; text: string } | undefined {
  const messages = signInMessages[context.language];
  if (!(error instanceof IdentityError)) return undefined;
  if (isWrongPassword(error)) return { status: 401, text: messages.wrong };
  if (error.reason !== "USER_LOCKED") return undefined;
  const until = error.details.metadata?.["until"];
  const format = new Intl.DateTimeFormat(context.language, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return {
    status: 403,
    text: messages.locked(until === undefined ? "" : `${format.format(new Date(until))} UTC`),
  };
}

export function signInRoutes(
  dependencies: WebDependencies,
  browsers: BrowserSessions,
): readonly Route[] {
  const { flow, sessions, accountDeletion } = dependencies;
  return [
    {
      method: "GET",
      path: "/sign-in",
      page: async (context) => {
        const { aim, context: shown } = await aimOf(
          flow,
          context,
          queryValue(context, "request"),
          queryValue(context, "return"),
        );
        return signInPage(shown, aim, greeting(shown, dependencies));
      },
    },
    {
      method: "POST",
      path: "/sign-in",
      hashesPassword: true,
      page: async (context) => {
        const { aim, context: shown } = await aimOf(
          flow,
          context,
          fieldValue(context, "request"),
          fieldValue(context, "return"),
        );
        const identifier = shownValue(context, "identifier").trim();
        try {
          // Refuses one that is too long, which a wrong password would not tell.
          fieldValue(context, "identifier");
          const credentials = {
            realm: aim.realm,
            identifier: identifierOf(identifier),
            password: fieldValue(context, "password"),
            mayReturn: true as const,
          };
          await browsers.begin(
            context,
            await sessions.signIn(context.requestContext, BROWSER_API, credentials),
          );
        } catch (error) {
          if (error instanceof IdentityError && error.reason === "USER_STATE_CONFLICT")
            return restorePage(
              shown,
              await accountDeletion.offer(
                error.details.metadata?.["user"] ?? "",
                context.formToken(),
              ),
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
      page: (context) =>
        context.signedIn === undefined
          ? seeOther("/sign-in")
          : signOutPage(context, context.signedIn.user),
    },
    {
      method: "POST",
      path: "/sign-out",
      page: async (context) => {
        await browsers.end(context);
        const { aim } = await aimOf(flow, context, fieldValue(context, "request"));
        return seeOther(
          aim.request === "" ? "/sign-in?notice=signed-out" : `/continue?request=${aim.request}`,
        );
      },
    },
  ];
}

/** A link alone must not sign anybody out. */
function signOutPage(
  context: PageContext,
  { username, email }: { username: string; email: string },
): Promise<Response> {
  const messages = signInMessages[context.language];
  const buttons = html`${button(messages.signOut)}<a class="button second" href="/"
      >${messages.stay}</a
    >`;
  return render(context, {
    title: messages.signOutTitle,
    body: html`<h1>${messages.signOutTitle}</h1>
      <p class="quiet">${messages.signOutAs(shownName({ username, email }))}</p>
      ${form(context, "/sign-out", {}, buttons)}`,
  });
}
