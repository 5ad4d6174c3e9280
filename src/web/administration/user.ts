// One user, with all that is theirs. It owns what is shown and which acts are offered, and must not
// do any.
import { html } from "../kit/html.ts";
import { mayTouch } from "../../domain/acting.ts";
import type { ListName, UserRecord } from "../../domain/administration/admin-queries.ts";
import { appMark } from "../oauth/consent.ts";
import { button, form } from "../kit/form.ts";
import type { Html } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { administrationMessages } from "./messages.ts";
import { administrationUserMessages } from "./user-messages.ts";
import { moment } from "../kit/times.ts";
import { shownName } from "../kit/user-name.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { queryValue } from "../request/page-context.ts";
import { administrationPage, auditPath, badges, forAdministrators } from "./administration-page.ts";
import { eventRows } from "./events.ts";
import { userDetails } from "./user-details.ts";

export const userRoutes = ({ directory, clock }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: "/administration/user",
    page: forAdministrators(async (visit) => {
      const token = (list: ListName): string => queryValue(visit, list);
      const record = await directory.user(visit.context, queryValue(visit, "id"), {
        sessions: token("sessions"),
        grants: token("grants"),
        groups: token("groups"),
        clients: token("clients"),
      });
      return userPage(visit, record, clock.now());
    }),
  },
];

function userPage(visit: PageContext, record: UserRecord, now: number): Promise<Response> {
  const texts = administrationUserMessages[visit.language];
  const { user } = record;
  const name = shownName(user);
  const body = html`<div class="app">
      ${appMark(name)}
      <div>
        <h1><bdi>${name}</bdi></h1>
        <p><code>${user.id}</code>${badges(visit, record)}</p>
      </div>
    </div>
    ${lockNotice(visit, record)}
    <dl class="facts two">
      ${facts(visit, record).map(
        ([label, value]) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    <section>
      <h2>${administrationMessages[visit.language].acts}</h2>
      ${acts(visit, record)}
    </section>
    ${userDetails(visit, record, now)}
    <section>
      <h2>${texts.events}</h2>
      ${eventRows(visit, record.events)}
      <p class="small">
        <a href="${auditPath({ user: user.id })}">${texts.allEvents}</a> ·
        <a href="${auditPath({ actor: `user:${user.id}` })}">${texts.allDeeds}</a>
      </p>
    </section>`;
  return administrationPage(visit, {
    title: name,
    tab: "users",
    body,
    messages: texts.messages,
    problems: { ...texts.problems, PERMISSION_DENIED: texts.untouchable },
  });
}

/** Also of a deleted user, whom a restoration leaves locked. */
function lockNotice({ language }: PageContext, { user, state }: UserRecord): Html | string {
  const texts = administrationUserMessages[language];
  if (user.lockReason === "" || state === "active") return "";
  return html`<p class="notice bad">
    <strong>${texts.lockedFor}</strong>
    <bdi>${user.lockReason}</bdi>
    (${user.lockUntil === undefined ? texts.forGood : html`${texts.lockedUntil} ${moment(language, user.lockUntil)}`})
  </p>`;
}

function facts(
  { language }: PageContext,
  { user, failures }: UserRecord,
): readonly (readonly [string, Html | string])[] {
  const texts = administrationUserMessages[language];
  return [
    [
      texts.email,
      html`<bdi>${user.email}</bdi>
        <span class="quiet small"
          >${user.emailVerifiedAt === undefined ? texts.notVerified : texts.verified}</span
        >`,
    ],
    [texts.realm, user.realm],
    ...(user.accId === "" ? [] : [[texts.accId, html`<bdi>${user.accId}</bdi>`] as const]),
    [texts.created, moment(language, user.createdAt)],
    [texts.changed, moment(language, user.updatedAt)],
    ...(user.deletedAt === undefined
      ? []
      : [[texts.deleted, moment(language, user.deletedAt)] as const]),
    [texts.failures, String(failures)],
  ];
}

/**
 * Offered is what may be done; of an administrator, only an end in an emergency, or what concerns
 * oneself.
 */
function acts(visit: PageContext, { user, state, failures }: UserRecord): Html {
  const texts = administrationUserMessages[visit.language];
  const act = (name: string, label: string, isDangerous = false): Html =>
    form(
      visit,
      `/administration/user/${name}`,
      { id: user.id },
      button(label, { isSecond: true, isSmall: true, isDangerous }),
      "inline",
    );
  const isOpen = mayTouch(visit.context.caller, user);
  const untouchable = user.administrator
    ? html`<p class="quiet small">${texts.untouchable}</p>`
    : "";
  if (state === "deleted")
    return html`${isOpen ? html`<div class="acts">${act("restore", texts.restore)}</div>` : ""}${untouchable}`;
  const lock = html`<a
    class="button second small bad"
    href="/administration/lock?${new URLSearchParams({ id: user.id })}"
    >${state === "locked" ? texts.relock : texts.lock}</a
  >`;
  const more = isOpen
    ? html`${state === "locked" ? act("unlock", texts.unlock) : ""}${user.administrator ? "" : lock}`
    : "";
  const forget = isOpen && failures > 0 ? act("forget-failures", texts.forgetFailures) : "";
  return html`<div class="acts">${more}${act("end-access", texts.endAccess, true)}${forget}</div>
    ${untouchable}`;
}
