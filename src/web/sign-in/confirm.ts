import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { User } from "../../domain/model.ts";
import { BROWSER_API } from "../../domain/sessions/sessions.ts";
import type { BrowserSessions } from "../request/browser-sessions.ts";
import { button, field, form, FORM_TOKEN, lengthComplaint, usernameHint } from "../kit/form.ts";
import { returnPath } from "../request/guards.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { confirmMessages } from "./confirm-messages.ts";
import { shownName } from "../kit/user-name.ts";
import type { Page, Route, PageContext } from "../request/page-context.ts";
import { fieldValue, queryValue, seeOther } from "../request/page-context.ts";
import { isWrongPassword } from "./complaints.ts";

/** The password field in a form that is repeated with the password. */
const CONFIRMATION = "confirm_password";

/** Why the page asks again. */
interface Wrong {
  readonly status: number;
  readonly text: string;
}

interface Question {
  /** Where the password is sent, the name of its field, and the hidden values. */
  readonly action: string;
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  readonly wrong?: Wrong | undefined;
}

function confirmPage(
  context: PageContext,
  { username, email }: User,
  { action, name, values, wrong }: Question,
): Promise<Response> {
  const messages = confirmMessages[context.language];
  const fields = html`${usernameHint({ email })}
  ${field({
    name,
    label: messages.password,
    type: "password",
    autocomplete: "current-password",
    autofocus: true,
    error: wrong?.text,
  })}
  ${button(messages.submit)}`;
  const body = html`<h1>${messages.title}</h1>
    <p class="quiet">${messages.why(shownName({ username, email }))}</p>
    ${form(context, { action, values }, fields)}`;
  const back: [string, string][] =
    values["return"] === undefined ? [] : [["return", values["return"]]];
  return render(context, {
    title: messages.title,
    body,
    status: wrong?.status ?? (action === "/confirm" ? 200 : 401),
    place: { path: "/confirm", parameters: back },
  });
}

const plainQuestion = (returnTo: string, wrong?: Wrong): Question => ({
  action: "/confirm",
  name: "password",
  values: { return: returnTo },
  wrong,
});

/** Repeats a form with an added password field. Other passwords in it have to be typed again. */
function sameForm({ path, fields }: PageContext, wrong?: Wrong): Question {
  const isOurs = (name: string): boolean =>
    name === FORM_TOKEN || name === "identifier" || name.includes("password");
  return {
    action: path,
    name: CONFIRMATION,
    values: Object.fromEntries([...fields].filter(([name]) => !isOurs(name))),
    wrong,
  };
}

/** Calls a page, and asks for the password first if the domain requires it. */
export type Confirming = (context: PageContext, page: Page) => Promise<Response>;

/** Creates the check of the signed-in user's password. */
function confirmWith(
  { sessions, signedValues }: Pick<WebDependencies, "sessions" | "signedValues">,
  browsers: BrowserSessions,
) {
  /**
   * Returns the context with the new session that the right password opens, or what is wrong. As at
   * sign-in, the old session ends, so a stolen old cookie can't use what the new session may do.
   */
  return async (
    context: PageContext,
    { realm, email }: User,
    name: string,
  ): Promise<PageContext | Wrong> => {
    try {
      const password = fieldValue(context, name);
      const opened = await sessions.signIn(context.requestContext, BROWSER_API, {
        realm,
        identifier: { email },
        password,
      });
      await browsers.begin(context, opened);
      const { user, session, token } = opened;
      return {
        ...context,
        signedIn: { user, session },
        requestContext: { ...context.requestContext, caller: { kind: "user", user, session } },
        formToken: () => signedValues.bind("form", token),
      };
    } catch (error) {
      const tooLong = lengthComplaint(context, error, name);
      if (tooLong !== undefined) return { status: 422, text: tooLong.text };
      if (error instanceof IdentityError && isWrongPassword(error))
        return { status: 401, text: confirmMessages[context.language].wrong };
      throw error;
    }
  };
}

export function confirming(
  dependencies: Pick<WebDependencies, "sessions" | "signedValues">,
  browsers: BrowserSessions,
): Confirming {
  const confirm = confirmWith(dependencies, browsers);
  return async (context, page) => {
    const { signedIn } = context;
    if (signedIn === undefined) return page(context);
    const isGiven = context.tooLong.has(CONFIRMATION) || fieldValue(context, CONFIRMATION) !== "";
    const confirmed = isGiven ? await confirm(context, signedIn.user, CONFIRMATION) : context;
    if ("text" in confirmed)
      return confirmPage(context, signedIn.user, sameForm(context, confirmed));
    try {
      return await page(confirmed);
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      if (error.reason === "REAUTHENTICATION_REQUIRED")
        return confirmPage(context, signedIn.user, sameForm(context));
      // The session ended during this request.
      if (error.reason === "TOKEN_INVALID") return seeOther("/sign-in");
      throw error;
    }
  };
}

export function confirmRoutes(
  dependencies: WebDependencies,
  browsers: BrowserSessions,
): readonly Route[] {
  const confirm = confirmWith(dependencies, browsers);
  return [
    {
      method: "GET",
      path: "/confirm",
      page: (context) =>
        context.signedIn === undefined
          ? seeOther("/sign-in")
          : confirmPage(
              context,
              context.signedIn.user,
              plainQuestion(queryValue(context, "return")),
            ),
    },
    {
      method: "POST",
      path: "/confirm",
      hashesPassword: true,
      page: async (context) => {
        if (context.signedIn === undefined) return seeOther("/sign-in");
        const { user } = context.signedIn;
        const returnTo = fieldValue(context, "return");
        const confirmed = await confirm(context, user, "password");
        return "text" in confirmed
          ? confirmPage(context, user, plainQuestion(returnTo, confirmed))
          : seeOther(returnPath(returnTo));
      },
    },
  ];
}
