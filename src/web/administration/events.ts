import { html, type Html } from "../kit/html.ts";
import type { NamedEvent } from "../../domain/administration/audit-trail.ts";
import { administrationAuditMessages } from "./audit-messages.ts";
import { second } from "../kit/times.ts";
import type { PageContext } from "../request/page-context.ts";
import { eventActor, eventDetails, eventSubjects, joined } from "./event-parts.ts";

/** Renders the events in the given order. */
export const eventRows = (context: PageContext, events: readonly NamedEvent[]): Html =>
  html`<ul class="rows">
    ${events.map((event) => row(context, event))}
  </ul>`;

function row(context: PageContext, entry: NamedEvent): Html {
  const messages = administrationAuditMessages[context.language];
  const { event } = entry;
  const about = eventSubjects(context, entry);
  const facts = eventDetails(entry);
  const parts = [
    html`${messages.by} ${eventActor(context, entry)}`,
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
