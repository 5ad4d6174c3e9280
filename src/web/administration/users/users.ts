import { html, type Html } from "../../kit/html.ts";
import type { UserOrder } from "../../../domain/accounts/lists/user-lists.ts";
import type {
  DirectoryPage,
  SeenUser,
  UserKey,
  UserLookup,
} from "../../../domain/administration/user-directory.ts";
import { DEFAULT_REALM } from "../../../domain/accounts/new-user.ts";
import type { User, UserState } from "../../../domain/model.ts";
import { stateAt } from "../../../domain/accounts/user-state.ts";
import { field, select } from "../../kit/form.ts";
import { csvFile, type CsvColumn } from "../../kit/list/csv.ts";
import { type Column, filters, listTable, type Order, orderOf } from "../../kit/list/list.ts";
import { forRecent } from "../../request/guards.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { administrationMessages } from "../messages.ts";
import { administrationUserMessages } from "./user-messages.ts";
import { moment } from "../../kit/times.ts";
import { shownName } from "../../kit/user-name.ts";
import type { Route, PageContext } from "../../request/page-context.ts";
import { queryValue } from "../../request/page-context.ts";
import {
  administrationPage,
  badges,
  forAdministrators,
  PATHS,
  userPath,
} from "../administration-page.ts";
import { originBadge } from "../origins/origin.ts";
import { configuredRealms } from "./realms.ts";
import { userListMessages } from "./user-list-messages.ts";

const KEYS: readonly UserKey[] = ["contains", "emailKey", "username", "accId", "id"];
const STATES: readonly UserState[] = ["active", "locked", "deleted"];
/** The words of `order`, as in the RPC. */
const ORDERS = { create_time: "createdAt", username: "username", email: "emailKey" } as const;
type OrderWord = keyof typeof ORDERS;

/** The path of the list as CSV. */
const EXPORT = "/administration/user-export";

/** Reads what is looked for. */
function lookupOf(context: PageContext): UserLookup {
  const { by, isDescending } = orderOf(context, ["create_time", "username", "email"]);
  return {
    realm: queryValue(context, "realm").trim() || DEFAULT_REALM,
    by: KEYS.find((key) => key === queryValue(context, "by")) ?? "contains",
    text: queryValue(context, "text").trim(),
    state: STATES.find((state) => state === queryValue(context, "status")),
    order: { by: ORDERS[by], isDescending },
  };
}

export const usersRoutes = (dependencies: WebDependencies): readonly Route[] => {
  const { userDirectory, clock } = dependencies;
  return [
    {
      method: "GET",
      path: PATHS.users,
      page: forAdministrators(async (context) => {
        const lookup = lookupOf(context);
        const found = await userDirectory.find(
          context.requestContext,
          lookup,
          queryValue(context, "page"),
        );
        return usersPage(context, lookup, found, configuredRealms(dependencies));
      }),
    },
    {
      method: "GET",
      path: EXPORT,
      page: forAdministrators(
        forRecent(dependencies, async (context) => {
          const users = await userDirectory.export(context.requestContext, lookupOf(context));
          return csvFile("users", csvColumns(clock.now()), users);
        }),
      ),
    },
  ];
};

function usersPage(
  context: PageContext,
  lookup: UserLookup,
  found: DirectoryPage,
  realms: readonly string[],
): Promise<Response> {
  const messages = administrationMessages[context.language];
  const listTexts = userListMessages[context.language];
  const shownRealms = realms.includes(lookup.realm) ? realms : [...realms, lookup.realm];
  const fields = html`${select({
    name: "by",
    label: messages.by,
    value: lookup.by,
    options: KEYS.map((key) => [key, messages.keys[key]]),
  })}
  ${field({
    name: "text",
    label: messages.text,
    type: "text",
    autocomplete: "off",
    value: lookup.text,
    isOptional: true,
  })}
  ${select({
    name: "status",
    label: listTexts.state,
    value: lookup.state ?? "",
    options: [
      ["", listTexts.any],
      ...STATES.map((state) => [state, messages.states[state]] as const),
    ],
  })}
  ${select({
    name: "realm",
    label: messages.realm,
    value: lookup.realm,
    options: shownRealms.map((realm) => [realm, realm]),
  })}`;
  const body = html`<div class="above">
      <h1>${messages.tabs.users}</h1>
      <a class="button" href="/administration/new-user">${listTexts.newUser}</a>
    </div>
    ${filters(context, PATHS.users, fields)}
    ${listTable(context, {
      title: messages.tabs.users,
      columns: columns(context, lookup),
      items: found.items,
      order: shownOrder(found.order),
      total: found.total,
      nextPageToken: found.nextPageToken,
      csvPath: EXPORT,
    })}
    ${
      found.searchedBackTo === undefined
        ? ""
        : html`<p class="quiet small">
            ${listTexts.searchedBackTo} ${moment(context.language, found.searchedBackTo)}.
            ${listTexts.searchOn}
          </p>`
    }`;
  return administrationPage(context, { title: messages.tabs.users, tab: "users", body });
}

function shownOrder(order: UserOrder | undefined): Order {
  const word = (Object.keys(ORDERS) as OrderWord[]).find((each) => ORDERS[each] === order?.by);
  return { by: word ?? "", isDescending: order?.isDescending === true };
}

/** The columns; only those that the search can be ordered by sort. */
function columns(context: PageContext, { by, text }: UserLookup): readonly Column<SeenUser>[] {
  const messages = administrationUserMessages[context.language];
  const listTexts = userListMessages[context.language];
  const sorts = (word: OrderWord): { readonly by?: string } =>
    text === "" || by === ORDERS[word] ? { by: word } : {};
  return [
    { label: listTexts.name, ...sorts("username"), cell: (seen) => nameCell(context, seen) },
    { label: messages.email, ...sorts("email"), cell: (seen) => emailCell(context, seen) },
    { label: messages.accId, cell: ({ user }) => html`<bdi>${user.accId}</bdi>` },
    {
      label: listTexts.state,
      cell: ({ state }) => administrationMessages[context.language].states[state],
    },
    {
      label: messages.created,
      ...sorts("create_time"),
      isDescendingFirst: true,
      cell: ({ user }) => moment(context.language, user.createdAt),
    },
  ];
}

const nameCell = (context: PageContext, seen: SeenUser): Html =>
  html`<a href="${userPath(seen.user.id)}"><bdi>${shownName(seen.user)}</bdi></a
    >${badges(context, seen)}${originBadge(context, seen.origin)}`;

const emailCell = ({ language }: PageContext, { user }: SeenUser): Html =>
  html`<bdi>${user.email}</bdi>${
      user.email === "" || user.emailVerifiedAt !== undefined
        ? ""
        : html` <span class="quiet small"
            >${administrationUserMessages[language].notVerified}</span
          >`
    }`;

const timeText = (at: number | undefined): string =>
  at === undefined ? "" : new Date(at).toISOString();

/** The columns of the file, named as the fields of an import. */
const csvColumns = (now: number): readonly CsvColumn<User>[] => [
  { name: "id", value: ({ id }) => id },
  { name: "realm", value: ({ realm }) => realm },
  { name: "username", value: ({ username }) => username },
  { name: "email", value: ({ email }) => email },
  { name: "email_verified", value: ({ emailVerifiedAt }) => emailVerifiedAt !== undefined },
  { name: "acc_id", value: ({ accId }) => accId },
  { name: "state", value: (user) => stateAt(user, now) },
  { name: "developer", value: ({ developer }) => developer },
  { name: "administrator", value: ({ administrator }) => administrator },
  { name: "created_at", value: ({ createdAt }) => timeText(createdAt) },
  { name: "updated_at", value: ({ updatedAt }) => timeText(updatedAt) },
  { name: "deleted_at", value: ({ deletedAt }) => timeText(deletedAt) },
];
