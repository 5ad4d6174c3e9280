import type {
  AuditQuery,
  AuditSearch,
  NamedEvent,
} from "../../domain/administration/audit-trail.ts";
import { AUDIT_TYPES } from "../../domain/audit.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { AuditEvent } from "../../domain/model.ts";
import { field, select } from "../kit/form.ts";
import { html, type Html } from "../kit/html.ts";
import { csvFile, type CsvColumn } from "../kit/list/csv.ts";
import { type Column, filters, listTable, type Order, orderOf } from "../kit/list/list.ts";
import { second } from "../kit/times.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { type PageContext, queryValue, type Route } from "../request/page-context.ts";
import { administrationPage, forAdministrators, PATHS } from "./administration-page.ts";
import { administrationAuditMessages } from "./audit-messages.ts";
import { eventActor, eventDetails, eventSubjects, joined } from "./event-parts.ts";
import { administrationMessages } from "./messages.ts";

const PAGE_SIZE = 50;
const CSV_PATH = `${PATHS.audit}/csv`;

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

function searchOf(context: PageContext): AuditSearch {
  const value = (name: string): string | undefined => queryValue(context, name).trim() || undefined;
  return {
    userId: value("user"),
    clientId: value("client"),
    actor: value("actor"),
    type: AUDIT_TYPES.find((type) => type === value("type")),
    succeeded: OUTCOMES[value("outcome") ?? ""],
    from: timeOf(queryValue(context, "from")),
    until: timeOf(queryValue(context, "until")),
  };
}

/** The order of the list: by time, the newest first by default. */
const timeOrder = (context: PageContext): Order => orderOf(context, ["create_time"]);

const queryOf = (context: PageContext): AuditQuery => ({
  ...searchOf(context),
  isOldestFirst: !timeOrder(context).isDescending,
  pageSize: PAGE_SIZE,
  pageToken: queryValue(context, "page"),
});

/** The columns of the CSV file, named as the fields of the RPC. */
const CSV_COLUMNS: readonly CsvColumn<AuditEvent>[] = [
  { name: "id", value: ({ id }) => id },
  { name: "create_time", value: ({ at }) => new Date(at).toISOString() },
  { name: "type", value: ({ type }) => type },
  { name: "outcome", value: ({ succeeded }) => (succeeded ? "succeeded" : "failed") },
  { name: "actor", value: ({ actor }) => actor },
  { name: "user_id", value: ({ userId }) => userId },
  { name: "client_id", value: ({ clientId }) => clientId },
  { name: "address", value: ({ address }) => address },
  { name: "details", value: ({ details }) => JSON.stringify(details) },
];

export const auditRoutes = ({ auditTrail }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: PATHS.audit,
    page: forAdministrators(async (context) => {
      const messages = administrationAuditMessages[context.language];
      const title = administrationMessages[context.language].tabs.audit;
      const found = await auditTrail.listNamed(context.requestContext, queryOf(context));
      const { events, isExact } = found.total;
      const table = listTable(context, {
        title,
        columns: columnsOf(context),
        items: found.items,
        order: timeOrder(context),
        total: events === 0 && !isExact ? undefined : { count: events, isMore: !isExact },
        nextPageToken: found.nextPageToken,
        csvPath: CSV_PATH,
      });
      const stopped =
        found.stoppedAt === undefined
          ? ""
          : html`<p class="notice small">
              ${messages.stopped(second(context.language, found.stoppedAt))}
            </p>`;
      return administrationPage(context, {
        title,
        tab: "audit",
        body: html`<h1>${title}</h1>
          <p class="quiet">
            ${messages.what} ${auditTrail.keptDays > 0 ? messages.kept(auditTrail.keptDays) : ""}
          </p>
          ${filterForm(context)} ${stopped} ${table}`,
      });
    }),
  },
  {
    method: "GET",
    path: CSV_PATH,
    page: forAdministrators(async (context) => {
      const { isDescending } = timeOrder(context);
      const events = auditTrail.every(context.requestContext, searchOf(context), !isDescending);
      return csvFile("audit-events", CSV_COLUMNS, events);
    }),
  },
];

function columnsOf(context: PageContext): readonly Column<NamedEvent>[] {
  const messages = administrationAuditMessages[context.language];
  return [
    {
      label: messages.time,
      by: "create_time",
      isDescendingFirst: true,
      cell: ({ event }) => second(context.language, event.at),
    },
    { label: messages.type, cell: ({ event }) => html`<strong>${event.type}</strong>` },
    {
      label: messages.outcome,
      cell: ({ event }) =>
        event.succeeded
          ? messages.succeeded
          : html`<span class="badge bad">${messages.failed}</span>`,
    },
    { label: messages.actor, cell: (entry) => eventActor(context, entry) },
    { label: messages.target, cell: (entry) => joined(eventSubjects(context, entry)) },
    { label: messages.address, cell: ({ event }) => html`<bdi>${event.address}</bdi>` },
    { label: messages.details, cell: (entry) => joined(eventDetails(entry)) },
  ];
}

function filterForm(context: PageContext): Html {
  const messages = administrationAuditMessages[context.language];
  const input = (name: string, label: string, type: "text" | "datetime-local", hint?: string) =>
    field({
      name,
      label,
      type,
      autocomplete: "off",
      value: queryValue(context, name),
      isOptional: true,
      ...(hint !== undefined && { hint }),
    });
  return filters(
    context,
    PATHS.audit,
    html`${select({
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
    ${input("from", messages.from, "datetime-local")}
    ${input("until", messages.until, "datetime-local")} ${input("user", messages.user, "text")}
    ${input("client", messages.client, "text")}
    ${input("actor", messages.actor, "text", messages.actorHint)}`,
  );
}
