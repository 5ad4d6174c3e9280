import type { Language } from "../../../domain/email/language.ts";
import { html, type Html } from "../../kit/html.ts";
import type { ClientRecord } from "../../../domain/administration/admin-queries.ts";
import type { WaitingRequest } from "../../../domain/oauth/clients/api-requests.ts";
import { isClientUrl } from "../../../domain/oauth/documents/client-url.ts";
import type { AvailableResource } from "../../../domain/oauth/resources/resources.ts";
import { availableResources } from "../../applications/available-resources.ts";
import { kindMessages } from "../../applications/kind-messages.ts";
import { kindText } from "../../applications/kind-text.ts";
import { settingsFacts } from "../../applications/settings-facts.ts";
import { appMark } from "../../oauth/consent.ts";
import type { Client } from "../../../domain/model.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { administrationMessages } from "../messages.ts";
import { applicationActMessages } from "./act-messages.ts";
import { acts, applicationActsRoutes } from "./acts.ts";
import { disableRoutes } from "./disable.ts";
import { editRoutes } from "./edit.ts";
import { applicationListMessages } from "./list-messages.ts";
import { applicationListRoutes } from "./list.ts";
import { administrationApplicationMessages } from "./messages.ts";
import { scopesRoutes } from "./scopes.ts";
import { moment } from "../../kit/times.ts";
import { shownName } from "../../kit/user-name.ts";
import type { Route, PageContext } from "../../request/page-context.ts";
import { queryValue } from "../../request/page-context.ts";
import {
  administrationPage,
  auditPath,
  forAdministrators,
  userPath,
} from "../administration-page.ts";
import { apiRequestsRoutes, waitingSection } from "./api-requests.ts";
import { eventRows } from "../events.ts";
import { originFacts } from "../origins/origin.ts";

export function administeredApplicationsRoutes(dependencies: WebDependencies): readonly Route[] {
  const { apiRequests, adminQueries, resources } = dependencies;
  return [
    ...applicationListRoutes(dependencies),
    {
      method: "GET",
      path: "/administration/application",
      page: forAdministrators(async (context) => {
        const record = await adminQueries.client(context.requestContext, queryValue(context, "id"));
        const { client } = record;
        const requests = await apiRequests.of(client);
        return applicationPage(context, record, {
          waiting: requests.map((request) => ({ request, client })),
          available: await resources.availableTo(context.requestContext, client),
        });
      }),
    },
    ...applicationActsRoutes(dependencies),
    ...disableRoutes(dependencies),
    ...editRoutes(dependencies),
    ...scopesRoutes(dependencies),
    ...apiRequestsRoutes(dependencies),
  ];
}

/** Says which caller has registered an application that no known user owns. */
const ownerless = (
  messages: (typeof administrationApplicationMessages)[Language],
  { id, ownerId, registration }: Client,
): Html => {
  if (isClientUrl(id))
    return html`${messages.describesItself} <bdi>${new URL(id).host}</bdi>
      <span class="quiet small">${messages.describedBy}</span>`;
  const noUser = registration === undefined ? messages.noOwner : messages.registeredItself;
  return html`${ownerId ?? noUser}`;
};

function applicationPage(
  context: PageContext,
  { client, origin, owner, events }: ClientRecord,
  {
    waiting,
    available,
  }: {
    readonly waiting: readonly WaitingRequest[];
    readonly available: readonly AvailableResource[];
  },
): Promise<Response> {
  const messages = administrationApplicationMessages[context.language];
  const actMessages = applicationActMessages[context.language];
  const list = (values: readonly string[]): Html | string =>
    values.length === 0
      ? messages.none
      : html`${values.map((value) => html`<code>${value}</code>`)}`;
  const facts: readonly (readonly [string, Html | string])[] = [
    [messages.id, html`<code>${client.id}</code>`],
    [
      messages.owner,
      owner === undefined
        ? ownerless(messages, client)
        : html`<a href="${userPath(owner.id)}"><bdi>${shownName(owner)}</bdi></a>`,
    ],
    [kindMessages[context.language].kind, kindText(context, client)],
    [messages.created, moment(context.language, client.createdAt)],
    [messages.changed, moment(context.language, client.updatedAt)],
    ...originFacts(context, origin),
    [messages.grantTypes, list(client.grantTypes)],
    [messages.scopes, list(client.scopes)],
    [messages.redirectUris, list(client.redirectUris)],
    [messages.apis, list(client.apis)],
    [messages.allowedOrigins, list(client.allowedOrigins)],
    [messages.pkce, client.pkceOptional ? messages.pkceOptional : messages.pkceRequired],
    ...settingsFacts(context, client),
  ];
  const body = html`<div class="app">
      ${appMark(client.name)}
      <div>
        <h1><bdi>${client.name}</bdi></h1>
        <p>${stateBadges(context, client)}</p>
      </div>
    </div>
    ${disabledNotice(context, client)}
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
      ${acts(context, client)}
    </section>
    ${availableResources(context, client, available)}
    <section>
      <h2>${messages.events}</h2>
      ${eventRows(context, events)}
      <p class="small"><a href="${auditPath({ client: client.id })}">${messages.allEvents}</a></p>
    </section>`;
  return administrationPage(context, {
    title: client.name,
    tab: "applications",
    body,
    notices: { ...messages.notices, ...actMessages.notices },
    problems: { ...messages.problems, ...actMessages.problems },
  });
}

function stateBadges({ language }: PageContext, { verifiedAt, disabledAt }: Client): Html {
  const { verified, unverified, states } = applicationListMessages[language];
  const verification =
    verifiedAt === undefined
      ? html`<span class="badge">${unverified}</span>`
      : html`<span class="badge good">${verified}</span>`;
  const state =
    disabledAt === undefined ? "" : html`<span class="badge bad">${states.disabled}</span>`;
  return html`${verification} ${state}`;
}

function disabledNotice({ language }: PageContext, client: Client): Html | string {
  const messages = applicationActMessages[language];
  const { disabledAt, disableReason = "" } = client;
  if (disabledAt === undefined) return "";
  return html`<p class="notice bad">
    <strong>${messages.disabledFor}</strong>
    <bdi>${disableReason}</bdi>
    (${messages.since} ${moment(language, disabledAt)})
  </p>`;
}
