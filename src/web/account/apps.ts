import { html } from "../kit/html.ts";
import type { AuthorizedApplication } from "../../domain/oauth/tokens/consents.ts";
import { isRegisteredByAdministrator } from "../../domain/oauth/documents/client-url.ts";
import { appMark } from "../oauth/consent.ts";
import { confirmed } from "../kit/confirmation.ts";
import { shownDestinations } from "../kit/destination.ts";
import { forUsers } from "../request/guards.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { appsMessages } from "./apps-messages.ts";
import { consentMessages } from "../oauth/consent-messages.ts";
import { grantedAbilities } from "../oauth/granted-abilities.ts";
import { ago, day } from "../kit/times.ts";
import type { Route } from "../request/page-context.ts";
import { fieldValue, seeOther } from "../request/page-context.ts";
import { accountPage, nextPage, pageRequest } from "./account-page.ts";

export const appsRoutes = ({ consents, clock }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: "/account/apps",
    page: forUsers(async (context, { user }) => {
      const messages = appsMessages[context.language];
      const consent = consentMessages[context.language];
      const { items, nextPageToken } = await consents.listApplications(user, pageRequest(context));
      const row = ({ grant, client, makerName, groupName }: AuthorizedApplication) => {
        const abilities = [
          ...(groupName === "" ? [] : [consent.forGroup(groupName)]),
          ...grantedAbilities(context.language, grant.scopes),
        ];
        const maker = isRegisteredByAdministrator(client)
          ? consent.registered
          : makerName === ""
            ? consent.unverified
            : messages.by(makerName);
        const isVerified = client.verifiedAt !== undefined;
        return html`<li>
          ${appMark(client.name)}
          <div>
            <strong><bdi>${client.name}</bdi></strong>
            <p class="quiet small"><bdi>${shownDestinations(client.redirectUris)}</bdi></p>
            <p class="quiet small">${isVerified ? consent.verifiedBy(context.host) : maker}</p>
            <p>${messages.may(abilities.length === 0 ? [consent.nothing] : abilities)}</p>
            <p class="quiet small">
              ${messages.since} ${day(context.language, grant.createdAt)} · ${messages.lastUsed}
              ${ago(context.language, grant.lastUsedAt, clock.now())}
            </p>
          </div>
          ${confirmed(context, {
            label: messages.revoke,
            about: client.name,
            what: messages.revokeWhy,
            action: "/account/apps/revoke",
            values: { grant: grant.id },
          })}
        </li>`;
      };
      const body = html`<p class="quiet">${items.length === 0 ? messages.none : messages.what}</p>
        <ul class="rows">
          ${items.map(row)}
        </ul>
        ${nextPage(context, nextPageToken)}`;
      return accountPage(context, { title: messages.title, body, notices: messages.notices });
    }),
  },
  {
    method: "POST",
    path: "/account/apps/revoke",
    page: forUsers(async (context) => {
      await consents.revoke(context.requestContext, fieldValue(context, "grant"));
      return seeOther("/account/apps?notice=revoked");
    }),
  },
];
