// The password once more, before what a stolen session must not do. It owns the question, and the form that goes on with the
// answer, and must not know what comes after it.
import { html } from "./html.ts";
import { IdentityError } from "../domain/errors.ts";
import type { User } from "../domain/model.ts";
import { BROWSER_API } from "../domain/sessions.ts";
import type { BrowserSessions } from "./browser-sessions.ts";
import { button, field, form, FORM_TOKEN, usernameHint } from "./form.ts";
import { returnPath } from "./guards.ts";
import { render } from "./layout.ts";
import type { WebParts } from "./parts.ts";
import { confirmTexts } from "./texts/confirm.ts";
import { shownName } from "./user-name.ts";
import type { Page, Route, Visit } from "./visit.ts";
import { fieldValue, queryValue, seeOther } from "./visit.ts";
import { isWrongPassword } from "./wrong-password.ts";

/** The field of the password in a form that is sent once more with it. */
const CONFIRMATION = "confirm_password";

interface Question {
  /** Where the password is sent, under which name, and what goes along unseen. */
  readonly action: string;
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  readonly isWrong?: boolean;
}

function confirmPage(visit: Visit, { username, email }: User, { action, name, values, isWrong = false }: Question): Promise<Response> {
  const texts = confirmTexts[visit.language];
  const fields = html`${usernameHint({ email })}
${field({ name, label: texts.password, type: "password", autocomplete: "current-password", autofocus: true, error: isWrong ? texts.wrong : undefined })}
${button(texts.submit)}`;
  const body = html`<h1>${texts.title}</h1>
<p class="quiet">${texts.why(shownName({ username, email }))}</p>
${form(visit, action, values, fields)}`;
  const back: [string, string][] = values["return"] === undefined ? [] : [["return", values["return"]]];
  return render(visit, { title: texts.title, body, status: isWrong || action !== "/confirm" ? 401 : 200, place: { path: "/confirm", parameters: back } });
}

const plainQuestion = (returnTo: string, isWrong = false): Question => ({ action: "/confirm", name: "password", values: { return: returnTo }, isWrong });

/** A form as it was sent, to be sent once more with the password; other passwords in it are typed again. */
function sameForm({ path, fields }: Visit, isWrong: boolean): Question {
  const isOurs = (name: string): boolean => name === FORM_TOKEN || name === "identifier" || name.includes("password");
  return { action: path, name: CONFIRMATION, values: Object.fromEntries([...fields].filter(([name]) => !isOurs(name))), isWrong };
}

/** Answers a visit by a page, and asks for the password first where the domain wants it once more. */
export type Confirming = (visit: Visit, page: Page) => Promise<Response>;

/** The check of the password of whoever is signed in. */
function confirmWith({ sessions, seals }: Pick<WebParts, "sessions" | "seals">, browsers: BrowserSessions) {
  /**
   * The visit with the new session that the password begins; undefined when the password is wrong. As at a sign-in, the old session
   * ends: what is opened now is not opened to whoever has the old cookie.
   */
  return async (visit: Visit, { realm, email }: User, password: string): Promise<Visit | undefined> => {
    try {
      const opened = await sessions.signIn(visit.context, BROWSER_API, { realm, identifier: { email }, password });
      await browsers.begin(visit, opened);
      const { user, session, token } = opened;
      return { ...visit, signedIn: { user, session }, context: { ...visit.context, caller: { kind: "user", user, session } }, formToken: () => seals.bind("form", token) };
    } catch (error) {
      if (error instanceof IdentityError && isWrongPassword(error)) return undefined;
      throw error;
    }
  };
}

export function confirming(parts: Pick<WebParts, "sessions" | "seals">, browsers: BrowserSessions): Confirming {
  const confirm = confirmWith(parts, browsers);
  return async (visit, page) => {
    const { signedIn } = visit;
    if (signedIn === undefined) return page(visit);
    const password = fieldValue(visit, CONFIRMATION);
    const confirmed = password === "" ? visit : await confirm(visit, signedIn.user, password);
    if (confirmed === undefined) return confirmPage(visit, signedIn.user, sameForm(visit, true));
    try {
      return await page(confirmed);
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      if (error.reason === "REAUTHENTICATION_REQUIRED") return confirmPage(visit, signedIn.user, sameForm(visit, false));
      // The session has ended since the visit began.
      if (error.reason === "TOKEN_INVALID") return seeOther("/sign-in");
      throw error;
    }
  };
}

export function confirmRoutes(parts: WebParts, browsers: BrowserSessions): readonly Route[] {
  const confirm = confirmWith(parts, browsers);
  return [
    { method: "GET", path: "/confirm", page: (visit) => (visit.signedIn === undefined ? seeOther("/sign-in") : confirmPage(visit, visit.signedIn.user, plainQuestion(queryValue(visit, "return")))) },
    {
      method: "POST",
      path: "/confirm",
      hashesPassword: true,
      page: async (visit) => {
        if (visit.signedIn === undefined) return seeOther("/sign-in");
        const { user } = visit.signedIn;
        const returnTo = fieldValue(visit, "return");
        const confirmed = await confirm(visit, user, fieldValue(visit, "password"));
        return confirmed === undefined ? confirmPage(visit, user, plainQuestion(returnTo, true)) : seeOther(returnPath(returnTo));
      },
    },
  ];
}
