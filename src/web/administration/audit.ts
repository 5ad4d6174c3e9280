// The whole audit trail, filtered. It owns how the filter is written and read, and must not know
// how it is kept.
import { html } from "../kit/html.ts";
import type { AuditQuery } from "../../domain/administration/audit-trail.ts";
import { AUDIT_TYPES } from "../../domain/audit.ts";
import { IdentityError } from "../../domain/errors.ts";
import { button, field, select } from "../kit/form.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { administrationMessages } from "./messages.ts";
import { administrationAuditMessages } from "./audit-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { queryValue } from "../request/page-context.ts";
import { administrationPage, forAdministrators, more, PATHS } from "./administration-page.ts";
import { eventRows } from "./events.ts";

const PAGE_SIZE = 30;

const OUTCOMES: Readonly<Record<string, boolean>> = { succeeded: true, failed: false };

/** What `datetime-local` sends; taken for UTC. */
const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?$/;

function timeOf(text: string): number | undefined {
  if (text === "") return undefined;
  const time = LOCAL_TIME.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  if (Number.isNaN(time)) throw new IdentityError("FIELD_INVALID", "This is no time.");
  return time;
}

function queryOf(visit: PageContext): AuditQuery {
  const value = (name: string): string | undefined => queryValue(visit, name).trim() || undefined;
  return {
    userId: value("user"),
    clientId: value("client"),
    actor: value("actor"),
    type: AUDIT_TYPES.find((type) => type === value("type")),
    succeeded: OUTCOMES[value("outcome") ?? ""],
    from: timeOf(queryValue(visit, "from")),
    until: timeOf(queryValue(visit, "until")),
    pageSize: PAGE_SIZE,
    pageToken: queryValue(visit, "page"),
  };
}

export const auditRoutes = ({ auditTrail }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: PATHS.audit,
    page: forAdministrators(async (visit) => {
      const texts = administrationAuditMessages[visit.language];
      const { items, nextPageToken } = await auditTrail.list(visit.context, queryOf(visit));
      const text = (name: string, label: string, hint?: string) =>
        field({
          name,
          label,
          type: "text",
          autocomplete: "off",
          value: queryValue(visit, name),
          isOptional: true,
          ...(hint !== undefined && { hint }),
        });
      const time = (name: string, label: string) =>
        field({
          name,
          label,
          type: "datetime-local",
          autocomplete: "off",
          value: queryValue(visit, name),
          isOptional: true,
        });
      const body = html`<h1>${administrationMessages[visit.language].tabs.audit}</h1>
<p class="quiet">${texts.what}</p>
<details${visit.query.some(([name, value]) => name !== "page" && value !== "") ? html` open` : ""}><summary>${texts.filter}</summary>
<form method="get" action="${PATHS.audit}" class="find">
${select({ name: "type", label: texts.type, value: queryValue(visit, "type"), options: [["", texts.any], ...AUDIT_TYPES.map((type) => [type, type] as const)] })}
${select({
  name: "outcome",
  label: texts.outcome,
  value: queryValue(visit, "outcome"),
  options: [
    ["", texts.any],
    ["succeeded", texts.succeeded],
    ["failed", texts.failed],
  ],
})}
${time("from", texts.from)}${time("until", texts.until)}
${text("user", texts.user)}${text("client", texts.client)}${text("actor", texts.actor, texts.actorHint)}
${button(texts.show)}
</form></details>
${items.length === 0 ? html`<p class="quiet below">${texts.none}</p>` : eventRows(visit, items)}
${more(visit, nextPageToken)}`;
      return administrationPage(visit, {
        title: administrationMessages[visit.language].tabs.audit,
        tab: "audit",
        body,
      });
    }),
  },
];
