// The user's address: whether it is confirmed, and the way to another one. It owns the page and
// must not know how letters travel.
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { User } from "../../domain/model.ts";
import { button, field, form, lengthComplaint, usernameHint } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
import { mailNote } from "../kit/mail-note.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { confirmMessages } from "../sign-in/confirm-messages.ts";
import { emailMessages } from "./email-messages.ts";
import { day } from "../kit/times.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, noticeOf, seeOther, shownValue } from "../request/page-context.ts";
import { isWrongPassword } from "../kit/wrong-password.ts";
import { accountPage } from "./account-page.ts";

interface Wrong {
  readonly email?: string;
  readonly password?: string;
}

/** Which field is wrong, and why; undefined for what concerns more than this page. */
function complaint(visit: PageContext, error: unknown): Wrong | undefined {
  const { language } = visit;
  if (!(error instanceof IdentityError)) return undefined;
  const tooLong = lengthComplaint(visit, error, "email", "password");
  if (tooLong !== undefined) return { [tooLong.field]: tooLong.text };
  if (error.reason === "EMAIL_INVALID") return { email: emailMessages[language].invalid };
  if (error.reason === "EMAIL_TAKEN") return { email: emailMessages[language].same };
  return isWrongPassword(error) ? { password: confirmMessages[language].wrong } : undefined;
}

export function emailRoutes(parts: WebDependencies): readonly Route[] {
  const { emailVerification } = parts;
  const show = (visit: PageContext, user: User, wrong?: Wrong): Promise<Response> => {
    const texts = emailMessages[visit.language];
    const { emailVerifiedAt } = user;
    const again = form(
      visit,
      "/account/email/verification",
      {},
      button(texts.send, { isSecond: true, isSmall: true }),
      "acts",
    );
    const fields = html`${usernameHint(user)}
    ${field({ name: "email", label: texts.next, type: "email", autocomplete: "email", value: shownValue(visit, "email"), error: wrong?.email })}
    ${field({ name: "password", label: texts.current, type: "password", autocomplete: "current-password", error: wrong?.password })}
    ${button(texts.submit)}`;
    const body = html`${noticeOf(visit, texts.messages) === undefined ? "" : mailNote(visit, parts)}
      <ul class="rows">
        <li>
          <div>
            <span class="quiet small">${texts.address}</span>
            <p>
              <bdi>${user.email}</bdi>
              <span class="badge"
                >${emailVerifiedAt === undefined ? texts.unverified : texts.verified}</span
              >
            </p>
            ${emailVerifiedAt === undefined ? "" : html`<p class="quiet small">${day(visit.language, emailVerifiedAt)}</p>`}
          </div>
          ${emailVerifiedAt === undefined ? again : ""}
        </li>
      </ul>
      <h2>${texts.changeTitle}</h2>
      <p class="quiet">${texts.change}</p>
      ${form(visit, "/account/email", {}, fields, "stack short")}`;
    return accountPage(visit, {
      title: texts.title,
      tab: "/account",
      body,
      messages: texts.messages,
      status: wrong === undefined ? 200 : 422,
      place: { path: "/account/email", parameters: [] },
    });
  };
  return [
    {
      method: "GET",
      path: "/account/email",
      page: forUsers((visit, { user }) => show(visit, user)),
    },
    {
      method: "POST",
      path: "/account/email",
      hashesPassword: true,
      page: forUsers(async (visit, { user }) => {
        try {
          await emailVerification.requestChange(
            visit.context,
            fieldValue(visit, "email"),
            fieldValue(visit, "password"),
          );
        } catch (error) {
          const wrong = complaint(visit, error);
          if (wrong === undefined) throw error;
          return show(visit, user, wrong);
        }
        return seeOther("/account/email?notice=change");
      }),
    },
    {
      method: "POST",
      path: "/account/email/verification",
      page: forUsers(async (visit) => {
        await emailVerification.sendAgain(visit.context);
        return seeOther("/account/email?notice=sent");
      }),
    },
  ];
}
