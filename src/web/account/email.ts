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
function complaint(context: PageContext, error: unknown): Wrong | undefined {
  const { language } = context;
  if (!(error instanceof IdentityError)) return undefined;
  const tooLong = lengthComplaint(context, error, "email", "password");
  if (tooLong !== undefined) return { [tooLong.field]: tooLong.text };
  if (error.reason === "EMAIL_INVALID") return { email: emailMessages[language].invalid };
  if (error.reason === "EMAIL_TAKEN") return { email: emailMessages[language].same };
  return isWrongPassword(error) ? { password: confirmMessages[language].wrong } : undefined;
}

export function emailRoutes(dependencies: WebDependencies): readonly Route[] {
  const { emailVerification } = dependencies;
  const show = (context: PageContext, user: User, wrong?: Wrong): Promise<Response> => {
    const messages = emailMessages[context.language];
    const { emailVerifiedAt } = user;
    const again = form(
      context,
      "/account/email/verification",
      {},
      button(messages.send, { isSecond: true, isSmall: true }),
      "acts",
    );
    const fields = html`${usernameHint(user)}
    ${field({ name: "email", label: messages.next, type: "email", autocomplete: "email", value: shownValue(context, "email"), error: wrong?.email })}
    ${field({ name: "password", label: messages.current, type: "password", autocomplete: "current-password", error: wrong?.password })}
    ${button(messages.submit)}`;
    const body = html`${noticeOf(context, messages.notices) === undefined ? "" : mailNote(context, dependencies)}
      <ul class="rows">
        <li>
          <div>
            <span class="quiet small">${messages.address}</span>
            <p>
              <bdi>${user.email}</bdi>
              <span class="badge"
                >${emailVerifiedAt === undefined ? messages.unverified : messages.verified}</span
              >
            </p>
            ${emailVerifiedAt === undefined ? "" : html`<p class="quiet small">${day(context.language, emailVerifiedAt)}</p>`}
          </div>
          ${emailVerifiedAt === undefined ? again : ""}
        </li>
      </ul>
      <h2>${messages.changeTitle}</h2>
      <p class="quiet">${messages.change}</p>
      ${form(context, "/account/email", {}, fields, "stack short")}`;
    return accountPage(context, {
      title: messages.title,
      tab: "/account",
      body,
      notices: messages.notices,
      status: wrong === undefined ? 200 : 422,
      place: { path: "/account/email", parameters: [] },
    });
  };
  return [
    {
      method: "GET",
      path: "/account/email",
      page: forUsers((context, { user }) => show(context, user)),
    },
    {
      method: "POST",
      path: "/account/email",
      hashesPassword: true,
      page: forUsers(async (context, { user }) => {
        try {
          await emailVerification.requestChange(
            context.requestContext,
            fieldValue(context, "email"),
            fieldValue(context, "password"),
          );
        } catch (error) {
          const wrong = complaint(context, error);
          if (wrong === undefined) throw error;
          return show(context, user, wrong);
        }
        return seeOther("/account/email?notice=change");
      }),
    },
    {
      method: "POST",
      path: "/account/email/verification",
      page: forUsers(async (context) => {
        await emailVerification.sendAgain(context.requestContext);
        return seeOther("/account/email?notice=sent");
      }),
    },
  ];
}
