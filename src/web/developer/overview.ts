import { availableResources } from "../applications/available-resources.ts";
import { kindMessages } from "../applications/kind-messages.ts";
import { kindText } from "../applications/kind-text.ts";
import { shapeOf } from "../applications/kinds.ts";
import { settingsFacts } from "../applications/settings-facts.ts";
import { html, type Html } from "../kit/html.ts";
import type { ApiRequest, Client } from "../../domain/model.ts";
import type { ClientUsageSummary } from "../../domain/oauth/clients/client-usage.ts";
import { MOST_COUNTED } from "../../domain/oauth/clients/client-usage.ts";
import type { Clients } from "../../domain/oauth/clients/clients.ts";
import { confirmed } from "../kit/confirmation.ts";
import { usesKey } from "../../domain/oauth/proofs/client-assertions.ts";
import { isClientScope, isUserScope } from "../../domain/oauth/clients/scopes.ts";
import { notice } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
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

function facts(context: PageContext, client: Client, waiting: readonly ApiRequest[]): Html {
  const { language } = context;
  const { id, createdAt, redirectUris, apis, allowedOrigins } = client;
  const messages = applicationMessages[language];
  return html`<dl class="facts">
    <div>
      <dt>${messages.id}</dt>
      <dd><code class="whole">${id}</code></dd>
    </div>
    ${fact(kindMessages[language].kind, kindText(context, client))}
    ${
      shapeOf(client).hasRedirects
        ? fact(
            messages.redirectUris,
            redirectUris.length === 0
              ? messages.noRedirectUris
              : html`${redirectUris.map((uri) => html`<code>${uri}</code>`)}`,
          )
        : ""
    }
    ${userScopesFact(client, language)}
    ${apis.length === 0 ? "" : fact(messages.apis, apis.join(", "))}
    ${
      allowedOrigins.length === 0
        ? ""
        : fact(
            messages.allowedOrigins,
            html`${allowedOrigins.map((origin) => html`<code>${origin}</code>`)}`,
          )
    }
    ${waiting.map(({ api, createdAt: askedAt }) =>
      fact(messages.waitingFor(api), html`${messages.waiting} ${day(language, askedAt)}`),
    )}
    ${scopesFact(client, language)}
    ${client.pkceOptional ? fact(messages.pkce, messages.pkceOptional) : ""}
    ${settingsFacts(context, client).map(([label, value]) => fact(label, value))}
    ${fact(messages.created, day(language, createdAt))}
  </dl>`;
}

/** Renders the scopes that users grant to an application. */
function userScopesFact(client: Client, language: PageContext["language"]): Html | string {
  const given = client.scopes.filter(isUserScope);
  return shapeOf(client).hasUsers
    ? fact(
        applicationMessages[language].userScopes,
        given.length === 0
          ? applicationMessages[language].noScopes
          : html`${given.map((scope) => html`<code>${scope}</code>`)}`,
      )
    : "";
}

/** Renders the scopes of an application that acts for itself, and how it gets more. */
function scopesFact(
  { grantTypes, scopes }: Client,
  language: PageContext["language"],
): Html | string {
  const messages = applicationMessages[language];
  const given = scopes.filter(isClientScope);
  if (!grantTypes.includes("client_credentials") && given.length === 0) return "";
  const list =
    given.length === 0
      ? messages.noScopes
      : html`${given.map((scope) => html`<code>${scope}</code>`)}`;
  return fact(messages.scopes, html`${list}<span class="hint">${messages.moreScopes}</span>`);
}

/** Says that an administrator has disabled the application, and why. */
function disabledNotice({ language }: PageContext, client: Client): Html | string {
  const { disabledAt, disableReason = "" } = client;
  const messages = applicationMessages[language];
  return disabledAt === undefined
    ? ""
    : html`<p class="notice bad">
        <strong>${messages.disabled}</strong>
        <bdi>${disableReason}</bdi>. ${messages.disabledWhat}
      </p>`;
}

function secretsSection({ language }: PageContext, { id }: Client, secrets: Secrets): Html {
  const messages = applicationMessages[language];
  const ends = (expiresAt: number | undefined): Html =>
    expiresAt === undefined
      ? html`${messages.newest}`
      : html`${messages.worksUntil} ${moment(language, expiresAt)}`;
  return html`<section>
    <h2>${messages.secrets}</h2>
    <ul class="rows">
      ${secrets.map(
        ({ version, createdAt, expiresAt }) =>
          html`<li>
            <div>
              <strong>${messages.secret(version)}</strong>
              <p class="hint">
                ${messages.made} ${moment(language, createdAt)} · ${ends(expiresAt)}
              </p>
            </div>
          </li>`,
      )}
    </ul>
    <p class="acts">
      <a class="button second small" href="${newSecretPath(id)}">${messages.newSecret}</a>
    </p>
  </section>`;
}

function accessSection(
  context: PageContext,
  { id }: Client,
  access: ClientUsageSummary,
  now: number,
): Html {
  const { language } = context;
  const messages = applicationMessages[language];
  const count = (value: number): string =>
    value < MOST_COUNTED ? String(value) : messages.orMore(MOST_COUNTED.toLocaleString(language));
  return html`<section>
    <h2>${messages.access}</h2>
    <dl class="facts numbers">
      ${fact(messages.users, count(access.users))}
      ${fact(messages.accessTokens, count(access.accessTokens))}
      ${fact(messages.refreshTokens, count(access.refreshTokens))}
      ${fact(
        messages.lastUsed,
        access.lastUsedAt === undefined ? messages.never : ago(language, access.lastUsedAt, now),
      )}
    </dl>
    ${confirmed(context, {
      label: messages.end,
      what: messages.endWhy,
      action: END_PATH,
      values: { id },
    })}
  </section>`;
}

/** Renders the notice that the `notice` parameter selects. */
function said(context: PageContext): Html | string {
  const { language } = context;
  const messages = applicationMessages[language];
  const notices: Readonly<Record<string, Html>> = {
    registered: notice(messages.registered, "good"),
    asked: notice(messages.asked, "good"),
    saved: notice(messages.saved, "good"),
    ended: notice(messages.ended, "good"),
    "secret-made": notice(clientSecretMessages[language].alreadyMade),
  };
  return noticeOf(context, notices) ?? "";
}

export function overviewRoutes(dependencies: WebDependencies): readonly Route[] {
  const { apiRequests, clientUsage, clients, clock, resources } = dependencies;
  return [
    {
      method: "GET",
      path: "/developer/application",
      page: forUsers(
        ofOwn(dependencies, async (context, client) => {
          const messages = applicationMessages[context.language];
          const [secrets, access, waiting, available] = await Promise.all([
            clients.secrets(context.requestContext, client.id),
            clientUsage.summarize(context.requestContext, client.id),
            apiRequests.of(client),
            resources.availableTo(context.requestContext, client),
          ]);
          const body = html`${said(context)} ${disabledNotice(context, client)}
            ${facts(context, client, waiting)}
            ${client.public || usesKey(client) ? "" : secretsSection(context, client, secrets)}
            ${availableResources(context, client, available)}
            ${accessSection(context, client, access, clock.now())}
            <section>
              <h2>${messages.delete}</h2>
              <p class="hint">${messages.deleteWhy[1]}</p>
              <p class="acts">
                <a class="button second small bad" href="${deletePath(client.id)}"
                  >${messages.delete}</a
                >
              </p>
            </section>`;
          return renderOwn(context, client, {
            title: developerMessages[context.language].pages.overview,
            body,
          });
        }),
      ),
    },
    {
      method: "POST",
      path: END_PATH,
      page: forUsers(
        ofOwn(dependencies, async (context, client) => {
          await clientUsage.end(context.requestContext, client.id);
          return seeOther(`${applicationPath("overview", client.id)}&notice=ended`);
        }),
      ),
    },
  ];
}
