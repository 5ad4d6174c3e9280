import { html, type Html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { Credentials } from "../../domain/sign-in/credentials.ts";
import { BROWSER_API } from "../../domain/sessions/sessions.ts";
import type { BrowserSessions } from "../request/browser-sessions.ts";
import { overloadPage } from "../kit/error-page.ts";
import { button, field, form, lengthComplaint, notice } from "../kit/form.ts";
import { returnPath } from "../request/guards.ts";
import type { NavigationPlace } from "../kit/layout.ts";
import { render } from "../kit/layout.ts";
import { mailNote } from "../kit/mail-note.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { signInMessages } from "./sign-in-messages.ts";
import { minuteText } from "../kit/times.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, noticeOf, queryValue, seeOther, shownValue } from "../request/page-context.ts";
import { type Aim, aimOf, withRequest } from "./aim.ts";
import { isWrongPassword } from "./complaints.ts";
import { restorePage } from "./restore.ts";
import { signOutPage } from "./sign-out.ts";

/** Renders the sign-in page. */
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
  const fields = html`${field({
      name: "identifier",
      label: messages.identifier,
      type: "text",
      autocomplete: "username",
      value: identifier,
      error: wrong?.field === "identifier" ? wrong.text : undefined,
      autofocus: identifier === "",
    })}
    ${field({
      name: "password",
      label: messages.password,
      type: "password",
      autocomplete: "current-password",
      error: wrong?.field === "password" ? wrong.text : undefined,
      autofocus: identifier !== "",
    })}
    ${button(messages.signIn)}
    <a href="${withRequest("/forgot-password", request)}">${messages.forgotten}</a>`;
  const body = html`<h1>${messages.title}</h1>
    ${client === undefined ? "" : html`<p class="quiet">${messages.toContinue(client.name)}</p>`}
    ${message ?? ""}
    ${form(context, { action: "/sign-in", values: { request, return: returnTo } }, fields)}
    <p class="below quiet">
      ${messages.noAccount} <a href="${withRequest("/sign-up", request)}">${messages.signUp}</a>
    </p>`;
  return render(context, { title: messages.title, body, status, destination, place: placeOf(aim) });
}

const placeOf = ({ request, returnTo }: Aim): NavigationPlace =>
  request === ""
    ? { path: "/sign-in", parameters: returnTo === "" ? [] : [["return", returnTo]] }
    : { path: "/continue", parameters: [["request", request]] };

/** User names never contain @, addresses always do. */
const identifierOf = (text: string): Credentials["identifier"] =>
  text.includes("@") ? { email: text } : { username: text };

/** Returns the message that the `notice` parameter selects. */
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

/** Explains why the sign-in failed; undefined for errors that concern more than this page. */
function complaint(
  context: PageContext,
  error: unknown,
): { status: number; text: string } | undefined {
  const messages = signInMessages[context.language];
  if (!(error instanceof IdentityError)) return undefined;
  if (isWrongPassword(error)) return { status: 401, text: messages.wrong };
  if (error.reason !== "USER_LOCKED") return undefined;
  const until = error.details.metadata?.["until"];
  return {
    status: 403,
    text: messages.locked(
      until === undefined ? "" : minuteText(context.language, Date.parse(until)),
    ),
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
          // Rejects an identifier that is too long; it is not reported as a wrong password.
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
          : signOutPage(context, { action: "/sign-out" }),
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
