import { HOUR } from "../../../domain/durations.ts";
import { html } from "../../kit/html.ts";
import type { AdminActions } from "../../../domain/administration/admin-actions.ts";
import type { RequestContext } from "../../../domain/request-context.ts";
import { IdentityError } from "../../../domain/errors.ts";
import type { User } from "../../../domain/model.ts";
import { button, field, form, lengthComplaint, select } from "../../kit/form.ts";
import { overloadPage } from "../../kit/error-page.ts";
import { forRecent, type UserPage } from "../../request/guards.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { administrationUserMessages, LOCK_HOURS, type Problem } from "./user-messages.ts";
import { shownName } from "../../kit/user-name.ts";
import type { Page, Route, PageContext } from "../../request/page-context.ts";
import { fieldValue, queryValue, seeOther, shownValue } from "../../request/page-context.ts";
import { administrationPage, forAdministrators, userPath } from "../administration-page.ts";

/** The actions by the last segment of their paths: the notice afterwards, and the call. */
const ACTS: Readonly<
  Record<
    string,
    readonly [
      said: string,
      act: (
        adminActions: AdminActions,
        requestContext: RequestContext,
        id: string,
        context: PageContext,
      ) => Promise<void>,
    ]
  >
> = {
  unlock: [
    "unlocked",
    (adminActions, requestContext, id) => adminActions.unlock(requestContext, id),
  ],
  restore: [
    "restored",
    (adminActions, requestContext, id) => adminActions.restore(requestContext, id),
  ],
  "end-access": [
    "access-ended",
    (adminActions, requestContext, id) =>
      adminActions.administering(requestContext).endAccess(requestContext, id),
  ],
  "forget-failures": [
    "forgotten",
    (adminActions, requestContext, id) =>
      adminActions.administering(requestContext).forgetFailures(requestContext, id),
  ],
  "verify-email": [
    "verified",
    async (adminActions, requestContext, id, context) => {
      const email = fieldValue(context, "email");
      await adminActions.administering(requestContext).verifyEmail(requestContext, id, email);
    },
  ],
  "send-reset": [
    "reset-sent",
    (adminActions, requestContext, id) =>
      adminActions.administering(requestContext).sendPasswordReset(requestContext, id),
  ],
  delete: [
    "deleted",
    async (adminActions, requestContext, id) => {
      await adminActions.administering(requestContext).delete(requestContext, id);
    },
  ],
  "end-session": [
    "session-ended",
    (adminActions, requestContext, id, context) =>
      adminActions.endSession(requestContext, id, fieldValue(context, "session")),
  ],
  "revoke-grant": [
    "revoked",
    (adminActions, requestContext, id, context) =>
      adminActions.revokeGrant(requestContext, id, fieldValue(context, "grant")),
  ],
};

export function userActionsRoutes(dependencies: WebDependencies): readonly Route[] {
  const { adminActions, users, clock } = dependencies;
  /**
   * Restricts a page to administrators who confirmed their password recently. A form returns to the
   * page of its user.
   */
  const sensitive = (page: UserPage, back?: (context: PageContext) => string): Page =>
    forAdministrators(forRecent(dependencies, page, back));
  const backToUser = (context: PageContext): string => userPath(fieldValue(context, "id"));
  const acts = Object.entries(ACTS).map(([name, [said, act]]): Route => {
    const page: UserPage = async (context) => {
      const back = backToUser(context);
      try {
        await act(adminActions, context.requestContext, fieldValue(context, "id"), context);
        return seeOther(`${back}&notice=${said}`);
      } catch (error) {
        if (isProblem(context, error)) return seeOther(`${back}&notice=${error.reason}`);
        return overloadPage(context, error) ?? Promise.reject(error);
      }
    };
    return {
      method: "POST",
      path: `/administration/user/${name}`,
      page: sensitive(page, backToUser),
    };
  });
  return [
    ...acts,
    {
      method: "GET",
      path: "/administration/lock",
      page: sensitive(async (context) =>
        lockPage(context, await users.get(queryValue(context, "id"))),
      ),
    },
    {
      method: "POST",
      path: "/administration/lock",
      page: sensitive(async (context) => {
        const back = backToUser(context);
        const hours = LOCK_HOURS.find((each) => String(each) === fieldValue(context, "hours"));
        if (hours === undefined)
          throw new IdentityError("FIELD_INVALID", "The duration is not one of the choices.");
        const until = hours === 0 ? undefined : clock.now() + hours * HOUR;
        try {
          await adminActions.lock(
            context.requestContext,
            fieldValue(context, "id"),
            fieldValue(context, "reason").trim(),
            until,
          );
          return seeOther(`${back}&notice=locked`);
        } catch (error) {
          if (isProblem(context, error)) return seeOther(`${back}&notice=${error.reason}`);
          if (!(error instanceof IdentityError) || error.reason !== "FIELD_INVALID") throw error;
          return lockPage(
            context,
            await users.get(fieldValue(context, "id")),
            lengthComplaint(context, error, "reason")?.text ??
              administrationUserMessages[context.language].reasonWrong,
          );
        }
      }, backToUser),
    },
  ];
}

/** Returns whether the page of the user has a text for this error. */
const isProblem = (
  { language }: PageContext,
  error: unknown,
): error is IdentityError & { reason: Problem | "PERMISSION_DENIED" } =>
  error instanceof IdentityError &&
  (error.reason === "PERMISSION_DENIED" ||
    Object.hasOwn(administrationUserMessages[language].problems, error.reason));

/** Asks for the reason and the duration of a lock. */
function lockPage(
  context: PageContext,
  { id, username, email }: User,
  wrong?: string,
): Promise<Response> {
  const messages = administrationUserMessages[context.language];
  const title = messages.lockTitle(shownName({ username, email }));
  const fields = html`${field({
      name: "reason",
      label: messages.reason,
      type: "text",
      autocomplete: "off",
      hint: messages.reasonHint,
      value: shownValue(context, "reason"),
      error: wrong,
      autofocus: true,
    })}
    ${select({
      name: "hours",
      label: messages.howLong,
      value: shownValue(context, "hours"),
      options: LOCK_HOURS.map((hours) => [String(hours), messages.hours[hours]]),
    })}
    ${button(messages.lockNow)}<a class="button second" href="${userPath(id)}"
      >${messages.cancel}</a
    >`;
  const body = html`<h1>${title}</h1>
    <p class="quiet">${messages.lockWhat}</p>
    ${form(
      context,
      { action: "/administration/lock", values: { id }, className: "stack short" },
      fields,
    )}`;
  return administrationPage(context, {
    title,
    tab: "users",
    body,
    status: wrong === undefined ? 200 : 422,
    place: { path: "/administration/lock", parameters: [["id", id]] },
  });
}
