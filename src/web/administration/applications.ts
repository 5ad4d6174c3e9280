// The list of applications, and one of them. It owns both pages and must not know how an
// application is used.
import { html } from "../kit/html.ts";
import type { ClientRecord } from "../../domain/administration/admin-queries.ts";
import type { WaitingRequest } from "../../domain/oauth/clients/api-requests.ts";
import { appMark } from "../oauth/consent.ts";
import { button, field, form } from "../kit/form.ts";
import { forRecent } from "../request/guards.ts";
import type { Html } from "../kit/layout.ts";
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

export function administeredApplicationsRoutes(parts: WebDependencies): readonly Route[] {
  const { apiRequests, directory, interventions } = parts;
  return [
    {
      method: "GET",
      path: PATHS.applications,
      page: forAdministrators(async (visit) => {
        const texts = administrationMessages[visit.language];
        const text = queryValue(visit, "text").trim();
        const { items, nextPageToken } = await directory.findClients(
          visit.context,
          text,
          queryValue(visit, "page"),
        );
        const rows = items.map(
          ({ id, name, createdAt }) =>
            html`<li>
              ${appMark(name)}
              <div>
                <a href="${administeredApplicationPath(id)}"
                  ><strong><bdi>${name}</bdi></strong></a
                >
                <p class="quiet small"><code>${id}</code></p>
              </div>
              <p class="quiet small">
                ${administrationApplicationMessages[visit.language].created}
                ${day(visit.language, createdAt)}
              </p>
            </li>`,
        );
        const waiting = waitingSection(visit, await apiRequests.waiting(visit.context));
        const body = html`<h1>${texts.tabs.applications}</h1>
          ${waiting}
          <form method="get" action="${PATHS.applications}" class="find" role="search">
            ${field({ name: "text", label: texts.applicationText, type: "text", autocomplete: "off", value: text, isOptional: true })}
            ${button(texts.find)}
          </form>
          ${
            items.length === 0
              ? html`<p class="quiet below">${texts.none}</p>`
              : html`<ul class="rows">
                  ${rows}
                </ul>`
          }
          ${more(visit, nextPageToken)}`;
        return administrationPage(visit, {
          title: texts.tabs.applications,
          tab: "applications",
          body,
        });
      }),
    },
    {
      method: "GET",
      path: "/administration/application",
      page: forAdministrators(async (visit) => {
        const record = await directory.client(visit.context, queryValue(visit, "id"));
        return applicationPage(
          visit,
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
          parts,
          async (visit) => {
            const id = fieldValue(visit, "id");
            await interventions.endTokens(visit.context, id);
            return seeOther(`${administeredApplicationPath(id)}&notice=ended`);
          },
          (visit) => administeredApplicationPath(fieldValue(visit, "id")),
        ),
      ),
    },
    ...apiRequestsRoutes(parts),
  ];
}

function applicationPage(
  visit: PageContext,
  { client, owner, events }: ClientRecord,
  waiting: readonly WaitingRequest[],
): Promise<Response> {
  const texts = administrationApplicationMessages[visit.language];
  const list = (values: readonly string[]): Html | string =>
    values.length === 0 ? texts.none : html`${values.map((value) => html`<code>${value}</code>`)}`;
  const facts: readonly (readonly [string, Html | string])[] = [
    [texts.id, html`<code>${client.id}</code>`],
    [
      texts.owner,
      owner === undefined
        ? (client.ownerId ?? texts.noOwner)
        : html`<a href="${userPath(owner.id)}"><bdi>${shownName(owner)}</bdi></a>`,
    ],
    [texts.kind, client.public ? texts.public : texts.confidential],
    [texts.created, moment(visit.language, client.createdAt)],
    [texts.changed, moment(visit.language, client.updatedAt)],
    [texts.grantTypes, list(client.grantTypes)],
    [texts.scopes, list(client.scopes)],
    [texts.redirectUris, list(client.redirectUris)],
    [texts.apis, list(client.apis)],
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
    ${waitingSection(visit, waiting)}
    <section>
      <h2>${administrationMessages[visit.language].acts}</h2>
      <p class="quiet small">${texts.endWhat}</p>
      ${form(visit, "/administration/application/end-tokens", { id: client.id }, button(texts.end, { isSecond: true, isSmall: true, isDangerous: true }), "acts")}
    </section>
    <section>
      <h2>${texts.events}</h2>
      ${eventRows(visit, events)}
      <p class="small"><a href="${auditPath({ client: client.id })}">${texts.allEvents}</a></p>
    </section>`;
  return administrationPage(visit, {
    title: client.name,
    tab: "applications",
    body,
    messages: texts.messages,
    problems: texts.problems,
  });
}
