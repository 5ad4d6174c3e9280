import { confirmed } from "../kit/confirmation.ts";
import { html, type Html } from "../kit/html.ts";
import type { ClientRecord } from "../../domain/administration/admin-queries.ts";
import type { WaitingRequest } from "../../domain/oauth/clients/api-requests.ts";
import { appMark } from "../oauth/consent.ts";
import { button, field } from "../kit/form.ts";
import { forRecent } from "../request/guards.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { administrationMessages } from "./messages.ts";
import { administrationApplicationMessages } from "./application-messages.ts";
import { day, moment } from "../kit/times.ts";
import { shownName } from "../kit/user-name.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, queryValue, seeOther } from "../request/page-context.ts";
import {
  administrationPage,
  administeredApplicationPath,
  auditPath,
  forAdministrators,
  more,
  PATHS,
  userPath,
} from "./administration-page.ts";
import { apiRequestsRoutes, waitingSection } from "./api-requests.ts";
import { eventRows } from "./events.ts";
import { originBadge, originFacts } from "./origins/origin.ts";

export function administeredApplicationsRoutes(dependencies: WebDependencies): readonly Route[] {
  const { apiRequests, adminQueries, adminActions } = dependencies;
  return [
    {
      method: "GET",
      path: PATHS.applications,
      page: forAdministrators(async (context) => {
        const messages = administrationMessages[context.language];
        const text = queryValue(context, "text").trim();
        const { items, nextPageToken } = await adminQueries.findClients(
          context.requestContext,
          text,
          queryValue(context, "page"),
        );
        const rows = items.map(
          ({ client: { id, name, createdAt }, origin }) =>
            html`<li>
              ${appMark(name)}
              <div>
                <a href="${administeredApplicationPath(id)}"
                  ><strong><bdi>${name}</bdi></strong></a
                >${originBadge(context, origin)}
                <p class="quiet small"><code>${id}</code></p>
              </div>
              <p class="quiet small">
                ${administrationApplicationMessages[context.language].created}
                ${day(context.language, createdAt)}
              </p>
            </li>`,
        );
        const waiting = waitingSection(context, await apiRequests.waiting(context.requestContext));
        const body = html`<h1>${messages.tabs.applications}</h1>
          ${waiting}
          <form method="get" action="${PATHS.applications}" class="find" role="search">
            ${field({
              name: "text",
              label: messages.applicationText,
              type: "text",
              autocomplete: "off",
              value: text,
              isOptional: true,
            })}
            ${button(messages.find)}
          </form>
          ${
            items.length === 0
              ? html`<p class="quiet below">${messages.none}</p>`
              : html`<ul class="rows">
                  ${rows}
                </ul>`
          }
          ${more(context, nextPageToken)}`;
        return administrationPage(context, {
          title: messages.tabs.applications,
          tab: "applications",
          body,
        });
      }),
    },
    {
      method: "GET",
      path: "/administration/application",
      page: forAdministrators(async (context) => {
        const record = await adminQueries.client(context.requestContext, queryValue(context, "id"));
        return applicationPage(
          context,
          record,
          (await apiRequests.of(record.client)).map((request) => ({
            request,
            client: record.client,
          })),
        );
      }),
    },
    {
      method: "POST",
      path: "/administration/application/end-tokens",
      page: forAdministrators(
        forRecent(
          dependencies,
          async (context) => {
            const id = fieldValue(context, "id");
            await adminActions.endTokens(context.requestContext, id);
            return seeOther(`${administeredApplicationPath(id)}&notice=ended`);
          },
          (context) => administeredApplicationPath(fieldValue(context, "id")),
        ),
      ),
    },
    ...apiRequestsRoutes(dependencies),
  ];
}

function applicationPage(
  context: PageContext,
  { client, origin, owner, events }: ClientRecord,
  waiting: readonly WaitingRequest[],
): Promise<Response> {
  const messages = administrationApplicationMessages[context.language];
  const list = (values: readonly string[]): Html | string =>
    values.length === 0
      ? messages.none
      : html`${values.map((value) => html`<code>${value}</code>`)}`;
  const facts: readonly (readonly [string, Html | string])[] = [
    [messages.id, html`<code>${client.id}</code>`],
    [
      messages.owner,
      owner === undefined
        ? (client.ownerId ?? messages.noOwner)
        : html`<a href="${userPath(owner.id)}"><bdi>${shownName(owner)}</bdi></a>`,
    ],
    [messages.kind, client.public ? messages.public : messages.confidential],
    [messages.created, moment(context.language, client.createdAt)],
    [messages.changed, moment(context.language, client.updatedAt)],
    ...originFacts(context, origin),
    [messages.grantTypes, list(client.grantTypes)],
    [messages.scopes, list(client.scopes)],
    [messages.redirectUris, list(client.redirectUris)],
    [messages.apis, list(client.apis)],
    [messages.allowedOrigins, list(client.allowedOrigins)],
    [messages.pkce, client.pkceOptional ? messages.pkceOptional : messages.pkceRequired],
  ];
  const body = html`<div class="app">
      ${appMark(client.name)}
      <div>
        <h1><bdi>${client.name}</bdi></h1>
      </div>
    </div>
    <dl class="facts two">
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${waitingSection(context, waiting)}
    <section>
      <h2>${administrationMessages[context.language].actions}</h2>
      ${confirmed(context, {
        label: messages.end,
        what: messages.endWhat,
        action: "/administration/application/end-tokens",
        values: { id: client.id },
      })}
    </section>
    <section>
      <h2>${messages.events}</h2>
      ${eventRows(context, events)}
      <p class="small"><a href="${auditPath({ client: client.id })}">${messages.allEvents}</a></p>
    </section>`;
  return administrationPage(context, {
    title: client.name,
    tab: "applications",
    body,
    notices: messages.notices,
    problems: messages.problems,
  });
}
