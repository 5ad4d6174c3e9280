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

/** The format of `datetime-local`, read as UTC. */
const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?$/;

function timeOf(text: string): number | undefined {
  if (text === "") return undefined;
  const time = LOCAL_TIME.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  if (Number.isNaN(time))
    throw new IdentityError("FIELD_INVALID", "The time is not a valid date and time.");
  return time;
}

function queryOf(context: PageContext): AuditQuery {
  const value = (name: string): string | undefined => queryValue(context, name).trim() || undefined;
  return {
    userId: value("user"),
    clientId: value("client"),
    actor: value("actor"),
    type: AUDIT_TYPES.find((type) => type === value("type")),
    succeeded: OUTCOMES[value("outcome") ?? ""],
    from: timeOf(queryValue(context, "from")),
    until: timeOf(queryValue(context, "until")),
    pageSize: PAGE_SIZE,
    pageToken: queryValue(context, "page"),
  };
}

export const auditRoutes = ({ auditTrail }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: PATHS.audit,
    page: forAdministrators(async (context) => {
      const messages = administrationAuditMessages[context.language];
      const { items, nextPageToken } = await auditTrail.list(
        context.requestContext,
        queryOf(context),
      );
      const text = (name: string, label: string, hint?: string) =>
        field({
          name,
          label,
          type: "text",
          autocomplete: "off",
          value: queryValue(context, name),
          isOptional: true,
          ...(hint !== undefined && { hint }),
        });
      const time = (name: string, label: string) =>
        field({
          name,
          label,
          type: "datetime-local",
          autocomplete: "off",
          value: queryValue(context, name),
          isOptional: true,
        });
      const body = html`<h1>${administrationMessages[context.language].tabs.audit}</h1>
<p class="quiet">${messages.what}</p>
<details${
        context.query.some(([name, value]) => name !== "page" && value !== "") ? html` open` : ""
      }><summary>${messages.filter}</summary>
<form method="get" action="${PATHS.audit}" class="find">
${select({
  name: "type",
  label: messages.type,
  value: queryValue(context, "type"),
  options: [["", messages.any], ...AUDIT_TYPES.map((type) => [type, type] as const)],
})}
${select({
  name: "outcome",
  label: messages.outcome,
  value: queryValue(context, "outcome"),
  options: [
    ["", messages.any],
    ["succeeded", messages.succeeded],
    ["failed", messages.failed],
  ],
})}
${time("from", messages.from)}${time("until", messages.until)}
${text("user", messages.user)}${text("client", messages.client)}${text(
        "actor",
        messages.actor,
        messages.actorHint,
      )}
${button(messages.show)}
</form></details>
${
  items.length === 0 ? html`<p class="quiet below">${messages.none}</p>` : eventRows(context, items)
}
${more(context, nextPageToken)}`;
      return administrationPage(context, {
        title: administrationMessages[context.language].tabs.audit,
        tab: "audit",
        body,
      });
    }),
  },
];
