// Registration. It owns the page and must not know who is registered already: neither does its visitor learn it.
import { html } from "hono/html";
import { IdentityError } from "../domain/errors.ts";
import { checkChosenUsername } from "../domain/names.ts";
import { MIN_PASSWORD_CHARACTERS, type PasswordRule } from "../domain/passwords.ts";
import { overloadPage } from "./error-page.ts";
import { button, field, form, lengthComplaint } from "./form.ts";
import { render } from "./layout.ts";
import type { WebParts } from "./parts.ts";
import { aimOf, withRequest } from "./sign-in.ts";
import { signUpTexts } from "./texts/sign-up.ts";
import type { Route, Visit } from "./visit.ts";
import { fieldValue, queryValue, seeOther, shownValue } from "./visit.ts";

type FieldName = "email" | "username" | "password";

interface View {
  readonly request: string;
  readonly email: string;
  readonly username: string;
  readonly wrong?: { readonly field: FieldName; readonly text: string } | undefined;
}

function signUpPage(visit: Visit, { request, email, username, wrong }: View, destination: string | undefined): Promise<Response> {
  const texts = signUpTexts[visit.language];
  const state = (name: FieldName) => ({ name, error: wrong?.field === name ? wrong.text : undefined, autofocus: (wrong?.field ?? "email") === name });
  const fields = html`${field({ ...state("email"), label: texts.email, type: "email", autocomplete: "email", value: email })}
${field({ ...state("username"), label: texts.name, type: "text", autocomplete: "nickname", value: username, hint: texts.nameHint })}
${field({ ...state("password"), label: texts.password, type: "password", autocomplete: "new-password", hint: texts.passwordHint, minLength: MIN_PASSWORD_CHARACTERS })}
${button(texts.signUp)}`;
  const body = html`<h1>${texts.title}</h1>
${form(visit, "/sign-up", { request }, fields)}
<p class="below quiet">${texts.haveAccount} <a href="${withRequest("/sign-in", request)}">${texts.signIn}</a></p>`;
  return render(visit, { title: texts.title, body, destination, status: wrong === undefined ? 200 : 422, place: { path: "/sign-up", parameters: request === "" ? [] : [["request", request]] } });
}

/** Which field is wrong, and why; undefined for what concerns more than this page. */
function complaint(visit: Visit, error: unknown): View["wrong"] {
  const texts = signUpTexts[visit.language];
  if (!(error instanceof IdentityError)) return undefined;
  switch (error.reason) {
    case "EMAIL_INVALID":
      return { field: "email", text: texts.emailInvalid };
    case "USERNAME_INVALID":
      return { field: "username", text: texts.nameInvalid };
    case "USERNAME_TAKEN":
      return { field: "username", text: texts.nameTaken };
    case "FIELD_INVALID":
      return lengthComplaint(visit, error, "email", "username", "password");
    default: {
      const text = passwordComplaint(visit, error);
      return text === undefined ? undefined : { field: "password", text };
    }
  }
}

/** Why a new password is refused; undefined for any other failure. */
export function passwordComplaint({ language }: Visit, error: unknown): string | undefined {
  if (!(error instanceof IdentityError) || error.reason !== "PASSWORD_UNACCEPTABLE") return undefined;
  return signUpTexts[language].passwordWrong[(error.details.fields?.[0]?.rule ?? "short") as PasswordRule];
}

export function signUpRoutes({ flow, signUp }: WebParts): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/sign-up",
      page: async (visit) => {
        const { aim, visit: shown } = await aimOf(flow, visit, queryValue(visit, "request"));
        return signUpPage(shown, { request: aim.request, email: "", username: "" }, aim.destination);
      },
    },
    {
      method: "POST",
      path: "/sign-up",
      page: async (visit) => {
        const { aim, visit: shown } = await aimOf(flow, visit, fieldValue(visit, "request"));
        const [email, username] = [shownValue(visit, "email").trim(), shownValue(visit, "username")];
        try {
          const given = { email: fieldValue(visit, "email").trim(), password: fieldValue(visit, "password"), username: checkChosenUsername(fieldValue(visit, "username")) };
          await signUp.register(shown.context, { realm: aim.realm, ...given });
        } catch (error) {
          const wrong = complaint(shown, error);
          if (wrong === undefined) return overloadPage(shown, error) ?? Promise.reject(error);
          return signUpPage(shown, { request: aim.request, email, username, wrong }, aim.destination);
        }
        return seeOther(withRequest("/sign-in?notice=registered", aim.request));
      },
    },
  ];
}
