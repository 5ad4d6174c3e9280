import { button, hidden } from "../form.ts";
import { html, type Html } from "../html.ts";
import { perLanguage } from "../language.ts";
import { type PageContext, queryValue } from "../../request/page-context.ts";
import { listMessages } from "./messages.ts";

/** How a list is sorted. */
export interface Order<By extends string = string> {
  readonly by: By;
  readonly isDescending: boolean;
}

/** How many items there are; with `isMore`, there are more than that. */
export interface Total {
  readonly count: number;
  readonly isMore: boolean;
}

/** A column of a list. */
export interface Column<Item> {
  readonly label: string;
  /** The word in `order` that sorts by this column; absent when nothing sorts by it. */
  readonly by?: string;
  /** Whether the first click on the heading sorts downwards, as for times. */
  readonly isDescendingFirst?: boolean;
  /** Renders the cell of an item. */
  readonly cell: (item: Item) => Html | string;
}

/** One page of a list. */
export interface List<Item> {
  /** What is listed, for screen readers. */
  readonly title: string;
  readonly columns: readonly Column<Item>[];
  readonly items: readonly Item[];
  readonly order: Order;
  /** Absent when it isn't known how many there are. */
  readonly total?: Total | undefined;
  readonly nextPageToken: string;
  /** The page that returns all items as CSV for the same query. */
  readonly csvPath?: string;
}

/** The parameters that belong to a place in a list, not to what is listed. */
const PLACE: ReadonlySet<string> = new Set(["page", "notice"]);

const numberOf = perLanguage((language) => new Intl.NumberFormat(language));

/** Returns the order that the query asks for, if it is one of these, else the first of them. */
export function orderOf<By extends string>(
  context: PageContext,
  known: readonly [By, ...By[]],
  isDescending = true,
): Order<By> {
  const [by, direction = "asc", ...more] = queryValue(context, "order").split(" ");
  const found = known.find((each) => each === by);
  return found === undefined || more.length > 0 || !["asc", "desc"].includes(direction)
    ? { by: known[0], isDescending }
    : { by: found, isDescending: direction === "desc" };
}

/** Returns a path with the query of the request, without its place, and with these changes. */
function withQuery(
  { query }: PageContext,
  path: string,
  changes: Readonly<Record<string, string>> = {},
): string {
  const kept = query.filter(
    ([name, value]) => !PLACE.has(name) && !Object.hasOwn(changes, name) && value !== "",
  );
  const all = new URLSearchParams([...kept.map(([...pair]) => pair), ...Object.entries(changes)]);
  return all.size === 0 ? path : `${path}?${all}`;
}

/** Renders the fields that choose what is listed. The order stays when they change. */
export function filters(context: PageContext, path: string, fields: Html): Html {
  const messages = listMessages[context.language];
  const order = queryValue(context, "order");
  return html`<form method="get" action="${path}" class="find" role="search">
    ${fields}${order === "" ? "" : hidden("order", order)}
    <div class="acts">
      ${button(messages.apply)}<a class="button second" href="${path}">${messages.clear}</a>
    </div>
  </form>`;
}

/** Renders a page of a list as a table, below its total and above its further pages. */
export function listTable<Item>(context: PageContext, list: List<Item>): Html {
  const { title, columns, items, csvPath } = list;
  const messages = listMessages[context.language];
  const csv =
    csvPath === undefined
      ? ""
      : html`<a href="${withQuery(context, csvPath)}" download>${messages.csv}</a>`;
  const table = html`<div class="scroll list" tabindex="0" role="region" aria-label="${title}">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => heading(context, list, column))}
        </tr>
      </thead>
      <tbody>
        ${items.map(
          (item) =>
            html`<tr>
              ${columns.map(({ cell }) => html`<td>${cell(item)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
  return html`<div class="above small">
      <p class="quiet" role="status">${totalText(context, list)}</p>
      ${items.length === 0 ? "" : csv}
    </div>
    ${items.length === 0 ? "" : table} ${places(context, list.nextPageToken)}`;
}

function totalText<Item>({ language }: PageContext, { items, total }: List<Item>): string {
  const messages = listMessages[language];
  if (total === undefined) return items.length === 0 ? messages.none : "";
  const count = numberOf(language).format(total.count);
  if (total.isMore) return messages.moreThan(count);
  return total.count === 0 && items.length === 0 ? messages.none : messages.total(count);
}

/** A heading that sorts is a link: to the order of its column, or to the opposite one. */
function heading<Item>(
  context: PageContext,
  { order }: List<Item>,
  { label, by, isDescendingFirst = false }: Column<Item>,
): Html {
  if (by === undefined) return html`<th scope="col">${label}</th>`;
  const isCurrent = order.by === by;
  const isDescending = isCurrent ? !order.isDescending : isDescendingFirst;
  const sorted = order.isDescending ? "descending" : "ascending";
  const path = withQuery(context, context.path, { order: isDescending ? `${by} desc` : by });
  return html`<th scope="col" ${isCurrent ? html` aria-sort="${sorted}"` : ""}>
    <a href="${path}">${label}</a>
  </th>`;
}

/** Renders the links to the first and to the next page. */
function places(context: PageContext, nextPageToken: string): Html | string {
  const messages = listMessages[context.language];
  const isLater = queryValue(context, "page") !== "";
  if (!isLater && nextPageToken === "") return "";
  return html`<p class="places small">
    ${isLater ? html`<a href="${withQuery(context, context.path)}">${messages.first}</a>` : ""}
    ${
      nextPageToken === ""
        ? ""
        : html`<a href="${withQuery(context, context.path, { page: nextPageToken })}" rel="next"
            >${messages.next}</a
          >`
    }
  </p>`;
}
