// One application at a glance: its facts, its secrets without their values, what it was given. It
// owns the page and must not show who has given it.
import { html } from "../kit/html.ts";
import type { ApiRequest, Client } from "../../domain/model.ts";
import type { ClientUsageSummary } from "../../domain/oauth/clients/client-usage.ts";
import { MOST_COUNTED } from "../../domain/oauth/clients/client-usage.ts";
import type { Clients } from "../../domain/oauth/clients/clients.ts";
import { button, form, notice } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
import type { Html } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { applicationMessages } from "./application-messages.ts";
import { clientSecretMessages } from "./client-secret-messages.ts";
import { developerMessages } from "./messages.ts";
import { ago, day, moment } from "../kit/times.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { noticeOf, seeOther } from "../request/page-context.ts";
import { newSecretPath } from "./client-secret.ts";
import { deletePath } from "./deletion.ts";
import { applicationPath, ofOwn, renderOwn } from "./own-application.ts";

const END_PATH = "/developer/application/end-access";

type Secrets = Awaited<ReturnType<Clients["secrets"]>>;

const fact = (term: string, value: Html | string): Html =>
  html`<div>
    <dt>${term}</dt>
    <dd>${value}</dd>
  </div>`;

function facts(
  { language }: PageContext,
  { id, public: isPublic, createdAt, redirectUris, apis }: Client,
  waiting: readonly ApiRequest[],
): Html {
  const texts = applicationMessages[language];
  return html`<dl class="facts">
    <div>
      <dt>${texts.id}</dt>
      <dd><code class="whole">${id}</code></dd>
    </div>
    ${fact(texts.kind, isPublic ? texts.public : texts.confidential)}
    ${fact(texts.redirectUris, redirectUris.length === 0 ? texts.noRedirectUris : html`${redirectUris.map((uri) => html`<code>${uri}</code>`)}`)}
    ${apis.length === 0 ? "" : fact(texts.apis, apis.join(", "))}
    ${waiting.map(({ api, createdAt: askedAt }) => fact(texts.waitingFor(api), html`${texts.waiting} ${day(language, askedAt)}`))}
    ${fact(texts.created, day(language, createdAt))}
  </dl>`;
}

function secretsSection({ language }: PageContext, { id }: Client, secrets: Secrets): Html {
  const texts = applicationMessages[language];
  const ends = (expiresAt: number | undefined): Html =>
    expiresAt === undefined
      ? html`${texts.newest}`
      : html`${texts.worksUntil} ${moment(language, expiresAt)}`;
  return html`<section>
    <h2>${texts.secrets}</h2>
    <ul class="rows">
      ${secrets.map(
        ({ version, createdAt, expiresAt }) =>
          html`<li>
            <div>
              <strong>${texts.secret(version)}</strong>
              <p class="hint">${texts.made} ${moment(language, createdAt)} · ${ends(expiresAt)}</p>
            </div>
          </li>`,
      )}
    </ul>
    <p class="acts">
      <a class="button second small" href="${newSecretPath(id)}">${texts.newSecret}</a>
    </p>
  </section>`;
}

function accessSection(
  visit: PageContext,
  { id }: Client,
  access: ClientUsageSummary,
  now: number,
): Html {
  const { language } = visit;
  const texts = applicationMessages[language];
  const count = (value: number): string =>
    value < MOST_COUNTED ? String(value) : texts.orMore(MOST_COUNTED.toLocaleString(language));
  return html`<section>
    <h2>${texts.access}</h2>
    <dl class="facts numbers">
      ${fact(texts.users, count(access.users))}
      ${fact(texts.accessTokens, count(access.accessTokens))}
      ${fact(texts.refreshTokens, count(access.refreshTokens))}
      ${fact(texts.lastUsed, access.lastUsedAt === undefined ? texts.never : ago(language, access.lastUsedAt, now))}
    </dl>
    <p class="hint">${texts.endWhy}</p>
    ${form(visit, END_PATH, { id }, button(texts.end, { isSecond: true, isSmall: true }), "acts")}
  </section>`;
}

/** What was done on the way here. */
function said(visit: PageContext): Html | string {
  const { language } = visit;
  const texts = applicationMessages[language];
  const notices: Readonly<Record<string, Html>> = {
    registered: notice(texts.registered, "good"),
    asked: notice(texts.asked, "good"),
    saved: notice(texts.saved, "good"),
    ended: notice(texts.ended, "good"),
    "secret-made": notice(clientSecretMessages[language].alreadyMade),
  };
  return noticeOf(visit, notices) ?? "";
}

export function overviewRoutes(parts: WebDependencies): readonly Route[] {
  const { apiRequests, clientAccess, clients, clock } = parts;
  return [
    {
      method: "GET",
      path: "/developer/application",
      page: forUsers(
        ofOwn(parts, async (visit, client) => {
          const texts = applicationMessages[visit.language];
          const [secrets, access, waiting] = await Promise.all([
            clients.secrets(visit.context, client.id),
            clientAccess.summarize(visit.context, client.id),
            apiRequests.of(client),
          ]);
          const body = html`${said(visit)} ${facts(visit, client, waiting)}
            ${client.public ? "" : secretsSection(visit, client, secrets)}
            ${accessSection(visit, client, access, clock.now())}
            <section>
              <h2>${texts.delete}</h2>
              <p class="hint">${texts.deleteWhy[1]}</p>
              <p class="acts">
                <a class="button second small bad" href="${deletePath(client.id)}"
                  >${texts.delete}</a
                >
              </p>
            </section>`;
          return renderOwn(visit, client, developerMessages[visit.language].pages.overview, body);
        }),
      ),
    },
    {
      method: "POST",
      path: END_PATH,
      page: forUsers(
        ofOwn(parts, async (visit, client) => {
          await clientAccess.end(visit.context, client.id);
          return seeOther(`${applicationPath("overview", client.id)}&notice=ended`);
        }),
      ),
    },
  ];
}
