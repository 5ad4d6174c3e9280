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
      page: forUsers(async (context, { user, session: current }) => {
        const messages = sessionsMessages[context.language];
        const { items, nextPageToken } = await sessions.list(user.id, pageRequest(context));
        const row = (session: Session) => {
          const device = deviceName(session.userAgent) || messages.unknown;
          return html`<li>
            <div>
              <strong>${device}</strong>${
                session.id === current.id
                  ? html` <span class="badge">${messages.current}</span>`
                  : ""
              }
              <p class="quiet small">
                ${session.api === BROWSER_API ? messages.website : messages.api(session.api)} ·
                <bdi>${session.address}</bdi>
              </p>
              <p class="quiet small">
                ${messages.since} ${day(context.language, session.createdAt)} · ${messages.lastUsed}
                ${ago(context.language, session.lastUsedAt, clock.now())}
              </p>
            </div>
            ${
              session.id === current.id
                ? ""
                : form(
                    context,
                    {
                      action: "/account/sessions/end",
                      values: { session: session.id },
                      className: "",
                    },
                    button(messages.end, { about: device, isSecond: true, isSmall: true }),
                  )
            }
          </li>`;
        };
        const ends = html`${button(messages.endOthers, {
          name: "which",
          value: "others",
          isSecond: true,
          isSmall: true,
        })}${button(messages.endAll, {
          name: "which",
          value: "all",
          isSecond: true,
          isSmall: true,
          isDangerous: true,
        })}`;
        const body = html`<p class="quiet">${messages.what}</p>
          <ul class="rows">
            ${items.map(row)}
          </ul>
          ${nextPage(context, nextPageToken)}
          ${form(context, { action: "/account/sessions/end-all", className: "below acts" }, ends)}`;
        return accountPage(context, { title: messages.title, body, notices: messages.notices });
      }),
    },
    {
      method: "POST",
      path: "/account/sessions/end",
      page: forUsers(async (context) => {
        await sessions.revoke(context.requestContext, fieldValue(context, "session"));
        return seeOther("/account/sessions?notice=ended");
      }),
    },
    {
      method: "POST",
      path: "/account/sessions/end-all",
      page: forUsers(async (context) => {
        const keepsThis = fieldValue(context, "which") !== "all";
        await sessions.revokeAll(context.requestContext, keepsThis);
        if (keepsThis) return seeOther("/account/sessions?notice=others-ended");
        browsers.forget(context);
        return seeOther("/sign-in?notice=signed-out");
      }),
    },
  ];
}
