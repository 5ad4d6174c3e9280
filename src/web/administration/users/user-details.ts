import { confirmed } from "../../kit/confirmation.ts";
import { html, type Html } from "../../kit/html.ts";
import { mayTouch } from "../../../domain/acting.ts";
import type { ListName, UserRecord } from "../../../domain/administration/admin-queries.ts";
import type { Device, Session } from "../../../domain/model.ts";
import type { NamedConsent } from "../../../domain/oauth/tokens/consents.ts";
import { deviceName } from "../../account/user-agent.ts";
import { appMark } from "../../oauth/consent.ts";
import { button, form } from "../../kit/form.ts";
import { administrationUserMessages } from "./user-messages.ts";
import { sessionsMessages } from "../../account/sessions-messages.ts";
import { ago, day } from "../../kit/times.ts";
import type { PageContext } from "../../request/page-context.ts";
import { originBadge } from "../origins/origin.ts";
import { administeredApplicationPath, more } from "../administration-page.ts";

/**
 * Renders the user's sessions, consents, communities, applications and devices, without empty
 * lists.
 */
export function userDetails(
  context: PageContext,
  { user, sessions, grants, groups, clients, devices, origins }: UserRecord,
  now: number,
): Html {
  const messages = administrationUserMessages[context.language];
  const list = (title: string, rows: readonly Html[], name?: ListName, token = ""): Html | string =>
    rows.length === 0
      ? ""
      : html`<section>
          <h2>${title}</h2>
          <ul class="rows">
            ${rows}
          </ul>
          ${more(context, token, name)}
        </section>`;

  const session = ({ id, userAgent, api, address, createdAt, lastUsedAt }: Session): Html => {
    const device = deviceName(userAgent) || sessionsMessages[context.language].unknown;
    return html`<li>
      <div>
        <strong><bdi>${device}</bdi></strong> <span class="badge">${api}</span>
        <p class="quiet small">
          <bdi>${address}</bdi> · ${messages.since} ${day(context.language, createdAt)} ·
          ${messages.lastUsed} ${ago(context.language, lastUsedAt, now)}
        </p>
        ${userAgent === "" ? "" : html`<p class="quiet small"><bdi>${userAgent}</bdi></p>`}
      </div>
      ${form(
        context,
        {
          action: "/administration/user/end-session",
          values: { id: user.id, session: id },
          className: "",
        },
        button(messages.end, { about: device, isSecond: true, isSmall: true }),
      )}
    </li>`;
  };
  const grant = ({
    grant: { id, clientId, scopes, createdAt, lastUsedAt },
    clientName,
  }: NamedConsent): Html =>
    html`<li>
      ${appMark(clientName)}
      <div>
        <a href="${administeredApplicationPath(clientId)}"
          ><strong><bdi>${clientName || clientId}</bdi></strong></a
        >
        <p class="quiet small">
          ${scopes.join(" ")} · ${messages.since} ${day(context.language, createdAt)} ·
          ${messages.lastUsed} ${ago(context.language, lastUsedAt, now)}
        </p>
      </div>
      ${
        mayTouch(context.requestContext.caller, user)
          ? confirmed(context, {
              label: messages.revoke,
              about: clientName,
              what: messages.revokeWhat,
              action: "/administration/user/revoke-grant",
              values: { id: user.id, grant: id },
            })
          : ""
      }
    </li>`;
  const device = ({ gaid, bundle, sdkVersion, seenAt }: Device): Html =>
    html`<li>
      <div>
        <strong><bdi>${bundle}</bdi></strong>
        <p class="quiet small">
          <bdi>${gaid}</bdi> · SDK <bdi>${sdkVersion}</bdi> · ${messages.seen}
          ${ago(context.language, seenAt, now)}
        </p>
      </div>
    </li>`;

  return html`${list(
    messages.sessions,
    sessions.items.map(session),
    "sessions",
    sessions.nextPageToken,
  )}
  ${list(messages.apps, grants.items.map(grant), "grants", grants.nextPageToken)}
  ${list(
    messages.communities,
    groups.items.map(
      ({ id, name }) =>
        html`<li>
          <div>
            <strong><bdi>${name}</bdi></strong>
            <span class="quiet small">${id.toString()}</span
            >${originBadge(context, origins.get(id.toString()))}
          </div>
        </li>`,
    ),
    "groups",
    groups.nextPageToken,
  )}
  ${list(
    messages.applications,
    clients.items.map(
      ({ id, name }) =>
        html`<li>
          ${appMark(name)}
          <div>
            <a href="${administeredApplicationPath(id)}"
              ><strong><bdi>${name}</bdi></strong></a
            >${originBadge(context, origins.get(id))}
          </div>
        </li>`,
    ),
    "clients",
    clients.nextPageToken,
  )}
  ${list(messages.devices, devices.map(device))}`;
}
