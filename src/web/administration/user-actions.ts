// What administrators do to a user. It owns the forms' addresses and what is said afterwards; what
// may be done, the domain decides.
import { html } from "../kit/html.ts";
import type { AdminActions } from "../../domain/administration/admin-actions.ts";
import type { RequestContext } from "../../domain/principal.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { User } from "../../domain/model.ts";
import { button, field, form, lengthComplaint, select } from "../kit/form.ts";
import { forRecent, type UserPage } from "../request/guards.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { administrationUserMessages, LOCK_HOURS, type Problem } from "./user-messages.ts";
import { shownName } from "../kit/user-name.ts";
import type { Page, Route, PageContext } from "../request/page-context.ts";
import { fieldValue, queryValue, seeOther, shownValue } from "../request/page-context.ts";
import { administrationPage, forAdministrators, userPath } from "./administration-page.ts";

const HOUR = 3_600_000;

/** Each act by the end of its address: what it does, and what is said afterwards. */
const ACTS: Readonly<
  Record<
    string,
    readonly [
      said: string,
      act: (
        interventions: AdminActions,
        context: RequestContext,
        id: string,
        visit: PageContext,
      ) => Promise<void>,
    ]
  >
> = {
  unlock: ["unlocked", (interventions, context, id) => interventions.unlock(context, id)],
  restore: ["restored", (interventions, context, id) => interventions.restore(context, id)],
  "end-access": [
    "access-ended",
    (interventions, context, id) => interventions.endAccess(context, id),
  ],
  "forget-failures": [
    "forgotten",
    (interventions, context, id) => interventions.forgetFailures(context, id),
  ],
  "end-session": [
    "session-ended",
    (interventions, context, id, visit) =>
      interventions.endSession(context, id, fieldValue(visit, "session")),
  ],
  "revoke-grant": [
    "revoked",
    (interventions, context, id, visit) =>
      interventions.revokeGrant(context, id, fieldValue(visit, "grant")),
  ],
};

export function userActionsRoutes(parts: WebDependencies): readonly Route[] {
  const { interventions, users, clock } = parts;
  /**
   * For administrators who have just given the password; from a form one comes back to its user.
   */
  const sensitive = (page: UserPage, back?: (visit: PageContext) => string): Page =>
    forAdministrators(forRecent(parts, page, back));
  const backToUser = (visit: PageContext): string => userPath(fieldValue(visit, "id"));
  const acts = Object.entries(ACTS).map(([name, [said, act]]): Route => {
    const page: UserPage = async (visit) => {
      const back = backToUser(visit);
      try {
        await act(interventions, visit.context, fieldValue(visit, "id"), visit);
        return seeOther(`${back}&notice=${said}`);
      } catch (error) {
        if (isProblem(visit, error)) return seeOther(`${back}&notice=${error.reason}`);
        throw error;
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
      page: sensitive(async (visit) => lockPage(visit, await users.get(queryValue(visit, "id")))),
    },
    {
      method: "POST",
      path: "/administration/lock",
      page: sensitive(async (visit) => {
        const back = backToUser(visit);
        const hours = LOCK_HOURS.find((each) => String(each) === fieldValue(visit, "hours"));
        if (hours === undefined)
          throw new IdentityError("FIELD_INVALID", "There is no such choice.");
        const until = hours === 0 ? undefined : clock.now() + hours * HOUR;
        try {
          await interventions.lock(
            visit.context,
            fieldValue(visit, "id"),
            fieldValue(visit, "reason").trim(),
            until,
          );
          return seeOther(`${back}&notice=locked`);
        } catch (error) {
          if (isProblem(visit, error)) return seeOther(`${back}&notice=${error.reason}`);
          if (!(error instanceof IdentityError) || error.reason !== "FIELD_INVALID") throw error;
          return lockPage(
            visit,
            await users.get(fieldValue(visit, "id")),
            lengthComplaint(visit, error, "reason")?.text ??
              administrationUserMessages[visit.language].reasonWrong,
          );
        }
      }, backToUser),
    },
  ];
}

/**
 * Whether the user's page can say why not: that the user is an administrator, or what has changed.
 */
const isProblem = (
  { language }: PageContext,
  error: unknown,
): error is IdentityError & { reason: Problem | "PERMISSION_DENIED" } =>
  error instanceof IdentityError &&
  (error.reason === "PERMISSION_DENIED" ||
    Object.hasOwn(administrationUserMessages[language].problems, error.reason));

/** Asks why, and for how long. */
function lockPage(
  visit: PageContext,
  { id, username, email }: User,
  wrong?: string,
): Promise<Response> {
  const texts = administrationUserMessages[visit.language];
  const title = texts.lockTitle(shownName({ username, email }));
  const fields = html`${field({ name: "reason", label: texts.reason, type: "text", autocomplete: "off", hint: texts.reasonHint, value: shownValue(visit, "reason"), error: wrong, autofocus: true })}
    ${select({ name: "hours", label: texts.howLong, value: shownValue(visit, "hours"), options: LOCK_HOURS.map((hours) => [String(hours), texts.hours[hours]]) })}
    ${button(texts.lockNow)}<a class="button second" href="${userPath(id)}">${texts.cancel}</a>`;
  const body = html`<h1>${title}</h1>
    <p class="quiet">${texts.lockWhat}</p>
    ${form(visit, "/administration/lock", { id }, fields, "stack short")}`;
  return administrationPage(visit, {
    title,
    tab: "users",
    body,
    status: wrong === undefined ? 200 : 422,
    place: { path: "/administration/lock", parameters: [["id", id]] },
  });
}
