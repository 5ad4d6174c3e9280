import { confirmed } from "../../kit/confirmation.ts";
import { html, type Html } from "../../kit/html.ts";
import { isSelf, mayTouch } from "../../../domain/acting.ts";
import type { ListName, UserRecord } from "../../../domain/administration/admin-queries.ts";
import type { User } from "../../../domain/model.ts";
import { appMark } from "../../oauth/consent.ts";
import { button, form } from "../../kit/form.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { administrationMessages } from "../messages.ts";
import { administrationUserMessages } from "./user-messages.ts";
import { moment } from "../../kit/times.ts";
import { shownName } from "../../kit/user-name.ts";
import type { Route, PageContext } from "../../request/page-context.ts";
import { queryValue } from "../../request/page-context.ts";
import {
  administrationPage,
  auditPath,
  badges,
  forAdministrators,
} from "../administration-page.ts";
import { eventRows } from "../events.ts";
import { originFacts } from "../origins/origin.ts";
import { editPath } from "./edit-user.ts";
import { profileFacts } from "./user-profile-facts.ts";
import { userDetails } from "./user-details.ts";

export const userRoutes = ({ adminQueries, clock }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: "/administration/user",
    page: forAdministrators(async (context) => {
      const token = (list: ListName): string => queryValue(context, list);
      const record = await adminQueries.user(context.requestContext, queryValue(context, "id"), {
        sessions: token("sessions"),
        grants: token("grants"),
        groups: token("groups"),
        clients: token("clients"),
      });
      return userPage(context, record, clock.now());
    }),
  },
];

function userPage(context: PageContext, record: UserRecord, now: number): Promise<Response> {
  const messages = administrationUserMessages[context.language];
  const { user } = record;
  const name = shownName(user);
  const body = html`<div class="app">
      ${appMark(name)}
      <div>
        <h1><bdi>${name}</bdi></h1>
        <p><code>${user.id}</code>${badges(context, record)}</p>
      </div>
    </div>
    ${lockNotice(context, record)}
    <dl class="facts two">
      ${facts(context, record).map(
        ([label, value]) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    <section>
      <h2>${administrationMessages[context.language].actions}</h2>
      ${acts(context, record)}
    </section>
    ${userDetails(context, record, now)}
    <section>
      <h2>${messages.events}</h2>
      ${eventRows(context, record.events)}
      <p class="small">
        <a href="${auditPath({ user: user.id })}">${messages.allEvents}</a> ·
        <a href="${auditPath({ actor: `user:${user.id}` })}">${messages.allActions}</a>
      </p>
    </section>`;
  return administrationPage(context, {
    title: name,
    tab: "users",
    body,
    notices: messages.notices,
    problems: { ...messages.problems, PERMISSION_DENIED: messages.untouchable },
  });
}

/** Also shown for a deleted user, who stays locked after a restoration. */
function lockNotice({ language }: PageContext, { user, state }: UserRecord): Html | string {
  const messages = administrationUserMessages[language];
  if (user.lockReason === "" || state === "active") return "";
  return html`<p class="notice bad">
    <strong>${messages.lockedFor}</strong>
    <bdi>${user.lockReason}</bdi>
    (${
      user.lockUntil === undefined
        ? messages.forGood
        : html`${messages.lockedUntil} ${moment(language, user.lockUntil)}`
    })
  </p>`;
}

function facts(
  context: PageContext,
  { user, origin, failures }: UserRecord,
): readonly (readonly [string, Html | string])[] {
  const { language } = context;
  const messages = administrationUserMessages[language];
  return [
    [
      messages.email,
      html`<bdi>${user.email}</bdi>
        <span class="quiet small"
          >${user.emailVerifiedAt === undefined ? messages.notVerified : messages.verified}</span
        >`,
    ],
    [messages.realm, user.realm],
    ...profileFacts(context, user),
    ...(user.accId === "" ? [] : [[messages.accId, html`<bdi>${user.accId}</bdi>`] as const]),
    [messages.created, moment(language, user.createdAt)],
    [messages.changed, moment(language, user.updatedAt)],
    ...originFacts(context, origin),
    ...(user.deletedAt === undefined
      ? []
      : [[messages.deleted, moment(language, user.deletedAt)] as const]),
    [messages.failures, String(failures)],
  ];
}

/**
 * Renders the allowed actions. For an administrator's account these are only the emergency actions,
 * or those on one's own account.
 */
function acts(context: PageContext, record: UserRecord): Html {
  const { user, state } = record;
  const messages = administrationUserMessages[context.language];
  const act = (name: string, label: string, values: Readonly<Record<string, string>> = {}): Html =>
    actButton(context, name, label, { id: user.id, ...values });
  const isOpen = mayTouch(context.requestContext.caller, user);
  const untouchable = user.administrator
    ? html`<p class="quiet small">${messages.untouchable}</p>`
    : "";
  if (state === "deleted")
    return html`${
      isOpen ? html`<div class="acts">${act("restore", messages.restore)}</div>` : ""
    }${untouchable}`;
  if (isSelf(context.requestContext.caller, user))
    return html`<p class="quiet small">
        ${messages.own} <a href="/account">${messages.toAccount}</a>
      </p>
      <div class="acts">${forgetAndEnd(context, record)}</div>
      ${untouchable}`;
  const editing = html`<a class="button second small" href="${editPath(user.id)}"
    >${messages.edit}</a
  >`;
  const lock = html`<a
    class="button second small bad"
    href="/administration/lock?${new URLSearchParams({ id: user.id })}"
    >${state === "locked" ? messages.relock : messages.lock}</a
  >`;
  const hasEmail = user.email !== "";
  const more = isOpen
    ? html`${editing}${
        hasEmail && user.emailVerifiedAt === undefined
          ? act("verify-email", messages.verifyEmail, { email: user.email })
          : ""
      }${hasEmail && state === "active" ? act("send-reset", messages.sendReset) : ""}${
        state === "locked" ? act("unlock", messages.unlock) : ""
      }${lock}`
    : "";
  return html`<div class="acts">
      ${more}${forgetAndEnd(context, record)}${isOpen ? deletion(context, user) : ""}
    </div>
    ${untouchable}`;
}

function forgetAndEnd(context: PageContext, { user, failures }: UserRecord): Html {
  const messages = administrationUserMessages[context.language];
  const isOpen = mayTouch(context.requestContext.caller, user);
  const forget =
    isOpen && failures > 0
      ? actButton(context, "forget-failures", messages.forgetFailures, { id: user.id })
      : "";
  return html`${forget}${confirmed(context, {
    label: messages.endAccess,
    what: messages.endAccessWhat,
    action: "/administration/user/end-access",
    values: { id: user.id },
  })}`;
}

const deletion = (context: PageContext, { id }: User): Html => {
  const messages = administrationUserMessages[context.language];
  return confirmed(context, {
    label: messages.delete,
    what: messages.deleteWhat,
    action: "/administration/user/delete",
    values: { id },
  });
};

const actButton = (
  context: PageContext,
  name: string,
  label: string,
  values: Readonly<Record<string, string>>,
): Html =>
  form(
    context,
    { action: `/administration/user/${name}`, values, className: "inline" },
    button(label, { isSecond: true, isSmall: true }),
  );
