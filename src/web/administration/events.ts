import { html, type Html } from "../kit/html.ts";
import type { NamedEvent } from "../../domain/administration/audit-trail.ts";
import { administrationMessages } from "./messages.ts";
import { administrationAuditMessages } from "./audit-messages.ts";
import { second } from "../kit/times.ts";
import type { PageContext } from "../request/page-context.ts";
import { named } from "./named.ts";

/** A sign-in has no caller yet: it is by the user who signs in, if the password was right. */
const isByUser = ({ event, actors, user }: NamedEvent): boolean =>
  event.type === "user.sign_in" && event.succeeded && actors.length === 0 && user !== undefined;

function actor(context: PageContext, entry: NamedEvent): Html | string {
  const messages = administrationMessages[context.language];
  const { event, user } = entry;
  const actors = isByUser(entry) && user !== undefined ? [user] : entry.actors;
  if (actors.length > 0) return joined(actors.map((each) => named(context, each)));
  return event.actor === "operator" ? messages.operator : messages.anonymous;
}

/** Renders the events in the given order. */
export const eventRows = (context: PageContext, events: readonly NamedEvent[]): Html =>
  html`<ul class="rows">
    ${events.map((event) => row(context, event))}
  </ul>`;

function row(context: PageContext, entry: NamedEvent): Html {
  const messages = administrationAuditMessages[context.language];
  const { event, user, client, group } = entry;
  const about = [isByUser(entry) ? undefined : user, client]
    .filter((each) => each !== undefined)
    .map((each) => named(context, each));
  const facts = Object.entries(event.details).map(([key, value]) =>
    key === "group" && group !== undefined
      ? html`${key}: <bdi>${group}</bdi> (${value})`
      : html`${key}: <bdi>${value}</bdi>`,
  );
  const parts = [
    html`${messages.by} ${actor(context, entry)}`,
    ...(about.length === 0 ? [] : [html`${messages.about} ${joined(about)}`]),
    ...(event.address === "" ? [] : [html`<bdi>${event.address}</bdi>`]),
  ];
  const failed = event.succeeded ? "" : html` <span class="badge bad">${messages.failed}</span>`;
  return html`<li>
    <div>
      <strong>${event.type}</strong>${failed}
      <p class="small">${joined(parts)}</p>
      ${facts.length === 0 ? "" : html`<p class="quiet small">${joined(facts)}</p>`}
    </div>
    <p class="quiet small">${second(context.language, event.at)}</p>
  </li>`;
}

const joined = (parts: readonly Html[]): Html =>
  html`${parts.map((part, index) => html`${index === 0 ? "" : " · "}${part}`)}`;
