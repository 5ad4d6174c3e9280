// Where one is signed in. It owns the page and its three ways to end sessions, and must not know
// how a session is kept.
import { html } from "../kit/html.ts";
import type { Session } from "../../domain/model.ts";
import { BROWSER_API } from "../../domain/sessions/sessions.ts";
import type { BrowserSessions } from "../request/browser-sessions.ts";
import { button, form } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { sessionsMessages } from "./sessions-messages.ts";
import { ago, day } from "../kit/times.ts";
import type { Route } from "../request/page-context.ts";
import { fieldValue, seeOther } from "../request/page-context.ts";
import { accountPage, nextPage, pageRequest } from "./account-page.ts";
import { deviceName } from "./user-agent.ts";

export function sessionsRoutes(
  { sessions, clock }: WebDependencies,
  browsers: BrowserSessions,
): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/account/sessions",
      page: forUsers(async (visit, { user, session: current }) => {
        const texts = sessionsMessages[visit.language];
        const { items, nextPageToken } = await sessions.list(user.id, pageRequest(visit));
        const row = (session: Session) => {
          const device = deviceName(session.userAgent) || texts.unknown;
          return html`<li>
            <div>
              <strong>${device}</strong
              >${session.id === current.id ? html` <span class="badge">${texts.current}</span>` : ""}
              <p class="quiet small">
                ${session.api === BROWSER_API ? texts.website : texts.api(session.api)} ·
                <bdi>${session.address}</bdi>
              </p>
              <p class="quiet small">
                ${texts.since} ${day(visit.language, session.createdAt)} · ${texts.lastUsed}
                ${ago(visit.language, session.lastUsedAt, clock.now())}
              </p>
            </div>
            ${session.id === current.id ? "" : form(visit, "/account/sessions/end", { session: session.id }, button(texts.end, { about: device, isSecond: true, isSmall: true }), "")}
          </li>`;
        };
        const ends = html`${button(texts.endOthers, { name: "which", value: "others", isSecond: true, isSmall: true })}${button(texts.endAll, { name: "which", value: "all", isSecond: true, isSmall: true, isDangerous: true })}`;
        const body = html`<p class="quiet">${texts.what}</p>
          <ul class="rows">
            ${items.map(row)}
          </ul>
          ${nextPage(visit, nextPageToken)}
          ${form(visit, "/account/sessions/end-all", {}, ends, "below acts")}`;
        return accountPage(visit, { title: texts.title, body, messages: texts.messages });
      }),
    },
    {
      method: "POST",
      path: "/account/sessions/end",
      page: forUsers(async (visit) => {
        await sessions.revoke(visit.context, fieldValue(visit, "session"));
        return seeOther("/account/sessions?notice=ended");
      }),
    },
    {
      method: "POST",
      path: "/account/sessions/end-all",
      page: forUsers(async (visit) => {
        const keepsThis = fieldValue(visit, "which") !== "all";
        await sessions.revokeAll(visit.context, keepsThis);
        if (keepsThis) return seeOther("/account/sessions?notice=others-ended");
        browsers.forget(visit);
        return seeOther("/sign-in?notice=signed-out");
      }),
    },
  ];
}
