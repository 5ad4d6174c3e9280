import { html } from "../kit/html.ts";
import type { IdentityError } from "../../domain/errors.ts";
import type { Language } from "../../domain/email/language.ts";
import type { User } from "../../domain/model.ts";
import { button, field, form, usernameHint } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
import { mailNote } from "../kit/mail-note.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import {
  complaint,
  currentPassword,
  type FieldComplaint,
  newEmail,
} from "../sign-in/complaints.ts";
import { emailMessages } from "./email-messages.ts";
import { day } from "../kit/times.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, noticeOf, seeOther, shownValue } from "../request/page-context.ts";
import { accountPage } from "./account-page.ts";

type Wrong = FieldComplaint<"email" | "password">;

const newAddress = (language: Language, error: IdentityError): string | undefined =>
  error.reason === "EMAIL_TAKEN" ? emailMessages[language].same : newEmail(language, error);

export function emailRoutes(dependencies: WebDependencies): readonly Route[] {
  const { emailVerification } = dependencies;
  const show = (context: PageContext, user: User, wrong?: Wrong): Promise<Response> => {
    const messages = emailMessages[context.language];
    const errorOf = (name: Wrong["field"]): string | undefined =>
      wrong?.field === name ? wrong.text : undefined;
    const { emailVerifiedAt } = user;
    const again = form(
      context,
      { action: "/account/email/verification", className: "acts" },
      button(messages.send, { isSecond: true, isSmall: true }),
    );
    const fields = html`${usernameHint(user)}
    ${field({
      name: "email",
      label: messages.next,
      type: "email",
      autocomplete: "email",
      value: shownValue(context, "email"),
      error: errorOf("email"),
    })}
    ${field({
      name: "password",
      label: messages.current,
      type: "password",
      autocomplete: "current-password",
      error: errorOf("password"),
    })}
    ${button(messages.submit)}`;
    const body = html`${
        noticeOf(context, messages.notices) === undefined ? "" : mailNote(context, dependencies)
      }
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
            ${
              emailVerifiedAt === undefined
                ? ""
                : html`<p class="quiet small">${day(context.language, emailVerifiedAt)}</p>`
            }
          </div>
          ${emailVerifiedAt === undefined ? again : ""}
        </li>
      </ul>
      <h2>${messages.changeTitle}</h2>
      <p class="quiet">${messages.change}</p>
      ${form(context, { action: "/account/email", className: "stack short" }, fields)}`;
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
          const wrong = complaint(context, error, {
            email: newAddress,
            password: currentPassword,
          });
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
