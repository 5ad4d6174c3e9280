// What belongs to a user, one list for each kind. It owns the lists and must not know the rest of
// the page.
import { html } from "../kit/html.ts";
import { mayTouch } from "../../domain/acting.ts";
import type { ListName, UserRecord } from "../../domain/administration/admin-queries.ts";
import type { Device, Session } from "../../domain/model.ts";
import type { NamedConsent } from "../../domain/oauth/tokens/access-tokens.ts";
import { deviceName } from "../account/user-agent.ts";
import { appMark } from "../oauth/consent.ts";
import { button, form } from "../kit/form.ts";
import type { Html } from "../kit/layout.ts";
import { administrationUserMessages } from "./user-messages.ts";
import { sessionsMessages } from "../account/sessions-messages.ts";
import { ago, day } from "../kit/times.ts";
import type { PageContext } from "../request/page-context.ts";
import { administeredApplicationPath, more } from "./administration-page.ts";

/** Everything that the user has; what there is none of is left out. */
export function userDetails(
  visit: PageContext,
  { user, sessions, grants, groups, clients, devices }: UserRecord,
  now: number,
): Html {
  const texts = administrationUserMessages[visit.language];
  const list = (title: string, rows: readonly Html[], name?: ListName, token = ""): Html | string =>
    rows.length === 0
      ? ""
      : html`<section>
          <h2>${title}</h2>
          <ul class="rows">
            ${rows}
          </ul>
          ${more(visit, token, name)}
        </section>`;

  const session = ({ id, userAgent, api, address, createdAt, lastUsedAt }: Session): Html => {
    const device = deviceName(userAgent) || sessionsMessages[visit.language].unknown;
    return html`<li>
      <div>
        <strong><bdi>${device}</bdi></strong> <span class="badge">${api}</span>
        <p class="quiet small">
          <bdi>${address}</bdi> · ${texts.since} ${day(visit.language, createdAt)} ·
          ${texts.lastUsed} ${ago(visit.language, lastUsedAt, now)}
        </p>
        ${userAgent === "" ? "" : html`<p class="quiet small"><bdi>${userAgent}</bdi></p>`}
      </div>
      ${form(visit, "/administration/user/end-session", { id: user.id, session: id }, button(texts.end, { about: device, isSecond: true, isSmall: true }), "")}
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
          ${scopes.join(" ")} · ${texts.since} ${day(visit.language, createdAt)} · ${texts.lastUsed}
          ${ago(visit.language, lastUsedAt, now)}
        </p>
      </div>
      ${mayTouch(visit.context.caller, user) ? form(visit, "/administration/user/revoke-grant", { id: user.id, grant: id }, button(texts.revoke, { about: clientName, isSecond: true, isSmall: true }), "") : ""}
    </li>`;
  const device = ({ gaid, bundle, sdkVersion, seenAt }: Device): Html =>
    html`<li>
      <div>
        <strong><bdi>${bundle}</bdi></strong>
        <p class="quiet small">
          <bdi>${gaid}</bdi> · SDK <bdi>${sdkVersion}</bdi> · ${texts.seen}
          ${ago(visit.language, seenAt, now)}
        </p>
      </div>
    </li>`;

  return html`${list(texts.sessions, sessions.items.map(session), "sessions", sessions.nextPageToken)}
  ${list(texts.apps, grants.items.map(grant), "grants", grants.nextPageToken)}
  ${list(
    texts.communities,
    groups.items.map(
      ({ id, name }) =>
        html`<li>
          <div>
            <strong><bdi>${name}</bdi></strong> <span class="quiet small">${id.toString()}</span>
          </div>
        </li>`,
    ),
    "groups",
    groups.nextPageToken,
  )}
  ${list(
    texts.applications,
    clients.items.map(
      ({ id, name }) =>
        html`<li>
          ${appMark(name)}
          <div>
            <a href="${administeredApplicationPath(id)}"
              ><strong><bdi>${name}</bdi></strong></a
            >
          </div>
        </li>`,
    ),
    "clients",
    clients.nextPageToken,
  )}
  ${list(texts.devices, devices.map(device))}`;
}
