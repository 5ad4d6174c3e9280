import type { ClientLookup, ListedClient } from "../../../domain/administration/client-queries.ts";
import { field, select } from "../../kit/form.ts";
import { html, type Html } from "../../kit/html.ts";
import { csvFile, type CsvColumn } from "../../kit/list/csv.ts";
import { filters, listTable, type Column, orderOf } from "../../kit/list/list.ts";
import { day } from "../../kit/times.ts";
import { shownName } from "../../kit/user-name.ts";
import { APIS, type WebDependencies } from "../../request/dependencies.ts";
import { type PageContext, queryValue, type Route } from "../../request/page-context.ts";
import {
  administeredApplicationPath,
  administrationPage,
  forAdministrators,
  PATHS,
  userPath,
} from "../administration-page.ts";
import { administrationMessages } from "../messages.ts";
import { originBadge } from "../origins/origin.ts";
import { waitingSection } from "./api-requests.ts";
import { applicationListMessages } from "./list-messages.ts";

const CSV_PATH = "/administration/applications/export";

/** The words of the query that choose what is listed. */
const STATES = ["active", "disabled"] as const;
const VERIFICATIONS = ["verified", "unverified"] as const;
const KINDS = ["confidential", "public"] as const;

const ORDERS = { create_time: "createdAt", name: "name" } as const;

const chosen = <Word extends string>(
  context: PageContext,
  name: string,
  words: readonly Word[],
): Word | undefined => words.find((word) => word === queryValue(context, name));

/** Returns whether the word is the one; undefined without a word. */
const isWord = (word: string | undefined, one: string): boolean | undefined =>
  word === undefined ? undefined : word === one;

/** Reads the filters and the order of the query. */
function readLookup(context: PageContext): ClientLookup {
  const { by, isDescending } = orderOf(context, ["create_time", "name"]);
  const text = queryValue(context, "contains").trim();
  return {
    order: { by: ORDERS[by], isDescending },
    owner: queryValue(context, "owner").trim(),
    filter: {
      isDisabled: isWord(chosen(context, "status", STATES), "disabled"),
      isVerified: isWord(chosen(context, "verification", VERIFICATIONS), "verified"),
      isPublic: isWord(chosen(context, "kind", KINDS), "public"),
      api: chosen(context, "api", APIS),
      text: text === "" ? undefined : text,
    },
  };
}

const columnsOf = (context: PageContext): readonly Column<ListedClient>[] => {
  const { language } = context;
  const messages = applicationListMessages[language];
  return [
    {
      label: messages.name,
      by: "name",
      cell: ({ client: { id, name }, origin }) =>
        html`<a href="${administeredApplicationPath(id)}"
            ><strong><bdi>${name}</bdi></strong></a
          >${originBadge(context, origin)} <span class="hint"><code>${id}</code></span>`,
    },
    {
      label: messages.owner,
      cell: ({ client: { ownerId = "" }, owner }) =>
        owner === undefined
          ? ownerId
          : html`<a href="${userPath(owner.id)}"><bdi>${shownName(owner)}</bdi></a>`,
    },
    {
      label: messages.kind,
      cell: ({ client }) => messages.kinds[client.public ? "public" : "confidential"],
    },
    { label: messages.apis, cell: ({ client }) => client.apis.join(", ") },
    {
      label: messages.state,
      cell: ({ client: { disabledAt } }) =>
        disabledAt === undefined
          ? messages.states.active
          : html`<span class="badge bad">${messages.states.disabled}</span>`,
    },
    {
      label: messages.verification,
      cell: ({ client: { verifiedAt } }) =>
        verifiedAt === undefined
          ? messages.unverified
          : html`<span class="badge good">${messages.verified}</span>`,
    },
    {
      label: messages.created,
      by: "create_time",
      isDescendingFirst: true,
      cell: ({ client }) => day(language, client.createdAt),
    },
  ];
};

const CSV_COLUMNS: readonly CsvColumn<ListedClient>[] = [
  { name: "client_id", value: ({ client }) => client.id },
  { name: "name", value: ({ client }) => client.name },
  { name: "owner_id", value: ({ client }) => client.ownerId },
  { name: "owner_email", value: ({ owner }) => owner?.email },
  { name: "type", value: ({ client }) => (client.public ? "public" : "confidential") },
  { name: "apis", value: ({ client }) => client.apis.join(" ") },
  { name: "scopes", value: ({ client }) => client.scopes.join(" ") },
  { name: "grant_types", value: ({ client }) => client.grantTypes.join(" ") },
  { name: "redirect_uris", value: ({ client }) => client.redirectUris.join(" ") },
  { name: "verified", value: ({ client }) => client.verifiedAt !== undefined },
  { name: "disabled", value: ({ client }) => client.disabledAt !== undefined },
  { name: "disable_reason", value: ({ client }) => client.disableReason },
  { name: "create_time", value: ({ client }) => new Date(client.createdAt).toISOString() },
  { name: "update_time", value: ({ client }) => new Date(client.updatedAt).toISOString() },
];

/** Renders the fields that choose what is listed. */
function filterFields(context: PageContext): Html {
  const messages = applicationListMessages[context.language];
  const choice = <Word extends string>(
    name: string,
    label: string,
    words: readonly Word[],
    texts: Readonly<Record<Word, string>>,
  ): Html =>
    select({
      name,
      label,
      value: queryValue(context, name),
      options: [["", messages.any], ...words.map((word) => [word, texts[word]] as const)],
    });
  const text = (name: string, label: string): Html =>
    field({
      name,
      label,
      type: "text",
      autocomplete: "off",
      value: queryValue(context, name),
      isOptional: true,
    });
  const verifications = { verified: messages.verified, unverified: messages.unverified };
  const apis = Object.fromEntries(APIS.map((api) => [api, api]));
  return html`${text("contains", messages.contains)}
  ${text("owner", `${messages.owner}: ${messages.ownerHint}`)}
  ${choice("status", messages.state, STATES, messages.states)}
  ${choice("verification", messages.verification, VERIFICATIONS, verifications)}
  ${choice("kind", messages.kind, KINDS, messages.kinds)}
  ${choice<string>("api", messages.apis, APIS, apis)}`;
}

export function applicationListRoutes({
  apiRequests,
  clientQueries,
}: WebDependencies): readonly Route[] {
  return [
    {
      method: "GET",
      path: PATHS.applications,
      page: forAdministrators(async (context) => {
        const title = administrationMessages[context.language].tabs.applications;
        const lookup = readLookup(context);
        const { requestContext } = context;
        const page = queryValue(context, "page");
        const [found, waiting] = await Promise.all([
          clientQueries.find(requestContext, lookup, page),
          apiRequests.waiting(requestContext),
        ]);
        const { by, isDescending } = orderOf(context, ["create_time", "name"]);
        const body = html`<h1>${title}</h1>
          ${waitingSection(context, waiting)}
          ${filters(context, PATHS.applications, filterFields(context))}
          ${listTable(context, {
            title,
            columns: columnsOf(context),
            items: found.items,
            order: { by, isDescending },
            total: { count: found.total, isMore: false },
            nextPageToken: found.nextPageToken,
            csvPath: CSV_PATH,
          })}`;
        return administrationPage(context, {
          title,
          tab: "applications",
          body,
          notices: { deleted: applicationListMessages[context.language].deleted },
        });
      }),
    },
    {
      method: "GET",
      path: CSV_PATH,
      page: forAdministrators((context) =>
        csvFile(
          "applications",
          CSV_COLUMNS,
          clientQueries.every(context.requestContext, readLookup(context)),
        ),
      ),
    },
  ];
}
