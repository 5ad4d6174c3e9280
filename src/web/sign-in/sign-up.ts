// Registration. It owns the page and must not know who is registered already: neither does its
// visitor learn it.
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import { checkChosenUsername } from "../../domain/accounts/usernames.ts";
import { MIN_PASSWORD_CHARACTERS, type PasswordRule } from "../../domain/passwords/policy.ts";
import { LOOK_ALIKE } from "../../domain/accounts/user-conflict.ts";
import { overloadPage } from "../kit/error-page.ts";
import { button, field, form, lengthComplaint } from "../kit/form.ts";
import { render } from "../kit/layout.ts";
import { mailNote } from "../kit/mail-note.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { aimOf, withRequest } from "./sign-in.ts";
import { signUpMessages } from "./sign-up-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, queryValue, seeOther, shownValue } from "../request/page-context.ts";

type FieldName = "email" | "username" | "password";

interface View {
  readonly request: string;
  readonly email: string;
  readonly username: string;
  readonly wrong?: { readonly field: FieldName; readonly text: string } | undefined;
}

function signUpPage(
  context: PageContext,
  { request, email, username, wrong }: View,
  destination: string | undefined,
): Promise<Response> {
  const messages = signUpMessages[context.language];
  const state = (name: FieldName) => ({
    name,
    error: wrong?.field === name ? wrong.text : undefined,
    autofocus: (wrong?.field ?? "email") === name,
  });
  const fields = html`${field({ ...state("email"), label: messages.email, type: "email", autocomplete: "email", value: email })}
  ${field({ ...state("username"), label: messages.name, type: "text", autocomplete: "nickname", value: username, hint: messages.nameHint })}
  ${field({ ...state("password"), label: messages.password, type: "password", autocomplete: "new-password", hint: messages.passwordHint, minLength: MIN_PASSWORD_CHARACTERS })}
  ${button(messages.signUp)}`;
  const body = html`<h1>${messages.title}</h1>
    ${form(context, "/sign-up", { request }, fields)}
    <p class="below quiet">
      ${messages.haveAccount} <a href="${withRequest("/sign-in", request)}">${messages.signIn}</a>
    </p>`;
  return render(context, {
    title: messages.title,
    body,
    destination,
    status: wrong === undefined ? 200 : 422,
    place: { path: "/sign-up", parameters: request === "" ? [] : [["request", request]] },
  });
}

/** Which field is wrong, and why; undefined for what concerns more than this page. */
function complaint(context: PageContext, error: unknown): View["wrong"] {
  const messages = signUpMessages[context.language];
  if (!(error instanceof IdentityError)) return undefined;
  if (error.reason === "EMAIL_INVALID") return { field: "email", text: messages.emailInvalid };
  if (error.reason === "FIELD_INVALID")
    return lengthComplaint(context, error, "email", "username", "password");
  const name = nameComplaint(context, error);
  if (name !== undefined) return { field: "username", text: name };
  const password = passwordComplaint(context, error);
  return password === undefined ? undefined : { field: "password", text: password };
}

/** Why a new name is refused; undefined for any other failure. */
export function nameComplaint({ language }: PageContext, error: unknown): string | undefined {
  const { nameInvalid, nameTaken, nameAlike } = signUpMessages[language];
  if (!(error instanceof IdentityError)) return undefined;
  if (error.reason === "USERNAME_INVALID") return nameInvalid;
  if (error.reason !== "USERNAME_TAKEN") return undefined;
  return error.details.fields?.[0]?.rule === LOOK_ALIKE ? nameAlike : nameTaken;
}

/** Why a new password is refused; undefined for any other failure. */
export function passwordComplaint({ language }: PageContext, error: unknown): string | undefined {
  if (!(error instanceof IdentityError) || error.reason !== "PASSWORD_UNACCEPTABLE")
    return undefined;
  return signUpMessages[language].passwordWrong[
    (error.details.fields?.[0]?.rule ?? "short") as PasswordRule
  ];
}

/** Says the same of every address: what is in the letter, only its reader learns. */
function sentPage(
  context: PageContext,
  dependencies: WebDependencies,
  request: string,
): Promise<Response> {
  const messages = signUpMessages[context.language];
  const body = html`<h1>${messages.sentTitle}</h1>
    <p>${messages.sent}</p>
    ${mailNote(context, dependencies)}
    <p class="below quiet">
      ${messages.late} <a href="${withRequest("/sign-up", request)}">${messages.again}</a>
    </p>`;
  return render(context, {
    title: messages.sentTitle,
    body,
    place: {
      path: "/sign-up",
      parameters: [["notice", "sent"], ...(request === "" ? [] : [["request", request] as const])],
    },
  });
}

export function signUpRoutes(dependencies: WebDependencies): readonly Route[] {
  const { flow, signUp } = dependencies;
  return [
    {
      method: "GET",
      path: "/sign-up",
      page: async (context) => {
        const { aim, context: shown } = await aimOf(flow, context, queryValue(context, "request"));
        if (signUp.confirms && queryValue(context, "notice") === "sent")
          return sentPage(shown, dependencies, aim.request);
        return signUpPage(
          shown,
          { request: aim.request, email: "", username: "" },
          aim.destination,
        );
      },
    },
    {
      method: "POST",
      path: "/sign-up",
      hashesPassword: true,
      page: async (context) => {
        const { aim, context: shown } = await aimOf(flow, context, fieldValue(context, "request"));
        const [email, username] = [
          shownValue(context, "email").trim(),
          shownValue(context, "username"),
        ];
        try {
          const given = {
            email: fieldValue(context, "email").trim(),
            password: fieldValue(context, "password"),
            username: checkChosenUsername(fieldValue(context, "username")),
          };
          await signUp.register(shown.requestContext, {
            realm: aim.realm,
            request: aim.request,
            ...given,
          });
        } catch (error) {
          const wrong = complaint(shown, error);
          if (wrong === undefined) return overloadPage(shown, error) ?? Promise.reject(error);
          return signUpPage(
            shown,
            { request: aim.request, email, username, wrong },
            aim.destination,
          );
        }
        return seeOther(
          withRequest(
            signUp.confirms ? "/sign-up?notice=sent" : "/sign-in?notice=registered",
            aim.request,
          ),
        );
      },
    },
  ];
}
